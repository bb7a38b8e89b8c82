//! The contracts of [`DocumentGateway`], [`DocumentRenderer`] and [`Notifier`].

use super::{Breach, Calls, equal, given, identifier};
use crate::document::{DocumentRenderer, RenderDocument, RenderError};
use crate::document_gateway::{DocumentGateway, GatewayError, SendThroughGateway};
use crate::notification::{Destination, NotificationError, Notifier, Notify};
use crate::{SystemError, Variables};

/// The systems that the gateway must know; it must not know `no-such-system`.
pub const SYSTEMS: [&str; 2] = ["center-system", "regional-gateway"];

/// The template that the renderer must have, one that prints the variable `iin`; it must not have
/// `no-such-template`.
pub const TEMPLATE: &str = "refusal";

/// Asks a gateway.
///
/// # Errors
/// The first rule that does not hold.
pub async fn gateway_holds(gateway: &dyn DocumentGateway) -> Result<(), Breach> {
    let mut calls = Calls::at("2013-09-02T10:00:00Z")?;
    let message = |to: &[&str]| SendThroughGateway {
        to: to.iter().map(|to| (*to).into()).collect(),
        through: None,
        status: Some("received".into()),
        application_number: Some("A-2013-000001".into()),
        request: None,
        request_signature: None,
        document: None,
    };
    let rule = "what goes to systems that it knows is sent, once for each key";
    let context = calls.next();
    let first = given(rule, gateway.send(&context, message(&SYSTEMS)).await)?;
    let again = given(rule, gateway.send(&context, message(&SYSTEMS)).await)?;
    equal(rule, &again, &first)?;
    let other = given(rule, gateway.send(&calls.next(), message(&SYSTEMS)).await)?;
    equal(
        rule,
        &(other.gateway_message == first.gateway_message),
        &false,
    )?;

    let rule = "a key is not used for another message";
    let [system, ..] = SYSTEMS;
    let found = gateway.send(&context, message(&[system])).await;
    let key = context.key.to_string();
    equal(rule, &found, &Err(SystemError::KeyReused { key }.into()))?;

    let rule = "a system that it does not know is told, and nothing is sent";
    let found = gateway
        .send(&calls.next(), message(&[system, "no-such-system"]))
        .await;
    let to = "no-such-system".into();
    equal(rule, &found, &Err(GatewayError::UnknownSystem { to }))?;

    let rule = "to no system is not sent";
    let found = gateway.send(&calls.next(), message(&[])).await;
    let to = String::new();
    equal(rule, &found, &Err(GatewayError::UnknownSystem { to }))
}

/// Asks a renderer.
///
/// # Errors
/// The first rule that does not hold.
pub async fn renderer_holds(renderer: &dyn DocumentRenderer) -> Result<(), Breach> {
    let mut calls = Calls::at("2013-09-02T10:00:00Z")?;
    let mut data = Variables::new();
    data.insert("iin".into(), "860314400190".into());
    let ask = |template: &str| RenderDocument {
        template: template.into(),
        data: data.clone(),
    };
    let rule = "a document is rendered, once for each key";
    let context = calls.next();
    let first = given(rule, renderer.render(&context, ask(TEMPLATE)).await)?;
    let again = given(rule, renderer.render(&context, ask(TEMPLATE)).await)?;
    equal(rule, &again, &first)?;
    equal(rule, &first.document.template.as_str(), &TEMPLATE)?;
    let other = given(rule, renderer.render(&calls.next(), ask(TEMPLATE)).await)?;
    equal(
        rule,
        &(other.document.reference == first.document.reference),
        &false,
    )?;

    let rule = "a template that it does not have is told";
    let found = renderer
        .render(&calls.next(), ask("no-such-template"))
        .await;
    let template = "no-such-template".into();
    equal(
        rule,
        &found,
        &Err(RenderError::UnknownTemplate { template }),
    )
}

/// Asks a notifier.
///
/// # Errors
/// The first rule that does not hold.
pub async fn notifier_holds(notifier: &dyn Notifier) -> Result<(), Breach> {
    let mut calls = Calls::at("2013-09-02T10:00:00Z")?;
    let applicant = identifier("860314400190")?;
    let ask = |to: Destination| Notify {
        to,
        iin: None,
        email: None,
        status: Some("received".into()),
        application_number: None,
        document: None,
    };
    let to_applicant = Notify {
        iin: Some(applicant),
        ..ask(Destination::PersonalCabinet)
    };
    let rule = "a notification is sent once for each key";
    let context = calls.next();
    let first = given(rule, notifier.notify(&context, to_applicant.clone()).await)?;
    let again = given(rule, notifier.notify(&context, to_applicant.clone()).await)?;
    equal(rule, &again, &first)?;
    let other = given(rule, notifier.notify(&calls.next(), to_applicant).await)?;
    equal(rule, &(other == first), &false)?;

    let rule = "a workplace needs no applicant";
    let workplace = Destination::Workplace("center-system".into());
    given(rule, notifier.notify(&calls.next(), ask(workplace)).await)?;

    let rule = "the cabinet needs the applicant, e-mail the address";
    for (to, variable) in [
        (Destination::PersonalCabinet, "iin"),
        (Destination::Email, "email"),
    ] {
        let found = notifier.notify(&calls.next(), ask(to.clone())).await;
        let expected = Err(NotificationError::NoRecipient { to, variable });
        equal(rule, &found, &expected)?;
    }
    Ok(())
}
