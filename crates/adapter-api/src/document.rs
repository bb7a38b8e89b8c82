//! Documents and their rendering from a template.
//!
//! # Source
//! The regulations' "forms the message", "creates the output document".

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{CallContext, Failure, Operations, SystemError, Variables, typed};

/// A document that is kept elsewhere. Only the reference is a variable: contents never are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Where whoever keeps documents finds it.
    pub reference: String,
    /// The template that it was made from.
    pub template: String,
    /// Its media type (RFC 6838).
    pub media_type: String,
}

/// What `document.render` asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenderDocument {
    /// The template.
    pub template: String,
    /// All other variables that the task sees: what the template may print.
    #[serde(flatten)]
    pub data: Variables,
}

/// What `document.render` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenderedDocument {
    /// The document.
    pub document: Document,
}

/// Why a document is not rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Terminal: there is no such template.
    #[error("there is no template '{template}'")]
    UnknownTemplate {
        /// The template.
        template: String,
    },
    /// Terminal: the template prints what the case does not have.
    #[error("template '{template}' prints '{variable}', which the case does not have")]
    MissingData {
        /// The template.
        template: String,
        /// The variable.
        variable: String,
    },
    /// As every system fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Failure {
        let message = error.to_string();
        match error {
            RenderError::UnknownTemplate { .. } | RenderError::MissingData { .. } => {
                Failure::terminal(message)
            }
            RenderError::System(error) => error.into(),
        }
    }
}

/// Makes documents of templates.
#[async_trait]
pub trait DocumentRenderer: Send + Sync {
    /// Renders and keeps a document (`document.render`).
    ///
    /// # Errors
    /// There is no such template, data are missing, the system fails.
    async fn render(
        &self,
        context: &CallContext,
        request: RenderDocument,
    ) -> Result<RenderedDocument, RenderError>;
}

/// `document.render`: takes `template` and whatever the template prints; gives `document`.
pub fn operations(adapter: Arc<dyn DocumentRenderer>) -> Operations {
    Operations::new().with(
        "document.render",
        typed(move |context: CallContext, request| {
            let adapter = Arc::clone(&adapter);
            async move { adapter.render(&context, request).await }
        }),
    )
}
