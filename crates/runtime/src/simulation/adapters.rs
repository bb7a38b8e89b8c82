//! The handlers inside the engine and the systems behind them, and all the ways in which they fail.
//!
//! A system has an effect once for each job: what comes again under the same key gets the first answer.
//! That a handler had its effect and nobody heard so (a time-out, a death of the process) is the case
//! that matters.

use std::collections::BTreeSet;

use super::random::Random;
use crate::command::{Command, Retry};
use crate::kernel::ReadyJob;
use crate::store::{ElementInstanceId, JobRow};

/// The type of the jobs that handlers inside the engine take.
pub(super) const KIND: &str = "ask";

/// How many rounds the slowest handler takes.
const SLOWEST: u64 = 12;

/// What runs inside the engine, and what has happened outside.
#[derive(Debug, Default)]
pub(super) struct Adapters {
    running: Vec<Running>,
    /// The jobs whose effect has happened. That outlives every process.
    pub(super) effects: BTreeSet<ElementInstanceId>,
    /// How many attempts did not simply succeed.
    pub(super) faults: u32,
}

#[derive(Debug)]
struct Running {
    job: ElementInstanceId,
    /// How many rounds until the answer.
    rounds: u64,
    answers: Vec<Command>,
}

impl Adapters {
    /// Begins what the engine says can be taken.
    pub(super) fn begin(&mut self, random: &mut Random, ready: Vec<ReadyJob>) {
        for job in ready {
            self.handle(random, &job.row);
        }
    }

    /// Begins what the store says can be taken, as after a restart or the end of a back-off.
    pub(super) fn look(&mut self, random: &mut Random, rows: &[JobRow]) {
        for row in rows {
            self.handle(random, row);
        }
    }

    fn handle(&mut self, random: &mut Random, row: &JobRow) {
        let job = row.id;
        if self.running.iter().any(|running| running.job == job) {
            return;
        }
        let complete = Command::CompleteJob {
            job,
            attempt: None,
            variables: Vec::new(),
        };
        let fail = |message: &str, retry| Command::FailJob {
            job,
            attempt: None,
            message: message.into(),
            retry,
        };
        // Only the questions have a handler for the error.
        let catches = *row.element == *"Ask";
        let (has_effect, answers) = match random.below(12) {
            0 => (false, vec![fail("the system refused", Retry::Never)]),
            1 => (false, vec![fail("the system is down", Retry::Later)]),
            // Whether it was done is not known; it was.
            2 => (true, vec![fail("no result after 30 s", Retry::Later)]),
            3 if catches => (
                true,
                vec![Command::ThrowError {
                    job,
                    attempt: None,
                    code: "refused".into(),
                    variables: Vec::new(),
                }],
            ),
            // It answers twice.
            4 => (true, vec![complete.clone(), complete]),
            // It was done, and then it says that it was not.
            5 => (true, vec![complete, fail("too late", Retry::Later)]),
            _ => (true, vec![complete]),
        };
        if has_effect {
            self.effects.insert(job);
        }
        let is_plain = matches!(answers[..], [Command::CompleteJob { .. }]);
        self.faults += u32::from(!is_plain);
        self.running.push(Running {
            job,
            rounds: random.below(SLOWEST).saturating_sub(SLOWEST / 2),
            answers,
        });
    }

    /// What is answered in this round.
    pub(super) fn answers(&mut self) -> Vec<Command> {
        let mut answers = Vec::new();
        self.running.retain_mut(|running| {
            let is_done = running.rounds == 0;
            if is_done {
                answers.append(&mut running.answers);
            } else {
                running.rounds -= 1;
            }
            !is_done
        });
        answers
    }

    /// The process died, and its handlers with it. What they have done is done.
    pub(super) fn die(&mut self) {
        self.running.clear();
    }
}
