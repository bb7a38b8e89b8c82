//! Standard output, standard error and files: colours only on terminals, no complaint when a reader such
//! as `head` has seen enough, and a file is replaced whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anstyle::{AnsiColor, Style};
use reglament_source::report;
use tempfile::NamedTempFile;

use crate::{Unusable, input};

/// The styles of what is written to standard output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    pub(crate) title: Style,
    pub(crate) faint: Style,
    pub(crate) good: Style,
    pub(crate) bad: Style,
    pub(crate) doubtful: Style,
    pub(crate) place: Style,
}

impl Palette {
    /// The palette for standard output: empty unless it is a terminal that shows colours.
    pub(crate) fn for_stdout() -> Self {
        if coloured(&io::stdout()) {
            Self::coloured()
        } else {
            Self::plain()
        }
    }

    /// No colours at all.
    pub(crate) const fn plain() -> Self {
        let plain = Style::new();
        Self {
            title: plain,
            faint: plain,
            good: plain,
            bad: plain,
            doubtful: plain,
            place: plain,
        }
    }

    const fn coloured() -> Self {
        Self {
            title: Style::new().bold(),
            faint: Style::new().dimmed(),
            good: AnsiColor::Green.on_default(),
            bad: AnsiColor::Red.on_default().bold(),
            doubtful: AnsiColor::Yellow.on_default(),
            place: AnsiColor::Cyan.on_default(),
        }
    }
}

/// `text` in `style`.
pub(crate) fn paint(style: Style, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("{style}{text}{style:#}")
    }
}

/// Whether colours are wanted there: a terminal, `NO_COLOR`, `CLICOLOR_FORCE`.
fn coloured(stream: &impl anstream::stream::RawStream) -> bool {
    !matches!(
        anstream::AutoStream::choice(stream),
        anstream::ColorChoice::Never
    )
}

/// How diagnostics are drawn on standard output.
pub(crate) fn stdout_style() -> report::Style {
    if coloured(&io::stdout()) {
        report::Style::Coloured
    } else {
        report::Style::Plain
    }
}

/// How diagnostics are drawn on standard error.
pub(crate) fn stderr_style() -> report::Style {
    if coloured(&io::stderr()) {
        report::Style::Coloured
    } else {
        report::Style::Plain
    }
}

/// How many columns the terminal has that standard output is; none when it is no terminal.
pub(crate) fn terminal_width() -> Option<u16> {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map(|(terminal_size::Width(columns), _)| columns)
}

/// Why standard output has not taken everything.
static FAILED: OnceLock<String> = OnceLock::new();

/// Writes to standard output. Whoever closed the pipe does not want the rest; any other failure is
/// what [`failure`] tells.
pub(crate) fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        FAILED.get_or_init(|| error.to_string());
    }
}

/// Why standard output has not taken everything, if it has not: the disk is full.
pub(crate) fn failure() -> Option<&'static str> {
    FAILED.get().map(String::as_str)
}

/// Writes to standard error.
pub(crate) fn eprint(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Says on standard error why something cannot be done.
pub(crate) fn complain(message: &str, hint: Option<&str>) {
    let bad = match stderr_style() {
        report::Style::Coloured => Palette::coloured().bad,
        report::Style::Plain => Style::new(),
    };
    let hint = hint
        .map(|hint| format!("  hint: {hint}\n"))
        .unwrap_or_default();
    eprint(&format!("{} {message}\n{hint}", paint(bad, "error:")));
}

/// Makes `bytes` the content of the file `path`. What stood there is replaced in one step, so that a full
/// disk or a crash leaves the old content; a link stays a link, and the permissions stay.
///
/// # Errors
/// The file cannot be written, with the reason.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Unusable> {
    replace(path, bytes)
        .map_err(|error| Unusable::new(format!("cannot write `{}`: {error}", path.display())))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let Ok(existing) = fs::metadata(path) else {
        return File::create_new(path)?.write_all(bytes);
    };
    if !existing.is_file() {
        return fs::write(path, bytes);
    }
    if existing.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let path: PathBuf = path.canonicalize()?;
    let mut file = NamedTempFile::new_in(input::folder_of(&path))?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(existing.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}
