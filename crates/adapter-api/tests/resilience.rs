//! Time-outs, retries, circuit breakers and bulkheads, by a clock that the tests move.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use reglament_adapter_api::resilience::{
    BreakerPolicy, BreakerState, Bulkhead, CircuitBreaker, Clock, Guarded, Retry, RetryPolicy,
    TimeOut,
};
use reglament_adapter_api::scripted::{ScriptedHandler, VirtualClock};
use reglament_adapter_api::{Call, CallContext, Failure, Handler, SystemError, Variables};
use reglament_core::timer::Timestamp;

const SECOND: Duration = Duration::from_secs(1);

fn call(key: &str) -> Call {
    Call {
        operation: "test".into(),
        context: CallContext::new(key, Timestamp::EPOCH),
        variables: Variables::new(),
    }
}

fn clock() -> (VirtualClock, Arc<dyn Clock>) {
    let clock = VirtualClock::at(Timestamp::EPOCH);
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    (clock, shared)
}

fn down() -> SystemError {
    SystemError::unavailable("down")
}

fn waited(clock: &VirtualClock) -> Duration {
    let micros = Timestamp::EPOCH.micros_until(clock.now());
    Duration::from_micros(u64::try_from(micros).unwrap())
}

#[test]
fn an_answer_at_the_last_instant_is_in_time_and_one_after_it_is_not() {
    let (clock, shared) = clock();
    let handler = Arc::new(ScriptedHandler::default());
    handler.script.delay(SECOND, shared.clone());
    handler
        .script
        .delay(SECOND + Duration::from_micros(1), shared.clone());
    let limited = TimeOut::new(handler, SECOND, shared);
    assert!(clock.run(limited.handle(call("1"))).is_ok());
    let failure = clock.run(limited.handle(call("2"))).unwrap_err();
    assert!(failure.is_retryable());
    assert_eq!(
        failure.message(),
        "operation 'test': no answer within 1000 ms"
    );
    assert_eq!(waited(&clock), SECOND * 2);
}

#[test]
fn retries_wait_twice_as_long_each_time_with_jitter_and_then_give_up() {
    let waits = |seed: u64, key: &str| {
        let (clock, shared) = clock();
        let handler = Arc::new(ScriptedHandler::default());
        for _ in 0..5 {
            handler.script.fail(down());
        }
        let policy = RetryPolicy {
            seed,
            ..RetryPolicy::default()
        };
        let retry = Retry::new(Arc::clone(&handler), policy, shared);
        let failure = clock.run(retry.handle(call(key))).unwrap_err();
        assert_eq!(failure.message(), "down");
        assert_eq!(handler.script.calls().len(), 4);
        let keys = handler.script.calls();
        assert!(keys.iter().all(|(context, _)| context.key.as_str() == key));
        waited(&clock)
    };
    let first = waits(1, "a");
    let shortest = Duration::from_millis(200 + 400 + 800);
    assert!((shortest..shortest * 2).contains(&first), "{first:?}");
    assert_eq!(waits(1, "a"), first, "the same seed and key wait alike");
    assert_ne!(waits(2, "a"), first, "another seed waits otherwise");
    assert_ne!(waits(1, "b"), first, "another key waits otherwise");
}

#[test]
fn only_retryable_failures_are_tried_again() {
    let (clock, shared) = clock();
    for failure in [Failure::terminal("no"), Failure::business("code", "no")] {
        let handler = Arc::new(ScriptedHandler::default());
        let answer = failure.clone();
        handler.script.answer(move |_, _| Some(Err(answer.clone())));
        let retry = Retry::new(Arc::clone(&handler), RetryPolicy::default(), shared.clone());
        assert_eq!(clock.run(retry.handle(call("1"))), Err(failure));
        assert_eq!(handler.script.calls().len(), 1);
    }
}

#[test]
fn a_wait_that_the_system_asks_for_is_kept_or_left_to_the_engine() {
    let ask = |after: Duration| {
        let (clock, shared) = clock();
        let handler = Arc::new(ScriptedHandler::default());
        let message = "busy".into();
        handler.script.fail(SystemError::Unavailable {
            message,
            after: Some(after),
        });
        let retry = Retry::new(handler, RetryPolicy::default(), shared);
        let answer = clock.run(retry.handle(call("1")));
        (answer.is_ok(), waited(&clock))
    };
    assert_eq!(ask(SECOND * 5), (true, SECOND * 5));
    assert_eq!(ask(SECOND * 11), (false, Duration::ZERO));
}

#[test]
fn a_lost_answer_is_found_by_the_key_and_the_effect_is_there_once() {
    let (clock, shared) = clock();
    let handler = Arc::new(ScriptedHandler::default());
    handler.script.lose_answer(down());
    let count = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counted = Arc::clone(&count);
    handler.script.answer(move |_, _| {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Some(Ok(Variables::new()))
    });
    let retry = Retry::new(handler, RetryPolicy::default(), shared);
    assert!(clock.run(retry.handle(call("1"))).is_ok());
    assert_eq!(count.load(std::sync::atomic::Ordering::Relaxed), 1);
}

