//! Reading the lists of a store page by page.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Args;
use reglament_core::timer::Timestamp;
use reglament_executor::InstanceId;
use reglament_runtime::store::{
    Cursor, Digest, InstanceQuery, InstanceRow, Paging, TermQuery, TermRow,
};
use reglament_runtime::{Definition, Reader};

use super::Trouble;
use crate::output;
use crate::render::Lang;

/// How many entries are read at once.
pub(super) const PAGE: usize = 500;

/// How many rows people are shown at once.
const SHOWN: usize = 100;

/// Which part of a list is shown.
#[derive(Debug, Args)]
pub(super) struct Part {
    /// How many entries at most; without it 100 on a terminal and for people, all as JSON.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// How many entries are passed over first.
    #[arg(long, value_name = "N", default_value_t = 0)]
    skip: usize,
}

impl Part {
    /// The part of `all` that is shown.
    pub(super) fn of<T>(&self, all: Vec<T>, format: crate::Format) -> Vec<T> {
        all.into_iter()
            .skip(self.skip)
            .take(self.size(format))
            .collect()
    }

    fn size(&self, format: crate::Format) -> usize {
        self.limit.unwrap_or(match format {
            crate::Format::Human => SHOWN,
            crate::Format::Json => usize::MAX,
        })
    }

    /// Tells people what they were not shown.
    pub(super) fn tell_rest(&self, all: usize, format: crate::Format, lang: Lang) {
        let seen = self.skip.saturating_add(self.size(format)).min(all);
        let rest = all - seen;
        if rest > 0 && format == crate::Format::Human {
            let more = lang.pick("тағы", "ещё", "more:");
            output::eprint(&format!("… {more} {rest} (--skip {seen})\n"));
        }
    }
}

/// Reads all pages of a list.
macro_rules! all_pages {
    ($reader:expr, $list:ident, $query:expr) => {{
        let mut items = Vec::new();
        let mut paging = reglament_runtime::store::Paging::first(crate::case::pages::PAGE);
        loop {
            let page = $reader.store().$list($query, paging).await?;
            items.extend(page.items);
            match page.next {
                Some(next) => {
                    paging = reglament_runtime::store::Paging {
                        after: Some(next),
                        limit: crate::case::pages::PAGE,
                    }
                }
                None => break items,
            }
        }
    }};
}
pub(super) use all_pages;

pub(super) fn definition(reader: &Reader, digest: Digest) -> Option<Arc<Definition>> {
    reader.catalogue().get(digest).cloned()
}

/// The row that lists show of a case.
pub(super) async fn row_of(
    reader: &Reader,
    case: InstanceId,
) -> Result<Option<InstanceRow>, Trouble> {
    let after = case.0.checked_sub(1).map(InstanceId);
    let paging = Paging {
        after: after.map(|instance| Cursor {
            at: None,
            instance,
            key: 0,
        }),
        limit: 1,
    };
    let page = reader.store().instances(InstanceQuery::default(), paging);
    let mut items = page.await?.items.into_iter();
    Ok(items.find(|row| row.instance == case))
}

/// When terms of steps end, by case and element; of several the earliest.
pub(super) async fn step_terms(reader: &Reader) -> Result<StepTerms, Trouble> {
    let rows: Vec<TermRow> = all_pages!(reader, terms, TermQuery::default());
    let mut earliest = StepTerms::new();
    for row in rows.into_iter().filter(|row| row.element != row.process) {
        if let Some(due) = row.due {
            let known = earliest
                .entry((row.id.instance, row.element))
                .or_insert(due);
            *known = due.min(*known);
        }
    }
    Ok(earliest)
}

/// When terms of steps end, by case and element.
pub(super) type StepTerms = BTreeMap<(InstanceId, Arc<str>), Timestamp>;
