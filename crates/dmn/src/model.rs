//! A decision model as it was read: the lossless tree with what it names and imports.

use reglament_source::{Diagnostic, SourceText};
use reglament_xml::{Document, ElementRef, Limits};

use crate::codes;

/// The namespaces of DMN 1.1 to 1.5.
const NAMESPACES: &[&str] = &[
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
    "https://www.omg.org/spec/DMN/20240513/MODEL/",
];

/// A decision model.
///
/// # Source
/// DMN 1.5, 6.3.2.
#[derive(Clone, Debug)]
pub struct Model {
    document: Document,
    name: String,
    namespace: String,
    imports: Vec<Import>,
}

/// The import of another model.
///
/// # Source
/// DMN 1.5, 6.3.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The name under which its elements are known here; empty when they need no prefix.
    pub name: String,
    /// The namespace of the imported model.
    pub namespace: String,
}

impl Model {
    /// Reads a model. There is none when the text is no XML or its root is no DMN `definitions`.
    #[must_use]
    pub fn read(source: SourceText) -> (Option<Model>, Vec<Diagnostic>) {
        let (document, mut diagnostics) = reglament_xml::parse(source, &Limits::default());
        let Some(document) = document else {
            return (None, diagnostics);
        };
        let root = document.root();
        let known = root
            .namespace()
            .is_some_and(|namespace| NAMESPACES.contains(&namespace));
        if root.local_name() != "definitions" || !known {
            let message = format!("expected `definitions` of DMN, found `{}`", root.name());
            diagnostics.push(Diagnostic::error(&codes::NOT_DMN, message).at(root.span()));
            return (None, diagnostics);
        }
        let imports = elements(root, "import")
            .map(|import| Import {
                name: import.attribute("name").unwrap_or_default().to_owned(),
                namespace: import.attribute("namespace").unwrap_or_default().to_owned(),
            })
            .collect();
        let name = root.attribute("name").unwrap_or_default().to_owned();
        let namespace = root.attribute("namespace").unwrap_or_default().to_owned();
        (
            Some(Model {
                document,
                name,
                namespace,
                imports,
            }),
            diagnostics,
        )
    }

    /// The lossless tree.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The name of the model.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The namespace by which other models import this one.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// What it imports.
    #[must_use]
    pub fn imports(&self) -> &[Import] {
        &self.imports
    }
}

/// The children of a name in the namespace of their parent.
pub(crate) fn elements<'d>(
    parent: ElementRef<'d>,
    name: &'static str,
) -> impl Iterator<Item = ElementRef<'d>> {
    parent
        .children()
        .filter(move |child| child.local_name() == name && child.namespace() == parent.namespace())
}

/// The first child of a name.
pub(crate) fn element<'d>(parent: ElementRef<'d>, name: &'static str) -> Option<ElementRef<'d>> {
    elements(parent, name).next()
}
