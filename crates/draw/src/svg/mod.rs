//! Drawing a diagram as SVG in the notation of BPMN (BPMN 2.0.2, 7.2 to 7.6 and chapter 12).
//!
//! The file has no script, loads nothing, and looks the same everywhere: lines and texts carry their
//! attributes themselves, texts are wrapped by the metrics of the bundled font and name fonts with the
//! same metrics. Every element is a group with its id, its kind as class, and a `title` that screen
//! readers and tooltips show.

mod activity;
mod choreography;
mod conversation;
mod data;
mod edge;
mod event;
mod gateway;
mod icon;
mod ink;
mod label;
mod mark;
mod pool;
mod route;
mod scene;
mod writer;

use std::collections::BTreeSet;

use reglament_core::Definitions;
use reglament_core::model::Tag;

use crate::diagram::Diagram;
use crate::geometry::Bounds;
use crate::language::{Language, name_of};
use crate::overlay::Overlay;
use crate::size;
use crate::text::FAMILIES;
use ink::{INK, PAPER};
use scene::{Layer, Node, Scene};
use writer::{Value, Writer, write_number};

pub(crate) use event::event_definitions;
pub(crate) use writer::escape;

/// The free space around a drawing, in pixels.
const MARGIN: f64 = 20.0;

/// How to draw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'o> {
    /// The language of names and of the words that the drawing adds; none for the names as written.
    pub language: Option<Language>,
    /// What is laid over the drawing.
    pub overlay: Option<&'o Overlay>,
}

/// Draws `diagram` of `definitions` as an SVG file.
///
/// The same input gives the same bytes on every machine. What the diagram shows of elements that the
/// model does not have is left out; an empty diagram gives an empty picture.
///
/// # Source
/// BPMN 2.0.2, chapter 12; SVG 1.1.
#[must_use]
pub fn svg(definitions: &Definitions, diagram: &Diagram, options: &Options<'_>) -> String {
    svg_numbered(definitions, diagram, options, 1)
}

/// Draws a diagram as one of several in a file: from the second on, ids begin with the number of the
/// diagram, so that an element may be in two of them.
pub(crate) fn svg_numbered(
    definitions: &Definitions,
    diagram: &Diagram,
    options: &Options<'_>,
    number: usize,
) -> String {
    let scene = Scene::new(definitions, diagram, options);
    let mut canvas = Canvas::new(diagram.extent(), number);
    draw_all(&scene, &mut canvas);
    mark::draw_legend(&scene, &mut canvas);
    let extent = canvas.extent.unwrap_or_default().grown(MARGIN);
    let mut out = Writer::default();
    open_root(&scene, diagram, extent, &mut out);
    out.append(canvas.out);
    out.line();
    out.close("g");
    out.close("svg");
    out.line();
    out.finish()
}

/// A drawing under way: what has been written, the place that it takes, the ids that are taken.
struct Canvas {
    out: Writer,
    extent: Option<Bounds>,
    ids: BTreeSet<String>,
    /// What ids begin with.
    prefix: Option<String>,
}

impl Canvas {
    fn new(extent: Option<Bounds>, number: usize) -> Self {
        Self {
            prefix: (number > 1).then(|| format!("d{number}-")),
            out: Writer::default(),
            extent,
            ids: BTreeSet::new(),
        }
    }

    /// Remembers that something takes the place `bounds`.
    fn covers(&mut self, bounds: Bounds) {
        self.extent = Some(self.extent.map_or(bounds, |extent| extent.union(bounds)));
    }

    /// Opens the group of an element: its id, made unique, its class and its title.
    fn open_element(&mut self, id: &str, class: &str, title: &str) {
        let prefix = self.prefix.as_deref().unwrap_or("");
        let clean: String = prefix
            .chars()
            .chain(id.chars())
            .map(|letter| if letter.is_whitespace() { '_' } else { letter })
            .collect();
        let mut unique = clean.clone();
        let mut number = 2;
        while !self.ids.insert(unique.clone()) {
            unique = format!("{clean}--{number}");
            number += 1;
        }
        self.out.line();
        self.out.open(
            "g",
            &[
                ("id", unique.as_str().into()),
                ("class", class.into()),
                ("role", "img".into()),
                ("data-element", id.into()),
            ],
        );
        self.out.leaf("title", &[], title);
    }

    /// Ends the group of an element.
    fn close_element(&mut self) {
        self.out.close("g");
    }

    /// Opens the group of the lines of a symbol, with their width.
    fn open_symbol(&mut self, style: &str, width: f64) {
        let mut attributes: Vec<(&str, Value<'_>)> = vec![
            ("class", "symbol".into()),
            ("fill", "#ffffff".into()),
            ("stroke", "#22242a".into()),
            ("color", "#22242a".into()),
            ("stroke-width", width.into()),
        ];
        if !style.is_empty() {
            attributes.push(("style", style.into()));
        }
        self.out.open("g", &attributes);
    }

    /// Ends the group of a symbol.
    fn close_symbol(&mut self) {
        self.out.close("g");
    }
}

/// Draws everything, from the back to the front.
fn draw_all(scene: &Scene<'_>, canvas: &mut Canvas) {
    let nodes = scene.nodes();
    let is_behind = |layer: Layer| layer < Layer::Frame;
    for (_, node) in nodes.iter().filter(|(layer, _)| is_behind(*layer)) {
        draw_node(scene, *node, canvas);
    }
    // The circle at the beginning of a message flow lies on its sender.
    let is_above = |link: &scene::Link<'_>| link.tag == Tag::MessageFlow;
    for link in scene.links().filter(|link| !is_above(link)) {
        edge::draw(scene, link, canvas);
    }
    for edge in scene.shortcuts() {
        edge::draw_shortcut(edge, canvas);
    }
    for (_, node) in nodes.iter().filter(|(layer, _)| !is_behind(*layer)) {
        draw_node(scene, *node, canvas);
    }
    for link in scene.links().filter(is_above) {
        edge::draw(scene, link, canvas);
    }
}

