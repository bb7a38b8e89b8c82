//! `reglament case report`: the quality of services, counted from the histories of cases.

mod figures;
mod json;
mod text;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use reglament_core::timer::Date;
use reglament_pack::{FolderSource, Pack};
use reglament_runtime::Reader;
use reglament_runtime::report::{Dimension, ReportQuery};

use super::database::Cases;
use super::{Trouble, print_json};
use crate::{Exit, Unusable, csv, output};

/// Reports the quality of services from the histories of cases: the share of cases rendered within the
/// term, refusals by ground, times per step, terms, units, incidents, answers to surveys.
///
/// A case belongs to the period in which its application was filed. It is late from the moment at which
/// its term has run out, also while it goes on. Shares are those of the cases of which it is known.
/// Times are those between the beginning and the end of a step, waiting included; what a term has used
/// is counted as the term counts: in working days by the calendar, without days on which it stood
/// still. Percentiles are values that occurred (nearest rank). Cases that were erased are not counted.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
reglament case report --from 2013-09-01 --to 2013-09-30 --pack processes/kindergarten-queue\n  \
reglament case report --by month --by channel --format csv > quality.csv")]
pub(super) struct Report {
    /// Only applications that were filed on this day or later.
    #[arg(long, value_name = "DATE", value_parser = super::start::date)]
    from: Option<Date>,
    /// Only applications that were filed on this day or earlier.
    #[arg(long, value_name = "DATE", value_parser = super::start::date)]
    to: Option<Date>,
    /// Only cases of this service, or of this process where a case has no service.
    #[arg(long, value_name = "ID")]
    service: Option<String>,
    /// What the figures are told apart by; may be given several times. Without it service and channel.
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    by: Vec<By>,
    /// The folder of a pack whose indicators of quality are named; may be given several times.
    #[arg(long, value_name = "FOLDER")]
    pack: Vec<PathBuf>,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    #[command(flatten)]
    cases: Cases,
}

/// What figures are told apart by.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    /// The service.
    Service,
    /// The channel that the application came through.
    Channel,
    /// The unit that acts: what it did of each case that it had a step of.
    Performer,
    /// The month of filing.
    Month,
    /// The year of filing.
    Year,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    #[default]
    #[value(alias = "human")]
    Text,
    /// Comma-separated values, a row for each figure.
    Csv,
    /// One JSON object.
    Json,
}

/// What a report is written from.
struct Source<'r> {
    reader: &'r Reader,
    packs: BTreeMap<String, Pack>,
    cases: &'r Cases,
}

impl From<By> for Dimension {
    fn from(by: By) -> Self {
        match by {
            By::Service => Self::Service,
            By::Channel => Self::Channel,
            By::Performer => Self::Performer,
            By::Month => Self::Month,
            By::Year => Self::Year,
        }
    }
}

impl Report {
    /// For whom a refusal is written.
    pub(super) fn format(&self) -> crate::Format {
        match self.format {
            Form::Json => crate::Format::Json,
            Form::Text | Form::Csv => crate::Format::Human,
        }
    }

    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let packs = self.packs()?;
        self.cases.read(async |reader| {
            let counted = reader.report(&self.query()).await?;
            let source = Source {
                reader,
                packs,
                cases: &self.cases,
            };
            match self.format {
                Form::Text => output::print(&text::of(&counted, &source)),
                Form::Json => print_json(&json::of(&counted, &source)),
                Form::Csv => {
                    let rows = figures::of(&counted, &source);
                    let rows = rows.iter().map(|row| row.iter().map(String::as_str));
                    output::print(&csv::table(rows)?);
                }
            }
            for case in &counted.unreadable {
                let why = format!("the history of case {case} cannot be read; it is not counted");
                output::complain(&why, Some("see `reglament case audit verify`"));
            }
            Ok(if counted.unreadable.is_empty() {
                Exit::Good
            } else {
                Exit::Wrong
            })
        })
    }

    fn query(&self) -> ReportQuery {
        let mut query = ReportQuery {
            from: self.from,
            to: self.to,
            service: self.service.as_deref().map(Arc::from),
            zone: self.cases.zone,
            ..ReportQuery::default()
        };
        if !self.by.is_empty() {
            query.by = self.by.iter().map(|by| Dimension::from(*by)).collect();
        }
        query
    }

    /// The packs of `--pack`, by their ids.
    fn packs(&self) -> Result<BTreeMap<String, Pack>, Unusable> {
        let open = |folder: &PathBuf| {
            let pack = Pack::open(&FolderSource::new(folder)).map_err(|_| {
                let message = format!("`{}` is no pack without errors", folder.display());
                Unusable::new(message).hint("`reglament check` says what is wrong with it")
            })?;
            Ok((pack.id().to_owned(), pack))
        };
        self.pack.iter().map(open).collect()
    }
}
