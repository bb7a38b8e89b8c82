//! What the simulated cases run: every way in which cases wait and speak to each other.

/// A permit: a user task with a reminder and a withdrawal by signal, beside a job; then a paper that is
/// awaited by its number.
pub(super) const PERMIT: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:simulation">
  <message id="Paper" name="paper"><extensionElements>
    <zeebe:subscription correlationKey="=number"/></extensionElements></message>
  <signal id="Alarm" name="alarm"/><error id="Refused" errorCode="refused"/>
  <process id="permit" isExecutable="true">
    <startEvent id="S"/><sequenceFlow id="f1" sourceRef="S" targetRef="Fork"/>
    <parallelGateway id="Fork"/>
    <sequenceFlow id="f2" sourceRef="Fork" targetRef="Look"/>
    <sequenceFlow id="f3" sourceRef="Fork" targetRef="Register"/>
    <userTask id="Look"/>
    <boundaryEvent id="Remind" attachedToRef="Look" cancelActivity="false">
      <timerEventDefinition><timeDuration>PT30M</timeDuration></timerEventDefinition></boundaryEvent>
    <sequenceFlow id="r1" sourceRef="Remind" targetRef="Reminded"/><userTask id="Reminded"/>
    <boundaryEvent id="Alarmed" attachedToRef="Look" cancelActivity="false">
      <signalEventDefinition signalRef="Alarm"/></boundaryEvent>
    <sequenceFlow id="r2" sourceRef="Alarmed" targetRef="Noted"/><userTask id="Noted"/>
    <serviceTask id="Register"><extensionElements>
      <zeebe:taskDefinition type="register" retries="3"/></extensionElements></serviceTask>
    <boundaryEvent id="No" attachedToRef="Register"><errorEventDefinition errorRef="Refused"/>
      </boundaryEvent><sequenceFlow id="r3" sourceRef="No" targetRef="Explain"/>
    <userTask id="Explain"/><sequenceFlow id="r4" sourceRef="Explain" targetRef="Merge"/>
    <sequenceFlow id="f4" sourceRef="Look" targetRef="Join"/>
    <sequenceFlow id="f5" sourceRef="Register" targetRef="Merge"/>
    <exclusiveGateway id="Merge"/><sequenceFlow id="f8" sourceRef="Merge" targetRef="Join"/>
    <parallelGateway id="Join"/><sequenceFlow id="f6" sourceRef="Join" targetRef="Wait"/>
    <intermediateCatchEvent id="Wait"><messageEventDefinition messageRef="Paper"/>
      </intermediateCatchEvent>
    <sequenceFlow id="f7" sourceRef="Wait" targetRef="E"/><endEvent id="E"/>
  </process></definitions>"#;

/// Two pools: an application asks an office, which answers when its job is done.
pub(super) const OFFICE: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:simulation">
  <message id="Ask" name="ask"/><message id="Reply" name="reply"/>
  <collaboration id="C"><participant id="PA" processRef="application"/>
    <participant id="PB" processRef="office"/>
    <messageFlow id="m1" sourceRef="Throw" targetRef="Begin"/>
    <messageFlow id="m2" sourceRef="Answer" targetRef="Catch"/></collaboration>
  <process id="application" isExecutable="true"><startEvent id="SA"/>
    <intermediateThrowEvent id="Throw"><messageEventDefinition messageRef="Ask"/></intermediateThrowEvent>
    <intermediateCatchEvent id="Pause"><timerEventDefinition>
      <timeDuration>PT5M</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <intermediateCatchEvent id="Catch"><messageEventDefinition messageRef="Reply"/></intermediateCatchEvent>
    <endEvent id="EA"/>
    <sequenceFlow id="a1" sourceRef="SA" targetRef="Throw"/>
    <sequenceFlow id="a2" sourceRef="Throw" targetRef="Pause"/>
    <sequenceFlow id="a3" sourceRef="Pause" targetRef="Catch"/>
    <sequenceFlow id="a4" sourceRef="Catch" targetRef="EA"/></process>
  <process id="office" isExecutable="true">
    <startEvent id="Begin"><messageEventDefinition messageRef="Ask"/></startEvent>
    <serviceTask id="Work"><extensionElements>
      <zeebe:taskDefinition type="register" retries="3"/></extensionElements></serviceTask>
    <endEvent id="Answer"><messageEventDefinition messageRef="Reply"/></endEvent>
    <sequenceFlow id="b1" sourceRef="Begin" targetRef="Work"/>
    <sequenceFlow id="b2" sourceRef="Work" targetRef="Answer"/></process>
</definitions>"#;
