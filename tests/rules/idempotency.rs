use authenticate_bigcommerce::error::{Code, Failure};
use authenticate_bigcommerce::idempotency::{Plan, Request};
use proptest::prelude::*;

/// Stands for an instance.
type Id = u32;

type Outcome = Result<Option<Id>, Failure>;

fn failed(code: Code, status: u16) -> Outcome {
    Err(Failure {
        status: Some(status).filter(|status| *status > 0),
        retry_after: (code == Code::RateLimited).then_some(2.0),
        ..Failure::new(code, "")
    })
}

/// The next request and the pause before it; `None` where the attempt is over.
fn after(plan: &mut Plan, outcome: Outcome) -> Option<(Request, f64)> {
    let pause = plan.next(&outcome, 60_000.0)?;
    Some((plan.request(), pause))
}

/// A plan whose lookup found nothing, so that it creates.
fn creating() -> Plan {
    let mut plan = Plan::idempotent(false);
    assert_eq!(plan.request(), Request::Find);
    assert_eq!(after(&mut plan, Ok(None)), Some((Request::Create, 0.0)));
    plan
}

#[test]
fn without_a_key_there_is_one_request() {
    for request in [Request::Create, Request::Update(7.0)] {
        for (code, status) in OPEN.into_iter().chain(CLEAR) {
            let mut plan = Plan::once(request);
            assert_eq!(plan.request(), request);
            assert_eq!(after(&mut plan, failed(code, status)), None);
        }
        assert_eq!(after(&mut Plan::once(request), Ok(Some(3))), None);
    }
}

#[test]
fn what_a_lookup_finds_is_the_outcome() {
    let mut plan = Plan::idempotent(false);
    assert_eq!(after(&mut plan, Ok(Some(3))), None);
}

#[test]
fn what_an_earlier_attempt_left_open_is_looked_for_longer() {
    let mut plan = Plan::idempotent(true);
    for pause in [500.0, 1000.0, 2000.0] {
        assert_eq!(after(&mut plan, Ok(None)), Some((Request::Find, pause)));
    }
    assert_eq!(after(&mut plan, Ok(None)), Some((Request::Create, 0.0)));
}

/// Outcomes of a POST that say nothing of whether the instance was created.
const OPEN: [(Code, u16); 7] = [
    (Code::Network, 0),
    (Code::Response, 200),
    (Code::Rejected, 408),
    (Code::Rejected, 499),
    (Code::Server, 502),
    (Code::Server, 503),
    (Code::Server, 504),
];

const CLEAR: [(Code, u16); 7] = [
    (Code::Rejected, 400),
    (Code::Unauthorized, 401),
    (Code::NotFound, 404),
    (Code::Conflict, 409),
    (Code::Server, 500),
    (Code::Server, 501),
    (Code::Server, 505),
];

#[test]
fn a_post_is_repeated_after_a_lookup_where_its_fate_is_open() {
    for (code, status) in OPEN {
        let mut plan = creating();
        for pause in [500.0, 1000.0] {
            let outcome = failed(code, status);
            assert_eq!(after(&mut plan, outcome), Some((Request::Find, pause)));
            assert_eq!(after(&mut plan, Ok(None)), Some((Request::Create, 0.0)));
        }
        // The third is the last one, and still looked for.
        let outcome = failed(code, status);
        assert_eq!(after(&mut plan, outcome), Some((Request::Find, 2000.0)));
        assert_eq!(after(&mut plan, Ok(None)), None, "{status}");
    }
}

#[test]
fn any_other_outcome_of_a_post_is_the_last_word() {
    for (code, status) in CLEAR {
        let outcome = failed(code, status);
        assert_eq!(after(&mut creating(), outcome), None, "{status}");
    }
}

#[test]
fn a_lookup_without_an_answer_is_repeated_after_growing_pauses() {
    for (code, status) in [
        (Code::Network, 0),
        (Code::RateLimited, 429),
        (Code::Server, 500),
        (Code::Response, 200),
    ] {
        let mut plan = Plan::idempotent(false);
        for pause in [500.0, 1000.0, 2000.0, 4000.0, 4000.0] {
            let outcome = failed(code, status);
            assert_eq!(after(&mut plan, outcome), Some((Request::Find, pause)));
        }
        assert_eq!(after(&mut plan, Ok(None)), Some((Request::Create, 0.0)));
    }
}

#[test]
fn a_lookup_that_is_refused_ends_the_attempt() {
    for (code, status) in [
        (Code::Rejected, 408),
        (Code::Unauthorized, 401),
        (Code::Forbidden, 403),
        (Code::NotFound, 404),
    ] {
        let outcome = failed(code, status);
        let mut plan = Plan::idempotent(false);
        assert_eq!(after(&mut plan, outcome), None, "{status}");
    }
}

#[test]
fn a_post_is_repeated_once_the_rate_limit_allows_it() {
    let limited = || failed(Code::RateLimited, 429);
    let mut plan = creating();
    for _ in 0..2 {
        assert_eq!(after(&mut plan, limited()), Some((Request::Find, 2000.0)));
        assert_eq!(after(&mut plan, Ok(None)), Some((Request::Create, 0.0)));
    }
    assert_eq!(after(&mut plan, limited()), None);
}

#[test]
fn a_rate_limit_beyond_the_timeout_rejects() {
    let limited: Outcome = failed(Code::RateLimited, 429);
    for remaining in [2000.0, 1999.0, -1.0] {
        assert_eq!(creating().next(&limited, remaining), None, "{remaining}");
    }
    assert_eq!(creating().next(&limited, 2001.0), Some(2000.0));
}

#[test]
fn a_rate_limit_without_a_time_rejects() {
    let outcome = Err(Failure::new(Code::RateLimited, ""));
    assert_eq!(after(&mut creating(), outcome), None);
}

proptest! {
    #[test]
    fn no_post_goes_without_an_answered_lookup_right_before_it(
        is_open in any::<bool>(),
        outcomes in proptest::collection::vec((0_usize..16).prop_map(|n| match n {
            0 | 1 => Ok(None),
            n => Err(OPEN.into_iter().chain(CLEAR).nth(n - 2).unwrap()),
        }), 0..40),
    ) {
        let mut plan = Plan::idempotent(is_open);
        let mut posts = 0;
        for outcome in outcomes {
            let request = plan.request();
            // Only lookups come to nothing.
            let outcome = match outcome {
                Ok(_) if request == Request::Create => failed(Code::Network, 0),
                Ok(nothing) => Ok(nothing),
                Err((code, status)) => failed(code, status),
            };
            let was_answered = outcome.is_ok();
            let Some((next, pause)) = after(&mut plan, outcome) else { break };
            prop_assert!((0.0..=4000.0).contains(&pause));
            if next == Request::Create {
                posts += 1;
                prop_assert!(request == Request::Find && was_answered);
            }
        }
        prop_assert!(posts <= 3);
    }
}
