//! From variables to a typed request, and from a typed response to variables.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use reglament_adapter_api::notification::{self, Destination};
use reglament_adapter_api::registers::RegisterQuery;
use reglament_adapter_api::scripted::{ScriptedHandler, ScriptedNotifier, VirtualClock};
use reglament_adapter_api::signature::VerifySignature;
use reglament_adapter_api::waiting_list::Enter;
use reglament_adapter_api::{
    Call, CallContext, Failure, Identifier, RESULT_EXPRESSION, RESULT_VARIABLE, Registry,
    Unhandled, Variables, decode,
};
use reglament_core::timer::Timestamp;
use serde_json::{Value, json};

fn variables(value: Value) -> Variables {
    match value {
        Value::Object(fields) => fields,
        other => panic!("not an object: {other}"),
    }
}

fn message<T: serde::de::DeserializeOwned>(value: Value) -> String {
    match decode::<T>("op", variables(value)) {
        Ok(_) => panic!("it was read"),
        Err(error) => error.to_string(),
    }
}

/// Calls an operation that answers `{number: 7, of: "A"}` with these headers.
fn respond(headers: &[(&str, &str)]) -> Result<Variables, Failure> {
    let mut registry = Registry::new();
    let answer = variables(json!({"number": 7, "of": "A"}));
    registry.register("op", ScriptedHandler::answering(answer));
    let mut context = CallContext::new("1", Timestamp::EPOCH);
    let headers = headers.iter();
    context.headers = headers
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .collect();
    let call = Call {
        operation: "op".into(),
        context,
        variables: Variables::new(),
    };
    VirtualClock::at(Timestamp::EPOCH).run(registry.call(call))
}

#[test]
fn a_missing_variable_is_named() {
    let missing = "operation 'op': expected a variable 'requestIdentifier', found none";
    let given = json!({"certificateIdentifier": "860314400190"});
    assert_eq!(message::<VerifySignature>(given), missing);
    let null = json!({"certificateIdentifier": "860314400190", "requestIdentifier": null});
    assert_eq!(message::<VerifySignature>(null), missing);
    let within = json!({"iin": "860314400190", "powerOfAttorney": {"number": "1"}});
    assert_eq!(
        message::<RegisterQuery>(within),
        "operation 'op': expected a variable 'powerOfAttorney.representativeIin', found none"
    );
}

#[test]
fn an_ill_typed_variable_is_named_with_what_is_wrong() {
    let wrong = json!({"iin": "860314400191"});
    assert_eq!(
        message::<RegisterQuery>(wrong),
        "operation 'op': variable 'iin': expected 0 as the last digit (control digit), found 1"
    );
    let wrong = json!({"child": "110520500312", "organization": "x", "turn": "first",
                       "categories": [1, 6]});
    assert_eq!(
        message::<Enter>(wrong),
        "operation 'op': variable 'categories[1]': expected a priority category from 1 to 5, \
         found 6"
    );
}

#[test]
fn an_iin_and_a_bin_are_told_apart() {
    let person: Identifier = "860314400190".parse().unwrap();
    let organisation: Identifier = "050140000011".parse().unwrap();
    assert!(person.as_iin().is_some());
    assert!(matches!(organisation, Identifier::Organisation(_)));
}

#[test]
fn fields_of_the_response_are_variables_unless_a_header_says_otherwise() {
    assert_eq!(respond(&[]), Ok(variables(json!({"number": 7, "of": "A"}))));
    let whole = respond(&[(RESULT_VARIABLE, "all")]);
    assert_eq!(
        whole,
        Ok(variables(json!({"all": {"number": 7, "of": "A"}})))
    );
    let mapped = respond(&[(RESULT_EXPRESSION, "={n: number, text: response.of + \"!\"}")]);
    assert_eq!(mapped, Ok(variables(json!({"n": 7, "text": "A!"}))));
}

