use authenticate_bigcommerce::plan::{Outcome, Plan, Reply, Request, Sender, fate};
use proptest::prelude::*;

use crate::properties;

const REQUESTS: [(&str, Request); 3] = [
    ("POST", Request::Create),
    ("PUT", Request::Update(7.0)),
    ("GET", Request::Find),
];

const SENDERS: [(&str, Sender); 4] = [
    ("service", Sender::Service),
    ("handler", Sender::Handler),
    ("page", Sender::Page),
    ("unknown", Sender::Unknown),
];

/// What each response without an instance means. `direct` requests go to the service itself,
/// `behind` ones to a server that adds the secrets. The outcome is `open` if a POST has probably
/// created an instance, `lost` if it has not; `+` says that one may exist. The body is `store` if
/// it has a providerMessage, `none` if it says that nothing was created, `text` if it is not JSON.
const TABLE: &str = "
    requests     | sent          | sender                | body  | statuses            | code         | outcome  | hint
    POST         | direct        | unknown               |       | 200 202 299         | RESPONSE     | open +   | no instance
    PUT GET      | direct behind | unknown service       |       | 200 202 299         | RESPONSE     | open     | no instance
    POST         | behind        | unknown               |       | 200 202 299         | RESPONSE     | open +   | no instance
    POST         | direct behind | unknown               |       | 100 199 600 999     | RESPONSE     | open +   | no instance
    POST         | direct        | page                  | text  | 200 299             | RESPONSE     | final +  | /elements/api-v2
    PUT GET      | direct        | page                  | text  | 200 299             | RESPONSE     | final    | /elements/api-v2
    POST         | behind        | page                  | text  | 200 299             | HANDLER      | final +  | /elements/api-v2
    PUT GET      | behind        | page                  | text  | 200 299             | HANDLER      | final    | /elements/api-v2
    POST         | direct        | page unknown          | text  | 0 300 302 307 399   | RESPONSE     | final +  | Redirects
    PUT GET      | direct        | page unknown          | text  | 0 300 302 307 399   | RESPONSE     | final    | Redirects
    POST         | behind        | page unknown          | text  | 0 300 302 307 399   | HANDLER      | final +  | Redirects
    PUT GET      | behind        | page unknown          | text  | 0 300 302 307 399   | HANDLER      | final    | Redirects
    POST PUT     | direct behind | service               | store | 400 401 404 405 422 | REJECTED     | final    |
    POST PUT     | direct behind | service               | store | 403                 | FORBIDDEN    | final    |
    POST PUT     | direct behind | service               | store | 409                 | CONFLICT     | final    |
    POST PUT GET | direct behind | service page unknown  | store | 429                 | RATE_LIMITED | busy     |
    POST PUT GET | direct        | service               |       | 401                 | UNAUTHORIZED | final    | region
    POST PUT GET | behind        | service               |       | 401                 | HANDLER      | final    | region
    GET          | direct        | service               | store | 401                 | UNAUTHORIZED | final    | region
    GET          | direct behind | service               | store | 404                 | NOT_FOUND    | none     |
    POST         | direct behind | service               |       | 404 405             | NOT_FOUND    | final    | connector
    POST         | direct        | page unknown          |       | 404 405             | NOT_FOUND    | final    | connector
    POST PUT     | behind        | page unknown          |       | 404 405             | HANDLER      | final    | not mounted
    PUT          | direct behind | service               |       | 404 405             | NOT_FOUND    | final    |
    PUT          | behind        | handler               |       | 404                 | NOT_FOUND    | final    |
    PUT          | direct        | page unknown          |       | 404                 | NOT_FOUND    | final    | in between
    GET          | direct        | service unknown       |       | 404                 | NOT_FOUND    | none     |
    GET          | behind        | service               |       | 404                 | NOT_FOUND    | none     |
    GET          | direct        | page unknown          | text  | 404                 | NOT_FOUND    | open     | connector
    GET          | behind        | page                  | text  | 404                 | HANDLER      | final    | not mounted
    GET          | behind        | unknown               |       | 404 405             | HANDLER      | final    | not mounted
    POST PUT GET | direct behind | service               |       | 400 406 422 498     | REJECTED     | final    |
    POST PUT GET | direct behind | service               |       | 403                 | FORBIDDEN    | final    |
    POST PUT GET | direct behind | service               |       | 409                 | CONFLICT     | final    |
    POST PUT GET | behind        | unknown               |       | 401                 | UNAUTHORIZED | final    |
    POST PUT GET | behind        | page                  | text  | 401                 | HANDLER      | final    | in between
    POST PUT GET | behind        | page unknown          |       | 400 403 409 413 498 | HANDLER      | final    | in between
    POST PUT GET | direct        | page unknown          |       | 401                 | UNAUTHORIZED | final    | in between
    POST PUT GET | direct        | page unknown          |       | 403                 | FORBIDDEN    | final    | in between
    POST PUT GET | direct        | page unknown          |       | 409                 | CONFLICT     | final    | in between
    POST PUT GET | direct        | page unknown          |       | 400 413 422 498     | REJECTED     | final    | in between
    POST         | direct behind | service               |       | 500 502 503 504 599 | SERVER       | final +  |
    POST         | direct behind | page unknown          | text  | 500 502 503 504 599 | SERVER       | open +   |
    PUT          | direct behind | service               |       | 500 502 503 504 599 | SERVER       | final    |
    GET          | direct behind | service page unknown  |       | 500 502 503 504 599 | SERVER       | busy     |
    POST         | direct behind | service page unknown  |       | 408 499             | SERVER       | open +   |
    POST         | behind        | handler               |       | 408 499             | SERVER       | open +   |
    GET          | direct behind | service page unknown  |       | 408 499             | SERVER       | open     |
    POST PUT GET | behind        | handler               |       | 401                 | UNAUTHORIZED | final    |
    POST PUT GET | behind        | handler               |       | 400 403 405 413     | HANDLER      | final    |
    POST GET     | behind        | handler               |       | 404                 | HANDLER      | final    |
    POST         | behind        | handler               |       | 500                 | HANDLER      | final +  |
    POST         | behind        | handler               |       | 502                 | SERVER       | lost +   |
    POST         | behind        | handler               |       | 504                 | SERVER       | open +   |
    POST         | behind        | handler               | none  | 408 502 504         | SERVER       | final    |
    POST         | behind        | handler               | none  | 500                 | HANDLER      | final    |
    GET          | behind        | handler               |       | 502                 | SERVER       | lost     |
    GET          | behind        | handler               |       | 504                 | SERVER       | open     |
    POST         | behind        | service               | none  | 429                 | RATE_LIMITED | busy     |
