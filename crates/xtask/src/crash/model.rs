//! The processes that the children run.

/// Two user tasks; a message by its key, which may come before or after; a timer; both at once.
pub(super) const MODEL: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:crash">
  <message id="Answer" name="answer">
    <extensionElements><zeebe:subscription correlationKey="=ref"/></extensionElements>
  </message>
  <process id="Line" isExecutable="true">
    <startEvent id="LineStart"/>
    <userTask id="A"/><userTask id="B"/>
    <endEvent id="LineEnd"/>
    <sequenceFlow id="L1" sourceRef="LineStart" targetRef="A"/>
    <sequenceFlow id="L2" sourceRef="A" targetRef="B"/>
    <sequenceFlow id="L3" sourceRef="B" targetRef="LineEnd"/>
  </process>
  <process id="Waits" isExecutable="true">
    <startEvent id="WaitsStart"/>
    <intermediateCatchEvent id="Got"><messageEventDefinition messageRef="Answer"/></intermediateCatchEvent>
    <endEvent id="WaitsEnd"/>
    <sequenceFlow id="W1" sourceRef="WaitsStart" targetRef="Got"/>
    <sequenceFlow id="W2" sourceRef="Got" targetRef="WaitsEnd"/>
  </process>
  <process id="Timed" isExecutable="true">
    <startEvent id="TimedStart"/>
    <userTask id="C"/>
    <boundaryEvent id="Reminder" attachedToRef="C" cancelActivity="false">
      <timerEventDefinition><timeDuration>=duration("PT0." + tenths + "S")</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <endEvent id="TimedEnd"/><endEvent id="Reminded"/>
    <sequenceFlow id="T1" sourceRef="TimedStart" targetRef="C"/>
    <sequenceFlow id="T2" sourceRef="C" targetRef="TimedEnd"/>
    <sequenceFlow id="T3" sourceRef="Reminder" targetRef="Reminded"/>
  </process>
</definitions>"#;
