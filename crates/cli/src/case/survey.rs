//! `reglament case survey`: what an applicant says of a service.

use std::sync::Arc;

use clap::Args;
use reglament_executor::{Actor, InstanceId};
use reglament_pack::form::{Form, Question};
use reglament_runtime::Refusal;
use reglament_runtime::command::SurveyAnswer;
use serde_json::{Value, json};

use super::database::{File, instance};
use super::{Trouble, print_json, report};
use crate::{Exit, Format, output, run, vars};

/// Counts what an applicant has answered to the survey of a service; without answers it shows what is
/// asked.
///
/// The case says only of which service and through which channel: what is recorded names neither the
/// case nor a person, and holds no free words. `report` counts it.
#[derive(Debug, Args)]
pub(super) struct Survey {
    /// The number of the case that was rendered.
    #[arg(value_name = "CASE", value_parser = instance)]
    case: InstanceId,
    /// What was filled in: a JSON object, or @ and the name of a file with one.
    #[arg(long, value_name = "JSON|@FILE")]
    answers: Option<String>,
    /// The form of the survey.
    #[arg(long, value_name = "ID", default_value = "survey")]
    form: String,
    #[command(flatten)]
    pub(super) file: File,
}

impl Survey {
    pub(super) fn execute(&self) -> Result<Exit, Trouble> {
        let Some(answers) = &self.answers else {
            return self.show();
        };
        let answer = SurveyAnswer {
            instance: self.case,
            form: self.form.as_str().into(),
            answers: run::variables(vars::parse(answers)?),
        };
        self.file.write(false, async |engine| {
            let nobody = Arc::new(Actor::default());
            Ok(engine.answer_survey(answer, &nobody).await?)
        })?;
        let lang = self.file.lang;
        let words = lang.pick(
            "жауаптар есепке алынды; кім жауап бергені жазылмады",
            "ответы учтены; кто отвечал, не записано",
            "the answers are counted; who gave them is not recorded",
        );
        let value = json!({ "answered": self.form });
        Ok(report(self.file.format, &value, words))
    }

    /// Shows what is asked.
    fn show(&self) -> Result<Exit, Trouble> {
        self.file.read(async |reader| {
            let view = reader.case(self.case).await?;
            let definition = reader.catalogue().get(view.definition);
            let form = definition.and_then(|it| it.forms.get(self.form.as_str()));
            let form = form.ok_or_else(|| {
                Trouble::from(reglament_runtime::EngineError::from(Refusal::UnknownForm {
                    instance: self.case,
                    form: self.form.as_str().into(),
                }))
            })?;
            match self.file.format {
                Format::Json => print_json(&questions_json(form)),
                Format::Human => output::print(&self.questions_text(form)),
            }
            Ok(Exit::Good)
        })
    }

    fn questions_text(&self, form: &Form) -> String {
        let mut text = String::new();
        for question in form.questions() {
            let label = question.component.label_in(self.file.lang.tag());
            text.push_str(&format!(
                "{}: {}\n",
                question.path,
                label.unwrap_or_default()
            ));
            for (answer, label) in labelled(&question) {
                text.push_str(&format!("  {answer}  {label}\n"));
            }
        }
        text
    }
}

/// The answers to a question with their labels.
fn labelled(question: &Question<'_>) -> Vec<(String, String)> {
    let texts = question.texts().into_iter();
    let labelled = texts.map(|answer| {
        let label = question.label(&answer).unwrap_or_default().to_owned();
        (answer.to_string(), label)
    });
    labelled.collect()
}

fn questions_json(form: &Form) -> Value {
    let questions = form.questions();
    let questions = questions.iter().map(|question| {
        let answers = labelled(question);
        let answers = answers.iter();
        json!({
            "question": question.path,
            "label": question.component.label,
            "answers": answers
                .map(|(answer, label)| json!({ "answer": answer, "label": label }))
                .collect::<Vec<Value>>(),
        })
    });
    json!({ "form": form.id.text, "questions": questions.collect::<Vec<Value>>() })
}
