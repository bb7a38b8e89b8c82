'use strict';
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const data = JSON.parse(one('script.data').textContent);
  const facts = new Map(data.elements.map((element) => [element.id, element]));
  const panel = one('.panel');
  const sheets = all('.sheet').map((box) => {
    const svg = one('svg', box);
    const base = svg.viewBox.baseVal;
    const whole = { x: base.x, y: base.y, w: base.width, h: base.height };
    return { box, svg, whole, view: { ...whole } };
  });
  let current = sheets[0];
  let selected = null;

  // The view: the part of the drawing that is shown.
  const show = () => {
    const { x, y, w, h } = current.view;
    current.svg.setAttribute('viewBox', `${x} ${y} ${w} ${h}`);
  };
  const fit = () => {
    current.view = { ...current.whole };
    show();
  };
  const zoom = (factor, at) => {
    const { view, whole } = current;
    const w = Math.min(Math.max(view.w / factor, 60), whole.w * 4);
    const part = w / view.w;
    const centre = at || { x: view.x + view.w / 2, y: view.y + view.h / 2 };
    view.x = centre.x - (centre.x - view.x) * part;
    view.y = centre.y - (centre.y - view.y) * part;
    view.w *= part;
    view.h *= part;
    show();
  };
  const pan = (dx, dy) => {
    current.view.x += dx;
    current.view.y += dy;
    show();
  };
  const place = (event) => {
    const matrix = current.svg.getScreenCTM();
    return matrix
      ? new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse())
      : { x: 0, y: 0 };
  };

  // Selecting an element shows what is known about it.
  const text = (name, content, parent, attributes = {}) => {
    const element = document.createElement(name);
    element.textContent = content;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent.append(element);
    return element;
  };
  const describe = (id) => {
    const fact = facts.get(id);
    panel.replaceChildren();
    panel.hidden = !fact;
    if (!fact) return;
    const close = text('button', '×', panel, { type: 'button', 'aria-label': data.words.close });
    close.addEventListener('click', () => select(null));
    text('p', fact.kind, panel, { class: 'kind' });
    const [first] = fact.names;
    text('h2', first ? first[1] : fact.id, panel);
    for (const [language, name] of fact.names.slice(1)) {
      text('p', name, panel, language ? { lang: language } : {});
    }
    for (const [heading, content] of fact.sections) {
      text('h3', heading, panel);
      text('p', content, panel);
    }
    text('h3', 'id', panel);
    text('code', fact.id, panel);
  };
  const drawn = (id, root = document) =>
    all('[data-element]', root).filter((group) => group.dataset.element === id);
  const select = (id) => {
    all('.is-selected').forEach((group) => group.classList.remove('is-selected'));
    selected = id;
    if (id !== null) drawn(id).forEach((group) => group.classList.add('is-selected'));
    describe(id);
    history.replaceState(null, '', id === null ? '#' : '#' + encodeURIComponent(id));
  };
  const choose = (number) => {
    current = sheets[number];
    sheets.forEach((sheet) => (sheet.box.hidden = sheet !== current));
    const choice = one('.choice');
    if (choice) choice.selectedIndex = number;
  };
  const go = (id) => {
    const number = sheets.findIndex((sheet) => drawn(id, sheet.box).length > 0);
    if (number < 0) return;
    if (drawn(id, current.box).length === 0) choose(number);
    const group = drawn(id, current.box)[0];
    const box = group.getBBox();
    const { view, whole } = current;
    const w = Math.min(whole.w, Math.max(box.width * 3, 700));
    view.h = (view.h * w) / view.w;
    view.w = w;
    view.x = box.x + box.width / 2 - view.w / 2;
    view.y = box.y + box.height / 2 - view.h / 2;
    show();
    select(id);
    group.focus({ preventScroll: true });
  };

  // Moving: one pointer drags, two pinch, the wheel zooms.
  const pointers = new Map();
  let moved = 0;
  for (const { box } of sheets) {
    box.addEventListener('pointerdown', (event) => {
      if (event.pointerType === 'mouse' && event.button !== 0) return;
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      moved = 0;
    });
    box.addEventListener('pointermove', (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const dx = event.clientX - before.x;
      const dy = event.clientY - before.y;
      moved += Math.abs(dx) + Math.abs(dy);
      if (moved > 4 && !box.hasPointerCapture(event.pointerId)) {
        box.setPointerCapture(event.pointerId);
        box.classList.add('is-moving');
      }
      const matrix = current.svg.getScreenCTM();
      if (!matrix) return;
      const other = [...pointers].find(([key]) => key !== event.pointerId);
      if (other) {
        const far = (point) => Math.hypot(point.x - other[1].x, point.y - other[1].y);
        const now = { x: event.clientX, y: event.clientY };
        if (far(before) > 0) zoom(far(now) / far(before), place(event));
      } else if (moved > 4) {
        pan(-dx / matrix.a, -dy / matrix.d);
      }
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    });
    const end = (event) => {
      pointers.delete(event.pointerId);
      box.classList.remove('is-moving');
    };
    box.addEventListener('pointerup', end);
    box.addEventListener('pointercancel', end);
    box.addEventListener('click', (event) => {
      if (moved > 4) return;
      const group = event.target.closest('[data-element]');
      select(group ? group.dataset.element : null);
    });
    box.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015)), place(event));
      },
      { passive: false },
    );
    box.addEventListener('focusin', (event) => {
      const group = event.target.closest('[data-element]');
      if (group && group.matches(':focus-visible') && group.dataset.element !== selected) {
        select(group.dataset.element);
      }
    });
  }
  // Elements are reached by Tab in the order of the drawing.
  all('.sheet [data-element]').forEach((group) => group.setAttribute('tabindex', '0'));
  // The element under the pointer is described as long as none is selected.
  document.addEventListener('pointerover', (event) => {
    if (selected !== null || pointers.size > 0 || event.pointerType !== 'mouse') return;
    const group = event.target.closest ? event.target.closest('.sheet [data-element]') : null;
    if (group) describe(group.dataset.element);
  });

  // Searching: every word has to occur in the id, the names or the texts.
  const input = one('.search input');
  const list = one('.found');
  const plain = (string) => string.toLocaleLowerCase().normalize('NFC');
  const haystacks = data.elements.map((element) => ({
    id: element.id,
    title: element.title,
    name: plain([element.id, element.title, ...element.names.map((name) => name[1])].join(' ')),
    text: plain(element.sections.map((section) => section[1]).join(' ')),
  }));
  let marked = -1;
  const mark = (position) => {
    const items = [...list.children];
    marked = items.length ? (position + items.length) % items.length : -1;
    items.forEach((item, at) => item.setAttribute('aria-selected', String(at === marked)));
    if (marked >= 0) items[marked].scrollIntoView({ block: 'nearest' });
  };
  const open = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute('aria-expanded', String(isOpen));
  };
  const search = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    all('.is-hit').forEach((group) => group.classList.remove('is-hit'));
    list.replaceChildren();
    open(words.length > 0);
    if (words.length === 0) return;
    const has = (hay) => words.every((word) => hay.includes(word));
    const byName = haystacks.filter((hay) => has(hay.name));
    const byText = haystacks.filter((hay) => !has(hay.name) && has(hay.name + ' ' + hay.text));
    const hits = new Set(byName.map((hay) => hay.id));
    all('.sheet [data-element]').forEach((group) =>
      group.classList.toggle('is-hit', hits.has(group.dataset.element)),
    );
    for (const hay of [...byName, ...byText].slice(0, 100)) {
      const item = text('li', hay.title, list, { role: 'option', 'data-id': hay.id });
      text('small', hay.id, item);
    }
    if (list.children.length === 0) {
      text('li', data.words.nothing, list, { role: 'option', 'aria-disabled': 'true' });
    }
    mark(0);
  };
  const pick = (item) => {
    if (!item || !item.dataset.id) return;
    open(false);
    go(item.dataset.id);
  };
  input.addEventListener('input', search);
  input.addEventListener('focus', () => open(list.children.length > 0));
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') mark(marked + 1);
    else if (event.key === 'ArrowUp') mark(marked - 1);
    else if (event.key === 'Enter') pick(list.children[marked]);
    else if (event.key === 'Escape') {
      input.value = '';
      search();
      input.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    pick(event.target.closest('li'));
  });
  input.addEventListener('blur', () => open(false));

  // Buttons and keys.
  const dark = () => {
    const root = document.documentElement;
    const now = root.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
    root.dataset.theme = now === 'dark' ? 'light' : 'dark';
  };
  const actions = { in: () => zoom(1.25), out: () => zoom(0.8), fit, theme: dark };
  all('[data-action]').forEach((button) =>
    button.addEventListener('click', () => actions[button.dataset.action]()),
  );
  const choice = one('.choice');
  if (choice) choice.addEventListener('change', () => choose(choice.selectedIndex));
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches('input, select')) return;
    const step = current.view.w / 10;
    const keys = {
      '/': () => input.focus(),
      '+': () => zoom(1.25),
      '=': () => zoom(1.25),
      '-': () => zoom(0.8),
      0: fit,
      t: dark,
      ArrowLeft: () => pan(-step, 0),
      ArrowRight: () => pan(step, 0),
      ArrowUp: () => pan(0, -step),
      ArrowDown: () => pan(0, step),
      Escape: () => select(null),
    };
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  const wanted = decodeURIComponent(location.hash.slice(1));
  if (facts.has(wanted)) go(wanted);
})();