#[test]
fn a_result_expression_that_gives_no_context_is_terminal() {
    for wrong in ["=number", "=no such thing(", "=missing"] {
        let failure = respond(&[(RESULT_EXPRESSION, wrong)]).unwrap_err();
        assert!(matches!(failure, Failure::Terminal { .. }), "{wrong}");
        assert!(failure.message().contains(RESULT_EXPRESSION), "{failure}");
    }
}

#[test]
fn an_operation_that_nobody_handles_is_terminal() {
    let call = Call {
        operation: "no.such".into(),
        context: CallContext::new("1", Timestamp::EPOCH),
        variables: Variables::new(),
    };
    let called = VirtualClock::at(Timestamp::EPOCH).run(async { Registry::new().call(call).await });
    assert_eq!(
        called,
        Err(Failure::terminal("no adapter handles 'no.such'"))
    );
}

#[test]
fn a_notification_goes_to_the_cabinet_unless_the_model_says_otherwise() {
    let notifier = Arc::new(ScriptedNotifier::default());
    let mut registry = Registry::new();
    registry.add(notification::operations(notifier.clone()));
    let mut key = 0;
    let mut send = |given: Value| {
        key += 1;
        let call = Call {
            operation: "notification.send".into(),
            context: CallContext::new(format!("{key}"), Timestamp::EPOCH),
            variables: variables(given),
        };
        VirtualClock::at(Timestamp::EPOCH).run(registry.call(call))
    };
    send(json!({"iin": "860314400190"})).unwrap();
    send(json!({"to": "center-system"})).unwrap();
    let failure = send(json!({"to": "e-mail", "iin": "860314400190"})).unwrap_err();
    assert_eq!(
        failure.message(),
        "to notify by 'e-mail' needs a variable 'email'"
    );
    let told: Vec<_> = notifier.outbox().into_iter().map(|told| told.to).collect();
    let workplace = Destination::Workplace("center-system".into());
    assert_eq!(told, [Destination::PersonalCabinet, workplace]);
}

const MODEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
             xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="D" targetNamespace="urn:test">
  <process id="P" isExecutable="true">
    <startEvent id="S"/>
    <sequenceFlow id="f1" sourceRef="S" targetRef="A"/>
    <serviceTask id="A"><extensionElements><zeebe:taskDefinition type="op"/>
      <zeebe:taskHeaders><zeebe:header key="resultExpression" value="={"/></zeebe:taskHeaders>
    </extensionElements></serviceTask>
    <sequenceFlow id="f2" sourceRef="A" targetRef="B"/>
    <serviceTask id="B"><extensionElements><zeebe:taskDefinition type="other"/></extensionElements></serviceTask>
    <sequenceFlow id="f3" sourceRef="B" targetRef="C"/>
    <serviceTask id="C"><extensionElements><zeebe:taskDefinition type="other"/></extensionElements></serviceTask>
    <sequenceFlow id="f4" sourceRef="C" targetRef="D1"/>
    <serviceTask id="D1"><extensionElements><zeebe:taskDefinition type="=kind"/></extensionElements></serviceTask>
    <sequenceFlow id="f5" sourceRef="D1" targetRef="E"/>
    <endEvent id="E"/>
  </process>
</definitions>"#;

#[test]
fn what_keeps_a_model_from_being_deployed_is_told_before_it_is() {
    let (definitions, diagnostics) = reglament_core::read("m.bpmn", MODEL.as_bytes());
    assert_eq!(diagnostics, []);
    let program = reglament_core::lower(&definitions.unwrap()).program;
    let mut registry = Registry::new();
    registry.register("op", ScriptedHandler::default());
    let missing = registry.missing(&program);
    let expected = [
        Unhandled::Operation {
            operation: "other".into(),
            elements: vec!["B".into(), "C".into()],
        },
        Unhandled::Computed {
            element: "D1".into(),
            expression: "kind".into(),
        },
    ];
    let (header, others): (Vec<_>, Vec<_>) = missing
        .into_iter()
        .partition(|found| matches!(found, Unhandled::ResultHeader { .. }));
    assert_eq!(others, expected);
    assert_eq!(header.len(), 1);
    assert!(
        header
            .iter()
            .all(|found| found.to_string().starts_with("'A': the header"))
    );
}
