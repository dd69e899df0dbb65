use authenticate_bigcommerce::idempotency::{Outcome, Plan, Request};
use proptest::prelude::*;

use crate::properties;

/// An error of the service, to a page that calls it directly.
fn error(status: u16) -> Outcome {
    Outcome::Error {
        status,
        retry_after: (status == 429).then_some(2.0),
        is_marked: false,
    }
}

/// An error with the handler's mark, which says who answered.
fn marked(status: u16) -> Outcome {
    Outcome::Error {
        status,
        retry_after: None,
        is_marked: true,
    }
}

/// The next request and the pause before it; `None` if the attempt is over.
fn after(plan: &mut Plan, outcome: Outcome) -> Option<(Request, f64)> {
    let pause = plan.next(outcome, 60_000.0)?;
    Some((plan.request(), pause))
}

/// A plan that creates next, because its lookup found nothing.
fn creating() -> Plan {
    let mut plan = Plan::with_key(false);
    assert_eq!(plan.request(), Request::Find);
    let next = after(&mut plan, Outcome::NotFound);
    assert_eq!(next, Some((Request::Create, 0.0)));
    plan
}

/// Outcomes of a POST after which an instance is likely.
fn likely() -> impl Iterator<Item = Outcome> {
    let errors = [408, 499, 502, 503, 504].map(error);
    let marked = [408, 499, 503, 504].map(marked);
    errors
        .into_iter()
        .chain(marked)
        .chain([Outcome::Unreadable])
}

/// Outcomes of a POST that is repeated after a lookup.
fn retried() -> impl Iterator<Item = Outcome> {
    likely().chain([Outcome::Lost, marked(502)])
}

/// Outcomes of a POST that a retry cannot change.
fn not_retried() -> impl Iterator<Item = Outcome> {
    let errors = [400, 401, 403, 404, 409, 500, 501, 505].map(error);
    errors.into_iter().chain([Outcome::Final])
}

#[test]
fn a_call_without_a_key_sends_one_request() {
    for request in [Request::Create, Request::Update(7.0)] {
        for outcome in retried().chain(not_retried()).chain([error(429)]) {
            let mut plan = Plan::once(request);
            assert_eq!(plan.request(), request);
            assert_eq!(after(&mut plan, outcome), None, "{outcome:?}");
        }
    }
}

#[test]
fn a_new_key_is_not_looked_up_before_the_first_post() {
    let mut plan = Plan::with_new_key();
    assert_eq!(plan.request(), Request::Create);
    let next = after(&mut plan, Outcome::Lost);
    assert_eq!(next, Some((Request::Find, 500.0)));
    let next = after(&mut plan, Outcome::NotFound);
    assert_eq!(next, Some((Request::Create, 0.0)));
}

#[test]
fn an_unresolved_key_is_looked_up_three_more_times() {
    let mut plan = Plan::with_key(true);
    for pause in [500.0, 1000.0, 2000.0] {
        let next = after(&mut plan, Outcome::NotFound);
        assert_eq!(next, Some((Request::Find, pause)));
    }
    let next = after(&mut plan, Outcome::NotFound);
    assert_eq!(next, Some((Request::Create, 0.0)));
}

#[test]
fn a_post_is_repeated_after_a_lookup_if_its_outcome_is_unknown() {
    for outcome in retried() {
        let mut plan = creating();
        for pause in [500.0, 1000.0] {
            assert_eq!(after(&mut plan, outcome), Some((Request::Find, pause)));
            let next = after(&mut plan, Outcome::NotFound);
            assert_eq!(next, Some((Request::Create, 0.0)));
        }
        // The third POST is the last one, and a lookup still follows.
        assert_eq!(after(&mut plan, outcome), Some((Request::Find, 2000.0)));
        assert_eq!(after(&mut plan, Outcome::NotFound), None, "{outcome:?}");
    }
}

#[test]
fn any_other_outcome_of_a_post_ends_the_attempt() {
    for outcome in not_retried() {
        assert_eq!(after(&mut creating(), outcome), None, "{outcome:?}");
    }
}

/// Outcomes after which a lookup is repeated.
fn unanswered() -> impl Iterator<Item = Outcome> {
    let errors = [408, 429, 499, 500, 502, 503, 599].map(error);
    errors
        .into_iter()
        .chain([Outcome::Lost, Outcome::Unreadable, marked(502)])
}

