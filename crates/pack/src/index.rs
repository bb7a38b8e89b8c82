//! `index.toml`: the regulations of a folder of packs, and those that are left out.

use reglament_source::{Diagnostic, SourceText, Span, nearest};

use crate::codes::{self, INDEX_FILE};
use crate::manifest::{Statement, read_statement};
use crate::tree::{Fields, Findings, Name, Node, parse_toml};

/// The path of the index in a folder of packs.
pub const INDEX: &str = "index.toml";

/// The version of the format.
const FORMAT: &str = "1";

/// What a folder of packs holds.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The folders of the packs.
    pub regulations: Vec<Name>,
    /// Regulations of the same decrees that are left out.
    pub excluded: Vec<Excluded>,
    /// Where the index begins.
    span: Span,
}

/// A regulation that is left out.
#[derive(Clone, Debug)]
pub struct Excluded {
    /// The name of the service.
    pub title: Statement,
    /// The decree that lists it.
    pub decree: Name,
    /// The act that took it out, where one did.
    pub by: Option<Name>,
    /// The words by which it is left out, and where they stand.
    pub text: Statement,
}

impl Index {
    /// Reads `index.toml`. There is no index when the text is not TOML.
    #[must_use]
    pub fn read(source: &SourceText) -> (Option<Self>, Vec<Diagnostic>) {
        let (root, malformed) = parse_toml(source, &INDEX_FILE);
        if !malformed.is_empty() {
            return (None, malformed);
        }
        let mut findings = Findings::new(&INDEX_FILE);
        let index = index(&root, &mut findings);
        let mut diagnostics = findings.diagnostics;
        diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        (index, diagnostics)
    }

    /// Whether the index lists the folders that hold packs: `folders`, each with the identifier of
    /// its pack where it has one. A folder bears the identifier of its pack, and where there are
    /// several versions of a regulation, `@` and the version behind it.
    #[must_use]
    pub fn check(&self, folders: &[(String, Option<String>)]) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for name in &self.regulations {
            let Some((folder, id)) = folders.iter().find(|(folder, _)| **folder == *name.text)
            else {
                let message = format!("there is no pack in the folder `{name}`");
                let diagnostic = Diagnostic::error(&codes::INDEX, message).at(name.span);
                let known = folders.iter().map(|(folder, _)| folder.as_str());
                diagnostics.push(match nearest(&name.text, known) {
                    Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                    None => diagnostic,
                });
                continue;
            };
            let service = folder.split('@').next().unwrap_or_default();
            if id.as_ref().is_some_and(|id| id != service) {
                let id = id.as_deref().unwrap_or_default();
                let message = format!("the pack in the folder `{folder}` has the id `{id}`");
                diagnostics.push(Diagnostic::error(&codes::INDEX, message).at(name.span));
            }
        }
        for (folder, _) in folders {
            if !self.regulations.iter().any(|name| *name.text == **folder) {
                let message = format!("the pack in the folder `{folder}` is not listed");
                let diagnostic = Diagnostic::error(&codes::INDEX, message).at(self.span);
                diagnostics.push(diagnostic.hint("add it to `regulations`"));
            }
        }
        diagnostics
    }
}

fn index(root: &Node, findings: &mut Findings) -> Option<Index> {
    let mut fields = Fields::of(INDEX, root, findings)?;
    let head = Span::at(root.span.start);
    match fields.value("format") {
        Some(node) if node.to_json() != FORMAT => {
            findings.invalid("format", format!("`{FORMAT}`"), node.to_json(), node.span);
        }
        Some(_) => {}
        None => findings.missing("the index", "format", head),
    }
    let listed = fields.take("regulations");
    let span = listed.map_or(head, |entry| entry.key_span);
    let regulations = match listed {
        Some(entry) => crate::tree::names("regulations", &entry.value, findings),
        None => {
            findings.missing("the index", "regulations", head);
            Vec::new()
        }
    };
    let excluded = fields.mappings("excluded", findings);
    let excluded = excluded
        .iter()
        .filter_map(|node| excluded_regulation(node, findings))
        .collect();
    fields.finish_asked("the index", findings);
    Some(Index {
        regulations,
        excluded,
        span,
    })
}

fn excluded_regulation(node: &Node, findings: &mut Findings) -> Option<Excluded> {
    let mut fields = Fields::of("excluded", node, findings)?;
    let title = match fields.value("title") {
        Some(title) => {
            let mut fields = Fields::of("title", title, findings)?;
            let statement = read_statement(&mut fields, "`title`", title.span, findings);
            fields.finish_asked("`title`", findings);
            Some(statement)
        }
        None => {
            findings.missing("`excluded`", "title", node.span);
            None
        }
    };
    let decree = fields.required("decree", "`excluded`", node.span, findings);
    let by = fields.name("by", findings);
    let text = read_statement(&mut fields, "`excluded`", node.span, findings);
    fields.finish_asked("`excluded`", findings);
    Some(Excluded {
        title: title?,
        decree: decree?,
        by,
        text,
    })
}
