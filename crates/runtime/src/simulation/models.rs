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

/// A service within its terms: an acceptance, a called process that waits for the first of two events,
/// three questions at once to a handler inside the engine, a booking that is undone when nobody confirms
/// it in time, two signatures one after the other; beside it, a note whenever there is an alarm.
pub(super) const SERVICE: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:reg="urn:reglament:bpmn:1"
    targetNamespace="urn:simulation">
  <signal id="Alarm" name="alarm"/><error id="Refused" errorCode="refused"/>
  <process id="service" isExecutable="true">
    <extensionElements><reg:term literal="3 жұмыс күні" kind="working days" value="3"
      measures="service"/>PERSONAL</extensionElements>
    <startEvent id="S"/>
    <userTask id="Accept"><extensionElements>
      <reg:term literal="1 жұмыс күні" kind="working days" value="1"/></extensionElements></userTask>
    <callActivity id="Verify" calledElement="verification"/>
    <serviceTask id="Ask"><extensionElements>
        <zeebe:taskDefinition type="ask" retries="2"/></extensionElements>
      <multiInstanceLoopCharacteristics><extensionElements>
        <zeebe:loopCharacteristics inputCollection="=[1, 2, 3]" inputElement="item"/>
      </extensionElements></multiInstanceLoopCharacteristics></serviceTask>
    <boundaryEvent id="AskRefused" attachedToRef="Ask"><errorEventDefinition errorRef="Refused"/>
    </boundaryEvent>
    <exclusiveGateway id="Asked"/>
    <serviceTask id="Reserve"><extensionElements>
      <zeebe:taskDefinition type="register" retries="3"/></extensionElements></serviceTask>
    <boundaryEvent id="Undoing" attachedToRef="Reserve"><compensateEventDefinition/></boundaryEvent>
    <serviceTask id="Release" isForCompensation="true"><extensionElements>
      <zeebe:taskDefinition type="ask" retries="2"/></extensionElements></serviceTask>
    <association id="a1" associationDirection="One" sourceRef="Undoing" targetRef="Release"/>
    <userTask id="Confirm"/>
    <boundaryEvent id="TooLate" attachedToRef="Confirm"><timerEventDefinition>
      <timeDuration>PT2H</timeDuration></timerEventDefinition></boundaryEvent>
    <intermediateThrowEvent id="Undo"><compensateEventDefinition/></intermediateThrowEvent>
    <endEvent id="Expired"/>
    <userTask id="Sign"><multiInstanceLoopCharacteristics isSequential="true"><extensionElements>
        <zeebe:loopCharacteristics inputCollection="=[1, 2]" inputElement="item"/>
      </extensionElements></multiInstanceLoopCharacteristics></userTask>
    <endEvent id="Done"/>
    <sequenceFlow id="f1" sourceRef="S" targetRef="Accept"/>
    <sequenceFlow id="f2" sourceRef="Accept" targetRef="Verify"/>
    <sequenceFlow id="f3" sourceRef="Verify" targetRef="Ask"/>
    <sequenceFlow id="f4" sourceRef="Ask" targetRef="Asked"/>
    <sequenceFlow id="f5" sourceRef="AskRefused" targetRef="Asked"/>
    <sequenceFlow id="f6" sourceRef="Asked" targetRef="Reserve"/>
    <sequenceFlow id="f7" sourceRef="Reserve" targetRef="Confirm"/>
    <sequenceFlow id="f8" sourceRef="Confirm" targetRef="Sign"/>
    <sequenceFlow id="f9" sourceRef="Sign" targetRef="Done"/>
    <sequenceFlow id="f10" sourceRef="TooLate" targetRef="Undo"/>
    <sequenceFlow id="f11" sourceRef="Undo" targetRef="Expired"/>
    <subProcess id="Watch" triggeredByEvent="true">
      <startEvent id="W" isInterrupting="false"><signalEventDefinition signalRef="Alarm"/></startEvent>
      <userTask id="Note"/><endEvent id="WE"/>
      <sequenceFlow id="w1" sourceRef="W" targetRef="Note"/>
      <sequenceFlow id="w2" sourceRef="Note" targetRef="WE"/>
    </subProcess>
  </process>
  <process id="verification" isExecutable="true">
    <startEvent id="VS"/><eventBasedGateway id="First"/>
    <intermediateCatchEvent id="Soon"><timerEventDefinition>
      <timeDuration>PT15M</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <intermediateCatchEvent id="Called"><signalEventDefinition signalRef="Alarm"/>
    </intermediateCatchEvent>
    <exclusiveGateway id="Either"/>
    <serviceTask id="Lookup"><extensionElements>
      <zeebe:taskDefinition type="ask" retries="3"/></extensionElements></serviceTask>
    <endEvent id="VE"/>
    <sequenceFlow id="v1" sourceRef="VS" targetRef="First"/>
    <sequenceFlow id="v2" sourceRef="First" targetRef="Soon"/>
    <sequenceFlow id="v3" sourceRef="First" targetRef="Called"/>
    <sequenceFlow id="v4" sourceRef="Soon" targetRef="Either"/>
    <sequenceFlow id="v5" sourceRef="Called" targetRef="Either"/>
    <sequenceFlow id="v6" sourceRef="Either" targetRef="Lookup"/>
    <sequenceFlow id="v7" sourceRef="Lookup" targetRef="VE"/>
  </process>
</definitions>"#;

/// What stands for `PERSONAL` in [`SERVICE`] where there are keys.
pub(super) const PERSONAL: &str = r#"<reg:personal variable="applicant"/>"#;
