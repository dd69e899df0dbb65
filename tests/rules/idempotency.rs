use authenticate_bigcommerce::error::{Code, Failure};
use authenticate_bigcommerce::idempotency::{fate_is_open, is_worth_repeating, pauses};

fn failure(code: Code, status: Option<u16>) -> Failure {
    Failure {
        status,
        ..Failure::new(code, "")
    }
}

#[test]
fn the_pauses_double_up_to_4_seconds_and_stay_there() {
    let first: Vec<f64> = pauses().take(6).collect();
    assert_eq!(first, [500.0, 1000.0, 2000.0, 4000.0, 4000.0, 4000.0]);
}

#[test]
fn only_an_outcome_that_says_nothing_leaves_a_post_open() {
    for (code, status) in [
        (Code::Network, None),
        (Code::Response, Some(200)),
        (Code::Rejected, Some(408)),
        (Code::Rejected, Some(499)),
        (Code::Server, Some(502)),
        (Code::Server, Some(503)),
        (Code::Server, Some(504)),
    ] {
        assert!(fate_is_open(&failure(code, status)), "{status:?}");
    }
    for (code, status) in [
        (Code::Aborted, None),
        (Code::Rejected, Some(400)),
        (Code::Unauthorized, Some(401)),
        (Code::Conflict, Some(409)),
        (Code::RateLimited, Some(429)),
        (Code::Server, Some(500)),
        (Code::Server, Some(501)),
        (Code::Server, Some(505)),
    ] {
        assert!(!fate_is_open(&failure(code, status)), "{status:?}");
    }
}

#[test]
fn a_lookup_is_repeated_unless_it_is_refused() {
    for (code, status) in [
        (Code::Network, None),
        (Code::RateLimited, Some(429)),
        (Code::Server, Some(500)),
        (Code::Response, Some(200)),
    ] {
        assert!(is_worth_repeating(&failure(code, status)), "{status:?}");
    }
    for (code, status) in [
        (Code::Aborted, None),
        (Code::Rejected, Some(408)),
        (Code::Unauthorized, Some(401)),
        (Code::Forbidden, Some(403)),
        (Code::NotFound, Some(404)),
    ] {
        assert!(!is_worth_repeating(&failure(code, status)), "{status:?}");
    }
}