fn guarded(failures: u32, probes: u32) -> (VirtualClock, Arc<ScriptedHandler>, CircuitBreaker) {
    let (clock, _) = clock();
    let policy = BreakerPolicy {
        failures,
        open_for: SECOND * 30,
        probes,
    };
    (clock, Arc::default(), CircuitBreaker::new(policy))
}

#[test]
fn a_breaker_opens_after_failures_in_a_row_and_closes_after_probes() {
    let (clock, handler, breaker) = guarded(2, 2);
    let shared = Arc::new(clock.clone());
    let guarded = Guarded::new(Arc::clone(&handler), breaker.clone(), shared);
    let ask = || clock.run(guarded.handle(call("1")));

    handler.script.fail(down());
    assert!(ask().is_err());
    assert!(ask().is_ok(), "a success forgets the failure");
    assert_eq!(breaker.state(), BreakerState::Closed { failures: 0 });
    handler.script.fail(down());
    handler.script.fail(down());
    assert!(ask().is_err());
    assert!(ask().is_err());
    let calls = handler.script.calls().len();

    let refused = ask().unwrap_err();
    let after = Some(SECOND * 30);
    assert!(matches!(refused, Failure::Retryable { after: found, .. } if found == after));
    assert_eq!(
        handler.script.calls().len(),
        calls,
        "the system is not asked"
    );

    clock.advance(SECOND * 30);
    assert!(ask().is_ok());
    let half = BreakerState::HalfOpen {
        succeeded: 1,
        probing: false,
    };
    assert_eq!(breaker.state(), half);
    assert!(ask().is_ok());
    assert_eq!(breaker.state(), BreakerState::Closed { failures: 0 });
}

#[test]
fn a_probe_that_fails_opens_the_breaker_again() {
    let (clock, handler, breaker) = guarded(1, 1);
    let guarded = Guarded::new(
        Arc::clone(&handler),
        breaker.clone(),
        Arc::new(clock.clone()),
    );
    handler.script.fail(down());
    handler.script.fail(down());
    assert!(clock.run(guarded.handle(call("1"))).is_err());
    clock.advance(SECOND * 30);
    assert!(clock.run(guarded.handle(call("2"))).is_err());
    let until = Timestamp::from_micros(60_000_000);
    assert_eq!(breaker.state(), BreakerState::Open { until });
}

#[test]
fn an_answer_of_a_living_system_is_no_failure_to_the_breaker() {
    let (clock, handler, breaker) = guarded(1, 1);
    handler
        .script
        .answer(|_, _| Some(Err(Failure::terminal("no such template"))));
    let guarded = Guarded::new(handler, breaker.clone(), Arc::new(clock.clone()));
    assert!(clock.run(guarded.handle(call("1"))).is_err());
    assert_eq!(breaker.state(), BreakerState::Closed { failures: 0 });
}

#[test]
fn one_probe_goes_at_a_time_and_one_that_is_dropped_makes_room() {
    let (clock, handler, breaker) = guarded(1, 1);
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let guarded = Guarded::new(Arc::clone(&handler), breaker.clone(), shared.clone());
    handler.script.fail(down());
    assert!(clock.run(guarded.handle(call("1"))).is_err());
    clock.advance(SECOND * 30);
    handler.script.delay(SECOND, shared);
    {
        let mut probe = pin!(guarded.handle(call("2")));
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(probe.as_mut().poll(&mut context), Poll::Pending));
        let refused = clock.run(guarded.handle(call("3"))).unwrap_err();
        assert!(refused.is_retryable());
        assert_eq!(handler.script.calls().len(), 2);
    }
    assert!(clock.run(guarded.handle(call("4"))).is_ok());
    assert_eq!(breaker.state(), BreakerState::Closed { failures: 0 });
}

#[test]
fn a_bulkhead_refuses_what_is_too_much_at_once() {
    let (clock, shared) = clock();
    let handler = Arc::new(ScriptedHandler::default());
    handler.script.delay(SECOND, shared);
    let bulkhead = Bulkhead::new(handler, 1);
    {
        let mut first = pin!(bulkhead.handle(call("1")));
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(first.as_mut().poll(&mut context), Poll::Pending));
        let refused = clock.run(bulkhead.handle(call("2"))).unwrap_err();
        assert_eq!(refused.message(), "operation 'test': 1 calls are under way");
        assert!(clock.run(first).is_ok());
    }
    assert!(clock.run(bulkhead.handle(call("3"))).is_ok());
}

#[test]
fn rules_answer_newest_first_and_calls_are_recorded() {
    let (clock, _) = clock();
    let handler = ScriptedHandler::default();
    let answer = |value: &str| {
        let mut variables = Variables::new();
        variables.insert("a".into(), value.into());
        Some(Ok(variables))
    };
    handler.script.answer(move |_, _| answer("old"));
    handler.script.answer(move |context, _| {
        let is_second = context.key.as_str() == "2";
        is_second.then(|| answer("new")).flatten()
    });
    for (key, expected) in [("1", "old"), ("2", "new")] {
        assert_eq!(clock.run(handler.handle(call(key))).unwrap()["a"], expected);
    }
    assert_eq!(handler.script.calls().len(), 2);
}
