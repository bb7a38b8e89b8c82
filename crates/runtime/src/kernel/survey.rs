//! Surveys: what applicants say of a service.

use std::sync::Arc;

use reglament_core::timer::Timestamp;
use reglament_executor::Actor;

use super::group::Group;
use super::{EngineEvent, Failure, Kernel};
use crate::command::{Answer, SurveyAnswer};
use crate::error::Refusal;

impl Kernel {
    /// Records the answers to a survey among the engine's own records, where nothing connects them
    /// with the case or with who entered them.
    pub(super) async fn answer_survey(
        &mut self,
        group: &mut Group,
        answer: &SurveyAnswer,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let entry = self.entry(answer.instance).await?;
        let unknown = || Refusal::UnknownForm {
            instance: answer.instance,
            form: Arc::clone(&answer.form),
        };
        let form = entry
            .definition
            .forms
            .get(&answer.form)
            .ok_or_else(unknown)?;
        let invalid = |errors| Refusal::InvalidAnswers {
            form: Arc::clone(&answer.form),
            errors,
        };
        let errors: Vec<String> = form
            .validate(&answer.answers)
            .iter()
            .map(ToString::to_string)
            .collect();
        if !errors.is_empty() {
            return Err(invalid(errors).into());
        }
        let answers: Vec<(Arc<str>, Arc<str>)> = form
            .questions()
            .iter()
            .flat_map(|question| {
                let path: Arc<str> = Arc::from(&*question.path);
                let answers = question.answers(&answer.answers);
                answers.into_iter().map(move |it| (Arc::clone(&path), it))
            })
            .collect();
        if answers.is_empty() {
            let nothing = "expected an answer to a question with a list of answers, found none";
            return Err(invalid(vec![nothing.to_owned()]).into());
        }
        let head = &entry.case.head;
        let event = EngineEvent::SurveyAnswered {
            definition: head.definition,
            process: Arc::clone(&head.process),
            service: head.facts.service.clone(),
            channel: head.facts.channel.clone(),
            form: Arc::clone(&answer.form),
            answers,
        };
        let nobody = Arc::new(Actor::system());
        self.note(group, vec![(nobody, event)], Vec::new(), now)?;
        Ok(Answer::Done)
    }
}