";

#[test]
fn a_response_without_an_instance_means_what_the_table_says() {
    let mut count = 0;
    for line in TABLE.trim().lines().skip(1) {
        let row: Vec<_> = line.split('|').map(str::trim).collect();
        let &[requests, sent, senders, body, statuses, code, outcome, hint] = row.as_slice() else {
            panic!("{line}");
        };
        let has = |list: &str, word: &str| list.split(' ').any(|item| item == word);
        for (_, request) in REQUESTS.iter().filter(|(name, _)| has(requests, name)) {
            for (_, sender) in SENDERS.iter().filter(|(name, _)| has(senders, name)) {
                for (sent, status) in sent
                    .split(' ')
                    .flat_map(|sent| statuses.split(' ').map(move |status| (sent, status)))
                {
                    let reply = Reply {
                        status: status.parse().unwrap(),
                        sender: *sender,
                        is_direct: sent == "direct",
                        is_object: body != "text" && *sender != Sender::Page,
                        has_provider_message: body == "store" && *sender == Sender::Service,
                        has_created_nothing: body == "none",
                        retry_after: Some(2.0),
                    };
                    let fate = fate(*request, &reply);
                    let outcome = match outcome.trim_end_matches(" +") {
                        "none" => Outcome::NotFound,
                        "final" => Outcome::Final,
                        "open" => Outcome::Open { is_likely: true },
                        "lost" => Outcome::Open { is_likely: false },
                        _ => Outcome::Busy {
                            retry_after: Some(2.0),
                        },
                    };
                    let context = format!("{request:?} {sender:?} {sent} {status}: {line}");
                    assert_eq!(fate.code.as_str(), format!("ERR_{code}"), "{context}");
                    assert_eq!(fate.outcome, outcome, "{context}");
                    assert_eq!(fate.may_have_created, line.contains('+'), "{context}");
                    assert!(fate.hint.contains(hint), "{context}");
                    assert_eq!(fate.hint.is_empty(), hint.is_empty(), "{context}");
                    count += 1;
                }
            }
        }
    }
    assert!(count > 250, "{count}");
}

