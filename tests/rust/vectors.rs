//! Runs the tables in `tests/vectors/` against the crate.

use std::collections::BTreeMap;
use std::fs;

use authenticate_bigcommerce::issues::Issue;
use authenticate_bigcommerce::redact::redact;
use authenticate_bigcommerce::text::{
    KEY_TAG, access_token, credential, idempotency_key, is_reserved, not_trimmed, secret,
    session_token, tag, text,
};
use authenticate_bigcommerce::url::{base_url, callback_url, store_url};
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

pub fn table<Table: for<'a> Deserialize<'a>>(name: &str) -> Table {
    let path = format!("{}/tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()
}

/// The values that a rule accepts, with its results, and those that it refuses, by code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Values {
    accepted: Vec<(Text, Text)>,
    refused: BTreeMap<String, Vec<Text>>,
}

type Rule = fn(&str) -> Result<String, &'static Issue>;

const RULES: [(&str, Rule); 12] = [
    ("storeUrl", |value| store_url(value, false, parse)),
    ("storeUrl of a store-level API account", |value| {
        store_url(value, true, parse)
    }),
    ("baseUrl", |value| {
        base_url(value, || Some(ORIGIN.to_owned()), parse)
    }),
    ("callbackUrl", |value| callback_url(value, parse)),
    ("credentials", credential),
    ("accessToken", access_token),
    ("name", text),
    ("tags", tag),
    ("idempotencyKey", idempotency_key),
    ("userSecret", secret),
    ("sessionToken", session_token),
    ("signatureKey", not_trimmed),
];

#[test]
fn a_value_is_validated_as_in_its_table() {
    let tables: BTreeMap<String, Values> = table("rules");
    assert_eq!(tables.len(), RULES.len());
    for (name, rule) in RULES {
        let table = tables.get(name).unwrap();
        for (given, expected) in &table.accepted {
            let given = given.whole();
            assert_eq!(rule(&given), Ok(expected.whole()), "{name} {given:?}");
        }
        for (code, values) in &table.refused {
            for given in values.iter().map(Text::whole) {
                let result = rule(&given).map_err(|issue| issue.code.as_str());
                assert_eq!(result, Err(code.as_str()), "{name} {given:?}");
            }
        }
    }
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
    for Row { core, handler } in table::<Vec<Row>>("subject") {
        let key = core.strip_prefix(KEY_TAG).unwrap();
        assert_eq!(idempotency_key(key).as_deref(), Ok(key));
        for tag in handler.iter().flat_map(|tags| [&tags.subject, &tags.key]) {
            assert!(is_reserved(tag), "{tag}");
        }
    }
}

#[test]
fn a_retry_after_header_is_read_as_in_its_table() {
    for (given, expected) in table::<Vec<(Text, Option<f64>)>>("retry-after") {
        let given = given.whole();
        assert_eq!(retry_after::read(&given), expected, "{given:?}");
    }
}

#[test]
fn a_text_with_secrets_is_redacted_as_in_its_table() {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        text: Text,
        secrets: Vec<Text>,
        max: Option<usize>,
        redacted: Option<Text>,
    }
    for row in table::<Vec<Row>>("redaction") {
        let text = row.text.whole();
        let secrets: Vec<_> = row.secrets.iter().map(Text::whole).collect();
        let secrets: Vec<_> = secrets.iter().map(String::as_str).collect();
        let redacted = redact(&text, &secrets, row.max.unwrap_or(usize::MAX));
        assert_eq!(redacted, row.redacted.as_ref().map(Text::whole), "{text:?}");
    }
}
