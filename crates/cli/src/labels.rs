//! Names in English, by the id of what they name: elements, flows, lanes.

use std::collections::BTreeMap;

use reglament_xml::Document;

/// The namespace of regulation facts.
const REG: &str = "urn:reglament:bpmn:1";
/// The namespace of `xml:lang`.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// English names.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    by_id: BTreeMap<String, String>,
    by_name: BTreeMap<String, String>,
}

impl Labels {
    /// The English labels (`reg:label`) of a file.
    pub(crate) fn of(document: &Document) -> Self {
        let mut labels = Self::default();
        for label in document
            .elements()
            .filter(|element| element.is(REG, "label"))
        {
            let english = label
                .attribute_ns(XML, "lang")
                .is_some_and(|language| language.starts_with("en"));
            let named = label
                .parent()
                .and_then(reglament_xml::ElementRef::parent)
                .filter(|_| english);
            let Some(named) = named else { continue };
            let text = label.text().trim().to_owned();
            if let Some(name) = named.attribute("name") {
                labels
                    .by_name
                    .entry(name.to_owned())
                    .or_insert_with(|| text.clone());
            }
            if let Some(id) = named.attribute("id") {
                labels.by_id.insert(id.to_owned(), text);
            }
        }
        labels
    }

    /// The English name of what has the id `id`.
    pub(crate) fn of_id(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(String::as_str)
    }

    /// The English name of what is called `name`: lanes are known by their names alone.
    pub(crate) fn of_name(&self, name: &str) -> Option<&str> {
        self.by_name.get(name).map(String::as_str)
    }
}