/// Draws one node: its symbol, its text, its badges.
fn draw_node(scene: &Scene<'_>, node: Node<'_>, canvas: &mut Canvas) {
    let class = class_of(node.tag);
    let title = scene.title(node.element, node.mark);
    canvas.open_element(&node.shape.element, &class, &title);
    match node.tag {
        tag if tag.is_event() => event::draw(scene, node, canvas),
        tag if tag.is_gateway() => gateway::draw(scene, node, canvas),
        tag if tag.is_activity() => activity::draw(scene, node, canvas),
        tag if tag.is_choreography_activity() => choreography::draw(scene, node, canvas),
        Tag::Participant if node.shape.participant_band.is_some() => {
            choreography::draw_band(scene, node, canvas);
        }
        Tag::Participant | Tag::Lane => pool::draw(scene, node, canvas),
        Tag::Conversation | Tag::SubConversation | Tag::CallConversation => {
            conversation::draw(scene, node, canvas);
        }
        Tag::TextAnnotation => data::draw_annotation(scene, node, canvas),
        Tag::Group => data::draw_group(scene, node, canvas),
        Tag::Message => data::draw_message(scene, node, canvas),
        Tag::DataStore | Tag::DataStoreReference => data::draw_store(scene, node, canvas),
        _ => data::draw_object(scene, node, canvas),
    }
    mark::draw_badges(node.mark, node.shape.bounds, canvas);
    canvas.close_element();
}

/// The CSS classes of an element: what it is in the drawing, and its tag in kebab case.
fn class_of(tag: Tag) -> String {
    let mut class = String::from("node ");
    for letter in tag.as_str().chars() {
        if letter.is_ascii_uppercase() {
            class.push('-');
        }
        class.push(letter.to_ascii_lowercase());
    }
    class
}

/// Opens `svg`, says what the picture is of, paints the background and opens the group that sets the
/// font.
fn open_root(scene: &Scene<'_>, diagram: &Diagram, extent: Bounds, out: &mut Writer) {
    let mut view_box = String::new();
    for (position, number) in [extent.x, extent.y, extent.width, extent.height]
        .into_iter()
        .enumerate()
    {
        if position > 0 {
            view_box.push(' ');
        }
        write_number(number, &mut view_box);
    }
    let mut attributes: Vec<(&str, Value<'_>)> = vec![
        ("xmlns", "http://www.w3.org/2000/svg".into()),
        ("width", extent.width.into()),
        ("height", extent.height.into()),
        ("viewBox", view_box.as_str().into()),
        ("role", "graphics-document".into()),
    ];
    if let Some(language) = scene.options.language {
        attributes.push(("lang", language.tag().into()));
    }
    out.open("svg", &attributes);
    out.line();
    out.leaf("title", &[], &diagram_title(scene, diagram));
    out.line();
    out.leaf("desc", &[], &description(scene, diagram));
    out.line();
    out.empty(
        "rect",
        &[
            ("class", "paper".into()),
            ("x", extent.x.into()),
            ("y", extent.y.into()),
            ("width", extent.width.into()),
            ("height", extent.height.into()),
            ("fill", PAPER.to_string().as_str().into()),
        ],
    );
    out.open(
        "g",
        &[
            ("class", "drawing".into()),
            ("font-family", FAMILIES.into()),
            ("font-size", size::TEXT.into()),
            ("fill", INK.to_string().as_str().into()),
        ],
    );
}

/// What a diagram is called: its own name, else that of what its plane shows, else that of its first
/// pool with a process.
pub(crate) fn title_of(
    definitions: &Definitions,
    diagram: &Diagram,
    language: Option<Language>,
) -> Option<String> {
    let named = |element| {
        let name = name_of(definitions, element, language);
        let name = name.trim();
        (!name.is_empty()).then(|| name.to_owned())
    };
    let own = diagram.name.as_deref().map(str::trim);
    own.filter(|name| !name.is_empty())
        .map(str::to_owned)
        .or_else(|| named(definitions.find(diagram.plane.as_deref()?)?))
        .or_else(|| {
            let mut pools = diagram.shapes.iter();
            pools.find_map(|shape| {
                let pool = definitions.find(&shape.element)?;
                let shown = Tag::of(pool) == Some(Tag::Participant)
                    && pool.attribute("processRef").is_some();
                if shown { named(pool) } else { None }
            })
        })
}

fn diagram_title(scene: &Scene<'_>, diagram: &Diagram) -> String {
    title_of(scene.definitions, diagram, scene.options.language).unwrap_or_else(|| {
        scene
            .words()
            .pick("BPMN диаграммасы", "Диаграмма BPMN", "BPMN diagram")
            .to_owned()
    })
}

fn description(scene: &Scene<'_>, diagram: &Diagram) -> String {
    let (nodes, flows) = (diagram.shapes.len(), diagram.edges.len());
    match scene.words() {
        Language::Kazakh => format!("BPMN 2.0 диаграммасы: {nodes} элемент, {flows} ағын."),
        Language::Russian => format!("Диаграмма BPMN 2.0: элементов {nodes}, потоков {flows}."),
        Language::English => format!("BPMN 2.0 diagram: {nodes} elements, {flows} flows."),
    }
}