const OPEN: Outcome = Outcome::Open { is_likely: true };
const LOST: Outcome = Outcome::Open { is_likely: false };

fn busy(seconds: f64) -> Outcome {
    Outcome::Busy {
        retry_after: Some(seconds),
    }
}

/// Returns the next request and the pause before it; `None` if the call ends.
fn after(plan: &mut Plan, outcome: Outcome) -> Option<(Request, f64)> {
    let pause = plan.next(outcome, 100.0, 60_000.0)?;
    Some((plan.request(), pause))
}

fn find(pause: f64) -> Option<(Request, f64)> {
    Some((Request::Find, pause))
}

const CREATE: Option<(Request, f64)> = Some((Request::Create, 0.0));

/// Returns a plan whose next request is a POST, because its lookup found nothing.
fn creating() -> Plan {
    let mut plan = Plan::with_key(false);
    assert_eq!(plan.request(), Request::Find);
    assert_eq!(after(&mut plan, Outcome::NotFound), CREATE);
    plan
}

/// Returns what follows after four lookups that find nothing.
fn after_four_lookups(plan: &mut Plan) -> Option<(Request, f64)> {
    for pause in [1000.0, 2000.0, 4000.0] {
        assert_eq!(after(plan, Outcome::NotFound), find(pause));
    }
    after(plan, Outcome::NotFound)
}

