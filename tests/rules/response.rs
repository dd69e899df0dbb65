use authenticate_bigcommerce::error::{Code, Failure};
use authenticate_bigcommerce::response::{Body, Content, judge};
use proptest::prelude::*;

fn answered(status: u16, body: Option<Body>) -> Result<Box<Body>, Failure> {
    let content = body.map_or(Content::Unusable, |body| Content::Object(Box::new(body)));
    let outcome = judge(status, Some(3.0), content, None, &[]);
    outcome.map(|instance| instance.unwrap())
}

const TAG: &str = "idempotency-key:0123456789abcdef";

fn look_up(status: u16, bodies: Vec<Body>) -> Result<Option<Box<Body>>, Failure> {
    let mut bodies = bodies.into_iter().map(Box::new);
    judge(
        status,
        Some(3.0),
        Content::List(&mut bodies),
        Some(TAG),
        &[],
    )
}

fn tagged(id: f64, tag: &str) -> Body {
    Body {
        id: Some(id),
        tags: vec!["Docs".to_owned(), tag.to_owned()],
        has_usable_tags: true,
        ..usable()
    }
}

fn usable() -> Body {
    Body {
        id: Some(12345.0),
        token: Some("ABC/D".to_owned()),
        ..Body::default()
    }
}

#[test]
fn a_2xx_with_id_and_token_is_an_instance() {
    for status in [200, 201, 299] {
        let instance = answered(status, Some(usable())).unwrap();
        assert_eq!(
            (instance.id, instance.token.as_deref()),
            (Some(12345.0), Some("ABC/D"))
        );
    }
}

#[test]
fn a_2xx_without_a_usable_id_and_token_is_err_response() {
    let bodies = [
        None,
        Some(Body::default()),
        Some(Body {
            token: None,
            ..usable()
        }),
        Some(Body {
            token: Some(String::new()),
            ..usable()
        }),
        Some(Body {
            id: None,
            ..usable()
        }),
        Some(Body {
            id: Some(0.0),
            ..usable()
        }),
        Some(Body {
            id: Some(-1.0),
            ..usable()
        }),
        Some(Body {
            id: Some(1.5),
            ..usable()
        }),
        Some(Body {
            id: Some(f64::NAN),
            ..usable()
        }),
        Some(Body {
            id: Some(f64::INFINITY),
            ..usable()
        }),
        Some(Body {
            id: Some(9_007_199_254_740_992.0),
            ..usable()
        }),
    ];
    for body in bodies {
        let failure = answered(200, body).unwrap_err();
        assert_eq!((failure.code, failure.status), (Code::Response, Some(200)));
    }
    assert!(
        answered(
            200,
            Some(Body {
                id: Some(9_007_199_254_740_991.0),
                ..usable()
            })
        )
        .is_ok()
    );
}

#[test]
fn the_packages_own_tags_are_not_passed_on() {
    let tags = ["Docs", "subject:me", "idempotency-key:1234567890123456"];
    let body = Body {
        tags: tags.map(str::to_owned).to_vec(),
        has_usable_tags: true,
        ..usable()
    };
    let instance = answered(200, Some(body)).unwrap();
    assert_eq!(instance.tags, ["Docs"]);
    assert!(instance.has_usable_tags);
}

#[test]
fn the_status_decides_the_code() {
    for (status, code) in [
        (400, Code::Rejected),
        (401, Code::Unauthorized),
        (402, Code::Rejected),
        (403, Code::Forbidden),
        (404, Code::NotFound),
        (408, Code::Rejected),
        (409, Code::Conflict),
        (429, Code::RateLimited),
        (499, Code::Rejected),
        (500, Code::Server),
        (599, Code::Server),
        (0, Code::Response),
        (199, Code::Response),
        (304, Code::Response),
        (600, Code::Response),
    ] {
        let failure = answered(status, Some(usable())).unwrap_err();
        assert_eq!((failure.code, failure.status), (code, Some(status)));
        let retries = matches!(code, Code::RateLimited | Code::Server);
        assert_eq!(failure.retry_after.is_some(), retries, "{status}");
    }
}

#[test]
fn what_the_service_says_is_in_the_error() {
    let body = Body {
        message: Some("Bad token".to_owned()),
        request_id: Some("r-1".to_owned()),
        provider_message: Some("No".to_owned()),
        ..Body::default()
    };
    let failure = answered(400, Some(body)).unwrap_err();
    assert!(failure.message.contains("400") && failure.message.contains("Bad token"));
    assert_eq!(failure.request_id.as_deref(), Some("r-1"));
    assert_eq!(failure.provider_message.as_deref(), Some("No"));
}

#[test]
fn a_lookup_finds_only_what_carries_the_tag_itself() {
    let list = vec![
        tagged(1.0, "idempotency-key:fedcba9876543210"),
        tagged(2.0, "idempotency-key:0123456789abcdefg"),
        usable(),
        Body::default(),
    ];
    assert!(look_up(200, list).unwrap().is_none());
    let list = vec![tagged(7.0, TAG), tagged(8.0, "other")];
    let found = look_up(200, list).unwrap().unwrap();
    assert_eq!((found.id, found.tags), (Some(7.0), vec!["Docs".to_owned()]));
}

#[test]
fn an_entry_that_is_no_text_spoils_the_tags_but_does_not_hide_the_key() {
    let odd = Body {
        has_usable_tags: false,
        ..tagged(12345.0, TAG)
    };
    let found = look_up(200, vec![odd]).unwrap().unwrap();
    assert_eq!((found.id, found.has_usable_tags), (Some(12345.0), false));
}

#[test]
fn a_lookup_that_finds_several_takes_the_highest_id() {
    let list = vec![tagged(2.0, TAG), tagged(11.0, TAG), tagged(10.0, TAG)];
    let newest = look_up(200, list).unwrap().unwrap();
    assert_eq!(newest.id, Some(11.0));
}

#[test]
fn a_lookup_without_a_readable_list_finds_nothing_out() {
    let unusable = Body {
        token: None,
        ..tagged(1.0, TAG)
    };
    let failure = look_up(200, vec![unusable]).unwrap_err();
    assert_eq!(failure.code, Code::Response);
    for content in [
        Content::Unusable,
        Content::Object(Box::new(tagged(1.0, TAG))),
    ] {
        let failure = judge(200, None, content, Some(TAG), &[]).unwrap_err();
        assert_eq!(failure.code, Code::Response);
    }
    let mut list = std::iter::once(Box::new(usable()));
    let failure = judge(200, None, Content::List(&mut list), None, &[]).unwrap_err();
    assert_eq!(failure.code, Code::Response, "a list is no instance");
    let failure = look_up(503, vec![tagged(1.0, TAG)]).unwrap_err();
    assert_eq!(
        (failure.code, failure.retry_after),
        (Code::Server, Some(3.0))
    );
}

proptest! {
    #[test]
    fn every_answer_is_either_a_usable_instance_or_a_failure(
        status in 0_u16..700,
        id in proptest::option::of(any::<f64>()),
        token in proptest::option::of("\\PC{0,3}"),
        message in proptest::option::of(any::<String>()),
    ) {
        match answered(status, Some(Body { id, token, message, ..Body::default() })) {
            Ok(instance) => {
                prop_assert!((200..300).contains(&status));
                let id = instance.id.unwrap();
                prop_assert!((1.0..=9_007_199_254_740_991.0).contains(&id));
                prop_assert_eq!(id.fract(), 0.0);
                prop_assert!(!instance.token.unwrap().is_empty());
            }
            Err(failure) => prop_assert_eq!(failure.status, Some(status)),
        }
    }
}