#[test]
fn a_lookup_without_a_response_is_repeated_four_times() {
    for outcome in unanswered() {
        for mut plan in [Plan::with_key(false), Plan::with_key(true)] {
            for pause in [500.0, 1000.0, 2000.0, 4000.0] {
                let pause = if outcome == error(429) {
                    2000.0_f64.max(pause)
                } else {
                    pause
                };
                assert_eq!(after(&mut plan, outcome), Some((Request::Find, pause)));
            }
            assert_eq!(after(&mut plan, outcome), None, "{outcome:?}");
        }
    }
}

#[test]
fn the_retries_are_counted_anew_after_an_answered_lookup() {
    let mut plan = Plan::with_key(false);
    for _ in 0..4 {
        assert!(after(&mut plan, Outcome::Lost).is_some());
    }
    assert!(after(&mut plan, Outcome::NotFound).is_some());
    assert!(after(&mut plan, Outcome::Lost).is_some());
    for pause in [500.0, 1000.0, 2000.0, 4000.0] {
        let next = after(&mut plan, Outcome::Lost);
        assert_eq!(next, Some((Request::Find, pause)));
    }
    assert_eq!(after(&mut plan, Outcome::Lost), None);
}

#[test]
fn a_lookup_is_repeated_without_limit_if_an_instance_is_likely() {
    for post in likely() {
        let mut plan = creating();
        assert!(after(&mut plan, post).is_some());
        for pause in [500.0, 1000.0, 2000.0, 4000.0, 4000.0, 4000.0, 4000.0] {
            let next = after(&mut plan, Outcome::Lost);
            assert_eq!(next, Some((Request::Find, pause)), "{post:?}");
        }
    }
}

#[test]
fn a_lookup_is_repeated_four_times_if_the_last_post_was_rate_limited() {
    let mut plan = creating();
    assert!(after(&mut plan, error(504)).is_some());
    assert!(after(&mut plan, Outcome::NotFound).is_some());
    assert!(after(&mut plan, error(429)).is_some());
    for _ in 0..4 {
        assert!(after(&mut plan, Outcome::Lost).is_some());
    }
    assert_eq!(after(&mut plan, Outcome::Lost), None);
}

#[test]
fn any_other_outcome_of_a_lookup_ends_the_attempt() {
    for status in [400, 401, 403, 405, 407, 409, 428, 430, 498] {
        let mut plan = Plan::with_key(false);
        assert_eq!(after(&mut plan, error(status)), None, "{status}");
    }
    assert_eq!(after(&mut Plan::with_key(false), Outcome::Final), None);
}

#[test]
fn a_lookup_waits_for_retry_after_unless_the_timeout_is_sooner() {
    let outcome = |seconds| Outcome::Error {
        status: 503,
        retry_after: Some(seconds),
        is_marked: false,
    };
    for (seconds, remaining, pause) in [
        (0.1, 60_000.0, Some(500.0)),
        (7.0, 60_000.0, Some(7000.0)),
        (7.0, 7000.0, None),
        (f64::MAX, 60_000.0, None),
    ] {
        let next = Plan::with_key(false).next(outcome(seconds), remaining);
        assert_eq!(next, pause, "{seconds}");
    }
}

#[test]
fn a_post_is_repeated_after_the_retry_after_of_a_rate_limit() {
    let mut plan = creating();
    for _ in 0..2 {
        let next = after(&mut plan, error(429));
        assert_eq!(next, Some((Request::Find, 2000.0)));
        let next = after(&mut plan, Outcome::NotFound);
        assert_eq!(next, Some((Request::Create, 0.0)));
    }
    assert_eq!(after(&mut plan, error(429)), None);
}

#[test]
fn a_rate_limit_beyond_the_timeout_ends_the_attempt() {
    for remaining in [2000.0, 1999.0, -1.0] {
        let pause = creating().next(error(429), remaining);
        assert_eq!(pause, None, "{remaining}");
    }
    assert_eq!(creating().next(error(429), 2001.0), Some(2000.0));
}

#[test]
fn a_rate_limit_without_retry_after_ends_the_attempt() {
    assert_eq!(after(&mut creating(), marked(429)), None);
}

proptest! {
    #[test]
    fn no_post_is_sent_without_an_answered_lookup_right_before_it(
        is_unresolved in any::<Option<bool>>(),
        responses in proptest::collection::vec(
            (any::<u8>(), any::<u16>(), any::<Option<u32>>(), any::<bool>(), any::<f64>()),
            0..40,
        ),
    ) {
        properties::plan(is_unresolved, &responses);
    }
}
