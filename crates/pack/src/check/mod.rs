//! Whether the parts of a pack agree: the flows with the text, with the manifest, with the forms.
//!
//! Each file has been read by itself before; here is only what no file says alone.

mod citations;
mod facts;
mod names;
mod outcomes;
mod parties;
mod references;
mod terms;

use reglament_source::Diagnostic;

use crate::pack::Pack;
use crate::report::Report;

/// Checks the whole pack and adds what is wrong to the files where it is.
pub(crate) fn check(pack: &Pack, report: &mut Report) {
    let mut findings = Findings { pack, report };
    names::check(&mut findings);
    citations::check(&mut findings);
    terms::check(&mut findings);
    outcomes::check(&mut findings);
    parties::check(&mut findings);
    references::check(&mut findings);
}

/// What is checked, and where findings go.
struct Findings<'c> {
    pack: &'c Pack,
    report: &'c mut Report,
}

impl Findings<'_> {
    /// Adds a finding to the file `path`.
    fn push(&mut self, path: &str, diagnostic: Diagnostic) {
        self.report.extend(path, [diagnostic]);
    }
}
