use authenticate_bigcommerce::idempotency::{Plan, Request};
use proptest::prelude::*;

use crate::properties;

/// The status of a lookup's answer that lists nothing.
const NOTHING: Option<u16> = Some(200);

/// The next request and the pause before it; `None` where the attempt is over.
fn after(plan: &mut Plan, status: Option<u16>) -> Option<(Request, f64)> {
    let retry_after = (status == Some(429)).then_some(2.0);
    let pause = plan.next(status, retry_after, 60_000.0)?;
    Some((plan.request(), pause))
}

/// A plan whose lookup found nothing, so that it creates.
fn creating() -> Plan {
    let mut plan = Plan::idempotent(false);
    assert_eq!(plan.request(), Request::Find);
    assert_eq!(after(&mut plan, NOTHING), Some((Request::Create, 0.0)));
    plan
}

#[test]
fn without_a_key_there_is_one_request() {
    for request in [Request::Create, Request::Update(7.0)] {
        for status in OPEN.into_iter().chain(CLEAR).chain([Some(429)]) {
            let mut plan = Plan::once(request);
            assert_eq!(plan.request(), request);
            assert_eq!(after(&mut plan, status), None, "{status:?}");
        }
    }
}

#[test]
fn what_an_earlier_attempt_left_open_is_looked_for_longer() {
    let mut plan = Plan::idempotent(true);
    for pause in [500.0, 1000.0, 2000.0] {
        assert_eq!(after(&mut plan, NOTHING), Some((Request::Find, pause)));
    }
    assert_eq!(after(&mut plan, NOTHING), Some((Request::Create, 0.0)));
}

/// Outcomes of a POST that say nothing of whether the instance was created.
const OPEN: [Option<u16>; 6] = [None, Some(408), Some(499), Some(502), Some(503), Some(504)];

const CLEAR: [Option<u16>; 7] = [
    Some(400),
    Some(401),
    Some(404),
    Some(409),
    Some(500),
    Some(501),
    Some(505),
];

#[test]
fn a_post_is_repeated_after_a_lookup_where_its_fate_is_open() {
    for status in OPEN {
        let mut plan = creating();
        for pause in [500.0, 1000.0] {
            assert_eq!(after(&mut plan, status), Some((Request::Find, pause)));
            assert_eq!(after(&mut plan, NOTHING), Some((Request::Create, 0.0)));
        }
        // The third is the last one, and still looked for.
        assert_eq!(after(&mut plan, status), Some((Request::Find, 2000.0)));
        assert_eq!(after(&mut plan, NOTHING), None, "{status:?}");
    }
}

#[test]
fn any_other_outcome_of_a_post_is_the_last_word() {
    for status in CLEAR {
        assert_eq!(after(&mut creating(), status), None, "{status:?}");
    }
}

#[test]
fn a_lookup_without_an_answer_is_repeated_after_growing_pauses() {
    for status in [None, Some(429), Some(500), Some(503)] {
        let mut plan = Plan::idempotent(false);
        for pause in [500.0, 1000.0, 2000.0, 4000.0, 4000.0] {
            assert_eq!(after(&mut plan, status), Some((Request::Find, pause)));
        }
        assert_eq!(after(&mut plan, NOTHING), Some((Request::Create, 0.0)));
    }
}

#[test]
fn a_lookup_answered_404_found_nothing() {
    let mut plan = Plan::idempotent(false);
    assert_eq!(after(&mut plan, Some(404)), Some((Request::Create, 0.0)));
    assert_eq!(after(&mut plan, None), Some((Request::Find, 500.0)));
    assert_eq!(after(&mut plan, Some(404)), Some((Request::Create, 0.0)));
}

#[test]
fn a_lookup_that_is_refused_ends_the_attempt() {
    for status in [400, 401, 403, 405, 408, 428, 430, 499] {
        let mut plan = Plan::idempotent(false);
        assert_eq!(after(&mut plan, Some(status)), None, "{status}");
    }
}

#[test]
fn a_post_is_repeated_once_the_rate_limit_allows_it() {
    let mut plan = creating();
    for _ in 0..2 {
        assert_eq!(after(&mut plan, Some(429)), Some((Request::Find, 2000.0)));
        assert_eq!(after(&mut plan, NOTHING), Some((Request::Create, 0.0)));
    }
    assert_eq!(after(&mut plan, Some(429)), None);
}

#[test]
fn a_rate_limit_beyond_the_timeout_rejects() {
    for remaining in [2000.0, 1999.0, -1.0] {
        let pause = creating().next(Some(429), Some(2.0), remaining);
        assert_eq!(pause, None, "{remaining}");
    }
    assert_eq!(creating().next(Some(429), Some(2.0), 2001.0), Some(2000.0));
}

#[test]
fn a_rate_limit_without_a_time_rejects() {
    assert_eq!(creating().next(Some(429), None, 60_000.0), None);
}

proptest! {
    #[test]
    fn no_post_goes_without_an_answered_lookup_right_before_it(
        is_open in any::<bool>(),
        answers in proptest::collection::vec(
            (
                prop_oneof![Just(NOTHING), Just(None), (100_u16..700).prop_map(Some)],
                any::<Option<u32>>(),
                any::<f64>(),
            ),
            0..40,
        ),
    ) {
        properties::plan(is_open, &answers);
    }
}
