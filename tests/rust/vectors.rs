//! The core's side of the tables in `tests/vectors/`; the handler's is `tests/handler/vectors.test.ts`.
//! Each row has a value and the results of core and handler for it: null where they refuse it; `says`
//! is a part of the core's message then.

use std::fs;

use authenticate_bigcommerce::rules::redaction::redact;
use authenticate_bigcommerce::rules::text::{
    KEY_TAG, idempotency_key, is_reserved, secret, signature_key, tag, text, trim,
};
use authenticate_bigcommerce::rules::url::{DEFAULT_BASE_URL, base_url, callback_url, store_url};
use serde::Deserialize;

use crate::properties::{ORIGIN, parse};
use crate::retry_after;

/// A string; a long one is built from parts.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Text {
    Whole(String),
    Repeated { repeat: String, times: usize },
    Parts(Vec<Text>),
}

impl Text {
    pub fn whole(&self) -> String {
        match self {
            Self::Whole(text) => text.clone(),
            Self::Repeated { repeat, times } => repeat.repeat(*times),
            Self::Parts(parts) => parts.iter().map(Self::whole).collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    given: Text,
    // Null is allowed, but not a missing field.
    #[serde(deserialize_with = "Option::deserialize")]
    core: Option<Text>,
    says: Option<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    handler: Option<Text>,
    #[serde(rename = "why")]
    _why: Option<String>,
}

pub fn table<Row: for<'a> Deserialize<'a>>(name: &str) -> Vec<Row> {
    let path = format!("{}/tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let rows: Vec<Row> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(!rows.is_empty(), "{path}");
    rows
}

fn check(name: &str, rule: impl Fn(&str) -> Result<String, &'static str>) {
    for row in table::<Row>(name) {
        let given = row.given.whole();
        let expected = row.core.as_ref().map(Text::whole);
        match rule(&given) {
            Err(message) if expected.is_none() => {
                let part = row.says.unwrap_or_default();
                assert!(message.contains(&part), "{given:?}: {message}");
            }
            result => assert_eq!(result.ok(), expected, "{given:?}"),
        }
    }
}

#[test]
fn a_store_url_is_validated_as_in_its_table() {
    // `config` trims.
    check("store-url", |value| store_url(trim(value), false, parse));
}

#[test]
fn a_store_url_of_a_store_level_account_is_validated_as_in_its_table() {
    check("store-level-url", |value| {
        store_url(trim(value), true, parse)
    });
}

#[test]
fn a_base_url_is_validated_as_in_its_table() {
    check("base-url", |value| base_url(value, Some(ORIGIN), parse));
    let rows = table::<Row>("base-url");
    let empty = rows.into_iter().find(|row| row.given.whole().is_empty());
    // The handler's default is the core's.
    let default = empty.and_then(|row| row.handler).unwrap();
    assert_eq!(default.whole(), DEFAULT_BASE_URL);
}

#[test]
fn a_callback_url_is_validated_as_in_its_table() {
    check("callback-url", |value| callback_url(value, parse));
}

#[test]
fn a_text_is_validated_as_in_its_table() {
    check("text", |value| text(value, "Is missing."));
}

#[test]
fn a_tag_is_validated_as_in_its_table() {
    check("tag", tag);
}

#[test]
fn an_idempotency_key_is_validated_as_in_its_table() {
    check("idempotency-key", idempotency_key);
}

#[test]
fn a_secret_is_validated_as_in_its_table() {
    check("account-secret", secret);
}

#[test]
fn a_signature_key_is_validated_as_in_its_table() {
    check("signature-key", signature_key);
}

#[test]
fn the_tags_of_a_subject_and_its_key_are_reserved() {
    #[derive(Deserialize)]
    struct Row {
        core: String,
        handler: Option<Tags>,
    }
    #[derive(Deserialize)]
    struct Tags {
        subject: String,
        key: String,
    }
    for Row { core, handler } in table("subject") {
        let key = core.strip_prefix(KEY_TAG).unwrap();
        assert_eq!(idempotency_key(key).as_deref(), Ok(key));
        for tag in handler.iter().flat_map(|tags| [&tags.subject, &tags.key]) {
            assert!(is_reserved(tag), "{tag}");
        }
    }
}

#[test]
fn a_retry_after_header_is_read_as_in_its_table() {
    #[derive(Deserialize)]
    struct Row {
        given: Text,
        #[serde(deserialize_with = "Option::deserialize")]
        core: Option<f64>,
    }
    for Row { given, core } in table("retry-after") {
        let given = given.whole();
        assert_eq!(retry_after::read(&given), core, "{given:?}");
    }
}

#[test]
fn a_text_with_secrets_is_redacted_as_in_its_table() {
    #[derive(Deserialize)]
    struct Row {
        given: Text,
        secrets: Vec<Text>,
        max: usize,
        #[serde(deserialize_with = "Option::deserialize")]
        core: Option<Text>,
    }
    for row in table::<Row>("redaction") {
        let given = row.given.whole();
        let secrets: Vec<_> = row.secrets.iter().map(Text::whole).collect();
        let secrets: Vec<_> = secrets.iter().map(String::as_str).collect();
        let expected = row.core.as_ref().map(Text::whole);
        assert_eq!(redact(&given, &secrets, row.max), expected, "{given:?}");
    }
}
