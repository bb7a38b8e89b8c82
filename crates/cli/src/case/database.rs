//! The file that cases are kept in: opening it, and the engine over it.

use std::io::ErrorKind;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use reglament_core::timer::{Timestamp, Zone};
use reglament_executor::{Actor, InstanceId};
use reglament_runtime::history::Keys;
use reglament_runtime::store::{KeptQuery, Store};
use reglament_runtime::{Engine, ManualClock, Reader};
use reglament_sqlite::{SqliteOptions, create_key_file, read_key_file};

use super::Trouble;
use crate::render::Lang;
use crate::{Format, Unusable, run};

/// How long is waited for what has become due, before the command is answered.
const PATIENCE: Duration = Duration::from_secs(60);

/// The arguments that every command on cases has, and for whom its output is.
#[derive(Debug, Args)]
pub(super) struct File {
    #[command(flatten)]
    cases: Cases,
    /// For whom the output is.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

impl Deref for File {
    type Target = Cases;

    fn deref(&self) -> &Cases {
        &self.cases
    }
}

/// The file of the cases, and how it is looked at.
#[derive(Debug, Args)]
pub(super) struct Cases {
    /// The file of the cases.
    #[arg(long, value_name = "FILE", default_value = "cases.sqlite")]
    pub(super) db: PathBuf,
    /// For how many seconds a command that changes something waits while another one writes.
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    pub(super) wait: u64,
    /// The file with the secret that personal data is sealed with. It is made together with the first
    /// case; a file of cases has a key from its beginning or never.
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
    /// The present instant; the clock of the machine without it.
    #[arg(long, value_name = "RFC3339", value_parser = run::instant)]
    pub(super) at: Option<(Timestamp, Option<Zone>)>,
    /// The time zone of days and of local times in models.
    #[arg(long, value_name = "ZONE", default_value = "Asia/Almaty", value_parser = zone)]
    pub(super) zone: Zone,
    /// In which language steps are named, where the model has their names in it.
    #[arg(long, value_enum, default_value = "kk")]
    pub(super) lang: Lang,
}

/// Who acts.
#[derive(Debug, Args)]
pub(super) struct Who {
    /// Who acts; the history names them. The caller vouches that it is they.
    #[arg(long, value_name = "ID")]
    actor: String,
    /// A group that the actor belongs to; may be given several times.
    #[arg(long, value_name = "GROUP")]
    group: Vec<String>,
}

fn zone(text: &str) -> Result<Zone, String> {
    Zone::parse(text).map_err(|error| error.to_string())
}

/// The value of a case number.
pub(super) fn instance(text: &str) -> Result<InstanceId, String> {
    match text.parse() {
        Ok(number @ 1..) => Ok(InstanceId(number)),
        _ => Err(format!("expected the number of a case, found `{text}`")),
    }
}

impl Who {
    pub(super) fn actor(&self) -> Arc<Actor> {
        Arc::new(Actor {
            id: Arc::from(&*self.actor),
            groups: self.group.iter().map(|group| Arc::from(&**group)).collect(),
            ..Actor::default()
        })
    }
}

impl Cases {
    /// The present instant, for what is only looked at.
    pub(super) fn now(&self) -> Timestamp {
        self.at.as_ref().map_or_else(run::now, |(at, _)| *at)
    }

    /// The keys of `--key`.
    pub(super) fn keys(&self) -> Result<Option<Arc<dyn Keys>>, Trouble> {
        let Some(file) = &self.key else {
            return Ok(None);
        };
        let keys = read_key_file(file).map_err(|error| unusable(&error))?;
        Ok(Some(Arc::new(keys)))
    }

    /// Opens the file for writing; only `may_create` makes it, and its key, when they are not there.
    pub(super) fn open_for_writing(&self, may_create: bool) -> Result<Arc<dyn Store>, Trouble> {
        let is_new = std::fs::metadata(&self.db).map_or(true, |it| it.is_file() && it.len() == 0);
        if is_new && !may_create {
            let message = format!("there are no cases in a file {}", self.db.display());
            let hint = "`reglament case start` makes it with the first case";
            return Err(Unusable::new(message).hint(hint).into());
        }
        if is_new && let Some(key) = self.key.as_ref().filter(|key| !key.exists()) {
            create_key_file(key).map_err(|error| unusable(&error))?;
        }
        self.look()?;
        let patience = Duration::from_secs(self.wait);
        let options = SqliteOptions::new().readers(1).patience(patience);
        let store = options.open(&self.db);
        Ok(Arc::new(store.map_err(|error| self.unusable(&error))?))
    }

