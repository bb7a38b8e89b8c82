//! What leaves the service: documents, messages to other systems, notifications.

use std::collections::BTreeSet;
use std::sync::Mutex;

use async_trait::async_trait;

use super::{Script, lock};
use crate::CallContext;
use crate::document::{Document, DocumentRenderer, RenderDocument, RenderError, RenderedDocument};
use crate::document_gateway::{
    DocumentGateway, GatewayError, SendThroughGateway, SentThroughGateway,
};
use crate::notification::{NotificationError, Notified, Notifier, Notify};

/// A gateway that keeps what was sent.
#[derive(Default)]
pub struct ScriptedGateway {
    /// Directs [`DocumentGateway::send`].
    pub send: Script<SendThroughGateway, SentThroughGateway, GatewayError>,
    systems: BTreeSet<String>,
    outbox: Mutex<Vec<SendThroughGateway>>,
}

impl ScriptedGateway {
    /// A gateway to these systems.
    #[must_use]
    pub fn to<S: Into<String>>(systems: impl IntoIterator<Item = S>) -> ScriptedGateway {
        ScriptedGateway {
            systems: systems.into_iter().map(Into::into).collect(),
            ..ScriptedGateway::default()
        }
    }

    /// What was sent, each message once however often it was asked for.
    #[must_use]
    pub fn outbox(&self) -> Vec<SendThroughGateway> {
        lock(&self.outbox).clone()
    }
}

#[async_trait]
impl DocumentGateway for ScriptedGateway {
    async fn send(
        &self,
        context: &CallContext,
        request: SendThroughGateway,
    ) -> Result<SentThroughGateway, GatewayError> {
        let answer = |request: &SendThroughGateway| {
            let unknown = request.to.iter().find(|to| !self.systems.contains(*to));
            if let Some(to) = unknown {
                return Err(GatewayError::UnknownSystem { to: to.clone() });
            }
            if request.to.is_empty() {
                return Err(GatewayError::UnknownSystem { to: String::new() });
            }
            let mut outbox = lock(&self.outbox);
            outbox.push(request.clone());
            Ok(SentThroughGateway {
                sent_through: request.through.clone().unwrap_or_else(|| "gateway".into()),
                gateway_message: format!("message-{}", outbox.len()),
            })
        };
        self.send.effect(context, request, answer).await
    }
}

/// A renderer that knows the names of its templates and makes references to nothing.
#[derive(Default)]
pub struct ScriptedRenderer {
    /// Directs [`DocumentRenderer::render`].
    pub render: Script<RenderDocument, RenderedDocument, RenderError>,
    templates: BTreeSet<String>,
    rendered: Mutex<u32>,
}

impl ScriptedRenderer {
    /// A renderer of these templates.
    #[must_use]
    pub fn of<S: Into<String>>(templates: impl IntoIterator<Item = S>) -> ScriptedRenderer {
        ScriptedRenderer {
            templates: templates.into_iter().map(Into::into).collect(),
            ..ScriptedRenderer::default()
        }
    }
}

#[async_trait]
impl DocumentRenderer for ScriptedRenderer {
    async fn render(
        &self,
        context: &CallContext,
        request: RenderDocument,
    ) -> Result<RenderedDocument, RenderError> {
        let answer = |request: &RenderDocument| {
            let template = request.template.clone();
            if !self.templates.contains(&template) {
                return Err(RenderError::UnknownTemplate { template });
            }
            let mut rendered = lock(&self.rendered);
            *rendered += 1;
            let document = Document {
                reference: format!("document-{rendered}"),
                template,
                media_type: "text/plain".into(),
            };
            Ok(RenderedDocument { document })
        };
        self.render.effect(context, request, answer).await
    }
}

/// A notifier that keeps what was told.
#[derive(Default)]
pub struct ScriptedNotifier {
    /// Directs [`Notifier::notify`].
    pub notify: Script<Notify, Notified, NotificationError>,
    outbox: Mutex<Vec<Notify>>,
}

impl ScriptedNotifier {
    /// What was told, each notification once however often it was asked for.
    #[must_use]
    pub fn outbox(&self) -> Vec<Notify> {
        lock(&self.outbox).clone()
    }
}

#[async_trait]
impl Notifier for ScriptedNotifier {
    async fn notify(
        &self,
        context: &CallContext,
        request: Notify,
    ) -> Result<Notified, NotificationError> {
        let answer = |request: &Notify| {
            request.check()?;
            let mut outbox = lock(&self.outbox);
            outbox.push(request.clone());
            Ok(Notified {
                notification: format!("notification-{}", outbox.len()),
            })
        };
        self.notify.effect(context, request, answer).await
    }
}