#[test]
fn a_call_without_a_key_sends_one_request() {
    for request in [Request::Create, Request::Update(7.0)] {
        for outcome in [OPEN, LOST, busy(1.0), Outcome::Final] {
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
    assert_eq!(after(&mut plan, LOST), find(500.0));
}

#[test]
fn an_unresolved_key_is_looked_up_at_once_and_four_more_times() {
    let mut plan = Plan::with_key(true);
    assert_eq!(plan.request(), Request::Find);
    assert_eq!(after(&mut plan, Outcome::NotFound), find(500.0));
    assert_eq!(after_four_lookups(&mut plan), CREATE);
}

#[test]
fn a_post_with_an_open_outcome_is_repeated_after_four_lookups_that_find_nothing() {
    for outcome in [OPEN, LOST] {
        let mut plan = creating();
        for _ in 0..2 {
            assert_eq!(after(&mut plan, outcome), find(500.0));
            assert_eq!(after_four_lookups(&mut plan), CREATE);
        }
        // The third POST is the last one, and lookups still follow.
        assert_eq!(after(&mut plan, outcome), find(500.0));
        assert_eq!(after_four_lookups(&mut plan), None, "{outcome:?}");
    }
}

#[test]
fn failed_lookups_after_a_post_neither_count_nor_reset_the_count() {
    let mut plan = creating();
    assert_eq!(after(&mut plan, LOST), find(500.0));
    assert_eq!(after(&mut plan, Outcome::NotFound), find(1000.0));
    assert_eq!(after(&mut plan, LOST), find(500.0));
    assert_eq!(after(&mut plan, Outcome::NotFound), find(2000.0));
    assert_eq!(after(&mut plan, Outcome::NotFound), find(4000.0));
    assert_eq!(after(&mut plan, LOST), find(500.0));
    assert_eq!(after(&mut plan, Outcome::NotFound), CREATE);
}

#[test]
fn a_post_is_not_repeated_if_less_time_is_left_than_the_last_one_took() {
    for (remaining, next) in [(3000.0, Some(0.0)), (2999.0, None)] {
        let mut plan = creating();
        assert_eq!(plan.next(LOST, 3000.0, 60_000.0), Some(500.0));
        for _ in 0..3 {
            plan.next(Outcome::NotFound, 10.0, 60_000.0).unwrap();
        }
        assert_eq!(plan.next(Outcome::NotFound, 10.0, remaining), next);
    }
}

#[test]
fn a_final_response_ends_the_call() {
    for mut plan in [Plan::with_key(false), creating()] {
        assert_eq!(after(&mut plan, Outcome::Final), None);
    }
}

#[test]
fn a_failed_lookup_is_repeated_four_times() {
    for outcome in [OPEN, LOST, busy(0.1)] {
        let mut plan = Plan::with_key(false);
        for pause in [500.0, 1000.0, 2000.0, 4000.0] {
            assert_eq!(after(&mut plan, outcome), find(pause), "{outcome:?}");
        }
        assert_eq!(after(&mut plan, outcome), None, "{outcome:?}");
    }
}

#[test]
fn retries_are_counted_from_zero_after_a_lookup_that_finds_nothing() {
    let mut plan = Plan::with_key(true);
    for _ in 0..2 {
        for pause in [500.0, 1000.0, 2000.0, 4000.0] {
            assert_eq!(after(&mut plan, LOST), find(pause));
        }
        assert!(after(&mut plan, Outcome::NotFound).is_some());
    }
}

#[test]
fn a_failed_lookup_is_repeated_without_limit_if_an_instance_is_likely() {
    let mut plan = creating();
    assert!(after(&mut plan, OPEN).is_some());
    for pause in [500.0, 1000.0, 2000.0, 4000.0, 4000.0, 4000.0, 4000.0] {
        assert_eq!(after(&mut plan, LOST), find(pause));
    }
}

#[test]
fn a_failed_lookup_is_repeated_four_times_if_the_last_post_was_rate_limited() {
    let mut plan = creating();
    assert!(after(&mut plan, OPEN).is_some());
    assert_eq!(after_four_lookups(&mut plan), CREATE);
    assert_eq!(after(&mut plan, busy(2.0)), find(2000.0));
    for _ in 0..4 {
        assert!(after(&mut plan, LOST).is_some());
    }
    assert_eq!(after(&mut plan, LOST), None);
}

#[test]
fn a_lookup_waits_for_retry_after_unless_the_timeout_is_sooner() {
    for (seconds, remaining, pause) in [
        (0.1, 60_000.0, Some(500.0)),
        (7.0, 60_000.0, Some(7000.0)),
        (7.0, 7000.0, None),
        (f64::MAX, 60_000.0, None),
    ] {
        let next = Plan::with_key(false).next(busy(seconds), 100.0, remaining);
        assert_eq!(next, pause, "{seconds}");
    }
}

#[test]
fn a_rate_limited_post_is_repeated_after_its_retry_after_and_one_lookup() {
    let mut plan = creating();
    for _ in 0..2 {
        assert_eq!(after(&mut plan, busy(2.0)), find(2000.0));
        assert_eq!(after(&mut plan, Outcome::NotFound), CREATE);
    }
    assert_eq!(after(&mut plan, busy(2.0)), None);
}

#[test]
fn a_rate_limit_beyond_the_timeout_or_of_unknown_length_ends_the_call() {
    for remaining in [2000.0, 1999.0, -1.0] {
        assert_eq!(creating().next(busy(2.0), 100.0, remaining), None);
    }
    assert_eq!(creating().next(busy(2.0), 100.0, 2001.0), Some(2000.0));
    let unknown = Outcome::Busy { retry_after: None };
    assert_eq!(after(&mut creating(), unknown), None);
}

proptest! {
    #[test]
    fn no_post_is_sent_without_a_lookup_that_finds_nothing_right_before_it(
        is_unresolved in any::<Option<bool>>(),
        responses in proptest::collection::vec(
            (any::<u8>(), any::<Option<u32>>(), any::<f64>(), any::<f64>()),
            0..40,
        ),
    ) {
        properties::plan(is_unresolved, &responses);
    }
}