    /// Opens the file for reading.
    pub(super) fn open_for_reading(&self) -> Result<Arc<dyn Store>, Trouble> {
        self.look()?;
        let store = SqliteOptions::new().readers(1).open_for_reading(&self.db);
        Ok(Arc::new(store.map_err(|error| self.unusable(&error))?))
    }

    /// Says what the operating system has against the file, in clearer words than a database does.
    fn look(&self) -> Result<(), Unusable> {
        let shown = self.db.display();
        if self.db.is_dir() {
            let message = format!("expected a file of cases, found the folder {shown}");
            return Err(Unusable::new(message));
        }
        match std::fs::File::open(&self.db) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Unusable::new(format!("{shown} cannot be opened: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// The file cannot be used: which one, and why.
    fn unusable(&self, error: &dyn std::error::Error) -> Trouble {
        let why = causes(error);
        let shown = self.db.display().to_string();
        if why.contains(&shown) {
            return Unusable::new(why).into();
        }
        Unusable::new(format!("{shown}: {why}")).into()
    }

    /// Has `look` read the file.
    pub(super) fn read<T>(
        &self,
        look: impl AsyncFnOnce(&Reader) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let (store, keys) = (self.open_for_reading()?, self.keys()?);
        in_runtime(async {
            let reader = Reader::open(store, keys).await?;
            look(&reader).await
        })
    }

    /// Has `act` change cases: what has become due is done before it, and what follows from it after.
    pub(super) fn write<T>(
        &self,
        may_create: bool,
        act: impl AsyncFnOnce(&Engine) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let store = self.open_for_writing(may_create)?;
        let keys = self.keys()?;
        in_runtime(async {
            // Nobody but people works on this file: they complete jobs by hand.
            let mut builder = Engine::over(Arc::clone(&store))
                .zone(self.zone)
                .numbers_reserved(0)
                .any_external();
            if let Some((at, _)) = &self.at {
                builder = builder.clock(Arc::new(ManualClock::new(*at)));
            }
            if let Some(keys) = keys {
                builder = builder.keys(keys);
            }
            let engine = builder.open().await?;
            let done = self.within(&engine, &*store, act).await;
            engine.shutdown(Duration::from_secs(1)).await;
            done
        })
    }

    async fn within<T>(
        &self,
        engine: &Engine,
        store: &dyn Store,
        act: impl AsyncFnOnce(&Engine) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        self.settle(store).await?;
        let done = act(engine).await?;
        self.settle(store).await?;
        Ok(done)
    }

    /// Waits until nothing is due and no message is on its way.
    pub(super) async fn settle(&self, store: &dyn Store) -> Result<(), Trouble> {
        let settled = async {
            loop {
                let now = self.now();
                let is_due = store.next_due().await?.is_some_and(|due| due <= now);
                if !is_due && store.messages(KeptQuery::Unrouted(0), 1).await?.is_empty() {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, settled).await {
            Ok(result) => result,
            Err(_) => {
                let seconds = PATIENCE.as_secs();
                let message = format!("more is due than can be done in {seconds} seconds");
                Err(Unusable::new(message)
                    .hint("what was done is kept; `reglament case advance` goes on")
                    .into())
            }
        }
    }
}

/// Runs `work` to its end.
pub(super) fn in_runtime<T>(work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = runtime.map_err(|error| unusable(&error))?;
    runtime.block_on(work)
}

/// A file that cannot be used, with the causes.
pub(super) fn unusable(error: &dyn std::error::Error) -> Trouble {
    Unusable::new(causes(error)).into()
}

/// An error with what led to it; what a cause only repeats is left out.
fn causes(error: &dyn std::error::Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message.push_str(": ");
            message.push_str(&text);
        }
        cause = error.source();
    }
    message
}
