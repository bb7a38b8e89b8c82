//! What the children said: what they were going to do, and what was answered.
//!
//! One line each, with a full stop behind it that says that it is whole: `will start PROCESS OP .`,
//! `done start OP INSTANCE .`, `will publish OP .`, `done publish OP .`, `done complete INSTANCE ELEMENT .`, `failed .` when the store failed. `OP` is the business key of the case, the key of the message, and
//! (with its kind) the idempotency key of the command.

use std::collections::{BTreeMap, BTreeSet};

/// All that was said about one file.
#[derive(Clone, Debug, Default)]
pub(super) struct Journal {
    /// By operation the process, of starts that were announced and not answered.
    pub(super) unanswered_starts: BTreeMap<String, String>,
    /// Publications that were announced and not answered.
    pub(super) unanswered_messages: BTreeSet<String>,
    /// By operation the case.
    pub(super) started: BTreeMap<String, u64>,
    /// Messages that were taken.
    pub(super) published: BTreeSet<String>,
    /// Tasks that were completed: case and element.
    pub(super) completed: BTreeSet<(u64, String)>,
    /// How many commands the store failed for.
    pub(super) failed: u64,
}

impl Journal {
    /// Reads what a child said.
    pub(super) fn read(&mut self, lines: &[String]) -> Result<(), String> {
        for (index, line) in lines.iter().enumerate() {
            let words: Vec<&str> = line.split(' ').collect();
            // The last line may be cut off by the kill.
            if self.note(&words).is_none() && index + 1 < lines.len() {
                return Err(format!("the child said `{line}`"));
            }
        }
        Ok(())
    }

    fn note(&mut self, words: &[&str]) -> Option<()> {
        match words {
            ["will", "start", process, op, "."] => {
                let (op, process) = ((*op).to_owned(), (*process).to_owned());
                self.unanswered_starts.insert(op, process);
            }
            ["done", "start", op, instance, "."] => {
                self.unanswered_starts.remove(*op);
                self.started
                    .insert((*op).to_owned(), instance.parse().ok()?);
            }
            ["will", "publish", op, "."] => {
                self.unanswered_messages.insert((*op).to_owned());
            }
            ["done", "publish", op, "."] => {
                self.unanswered_messages.remove(*op);
                self.published.insert((*op).to_owned());
            }
            ["done", "complete", instance, element, "."] => {
                let instance = instance.parse().ok()?;
                self.completed.insert((instance, (*element).to_owned()));
            }
            ["failed", "."] => self.failed += 1,
            _ => return None,
        }
        Some(())
    }

    /// What the next child sends again.
    pub(super) fn unanswered_lines(&self) -> String {
        let starts = self.unanswered_starts.iter();
        let starts = starts.map(|(op, process)| format!("start {process} {op}\n"));
        let messages = self.unanswered_messages.iter();
        let messages = messages.map(|op| format!("publish {op}\n"));
        starts.chain(messages).collect()
    }

    /// How many commands were answered.
    pub(super) fn acknowledged(&self) -> u64 {
        (self.started.len() + self.published.len() + self.completed.len()) as u64
    }

    /// How many were announced and not answered.
    pub(super) fn unanswered(&self) -> u64 {
        (self.unanswered_starts.len() + self.unanswered_messages.len()) as u64
    }
}
