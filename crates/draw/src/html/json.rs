//! The data of the page as JSON inside a script element.

use serde::Serialize;

use crate::facts::Section;
use crate::language::Language;

/// What the page knows about one element.
pub(super) struct Entry<'e> {
    /// Its id.
    pub(super) id: &'e str,
    /// What it is.
    pub(super) kind: &'e str,
    /// What it is and what it is called.
    pub(super) title: String,
    /// Its names, each with the tag of its language, which is empty for the name as written.
    pub(super) names: Vec<(&'static str, String)>,
    /// What there is to say about it.
    pub(super) sections: Vec<Section>,
}

#[derive(Serialize)]
struct Item<'e> {
    id: &'e str,
    kind: &'e str,
    title: &'e str,
    names: &'e [(&'static str, String)],
    sections: Vec<(&'e str, &'e str)>,
}

/// The data of all elements and the words of the panel.
pub(super) fn page_data<'e>(entries: impl Iterator<Item = Entry<'e>>, words: Language) -> String {
    let mut out = String::from("{\"words\":");
    let panel = [
        ("names", words.pick("Атаулары", "Названия", "Names")),
        ("close", words.pick("Жабу", "Закрыть", "Close")),
        (
            "nothing",
            words.pick("Ештеңе табылмады", "Ничего не найдено", "Nothing found"),
        ),
    ];
    let panel: std::collections::BTreeMap<&str, &str> = panel.into_iter().collect();
    out.push_str(&guarded(&panel));
    out.push_str(",\"elements\":[");
    for (position, entry) in entries.enumerate() {
        out.push_str(if position == 0 { "\n" } else { ",\n" });
        out.push_str(&guarded(&Item {
            id: entry.id,
            kind: entry.kind,
            title: &entry.title,
            names: &entry.names,
            sections: entry
                .sections
                .iter()
                .map(|section| (&*section.heading, &*section.text))
                .collect(),
        }));
    }
    out.push_str("\n]}");
    out
}

/// JSON without characters that mean something in HTML: a name with `</script>` stays a name.
fn guarded(value: &impl Serialize) -> String {
    // Texts can always be written.
    let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_the_script() {
        let entry = Entry {
            id: "a",
            kind: "Task",
            title: "</script><script>alert(1)</script>".to_owned(),
            names: vec![("", "<!--".to_owned())],
            sections: vec![Section::new("&", "\u{2028}")],
        };
        let data = page_data(std::iter::once(entry), Language::English);
        assert!(!data.contains(['<', '>', '&', '\u{2028}']), "{data}");
        let read: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!(
            read["elements"][0]["title"],
            "</script><script>alert(1)</script>"
        );
    }
}
