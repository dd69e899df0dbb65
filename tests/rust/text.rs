use authenticate_bigcommerce::rules::text::{
    idempotency_key, secret, signature_key, tag, text, trim,
};
use proptest::prelude::*;

use crate::properties;

#[test]
fn a_text_is_trimmed() {
    assert_eq!(text("  shop \r\n", "missing"), Ok("shop".to_owned()));
}

#[test]
fn a_text_of_white_space_only_is_missing() {
    assert_eq!(text("", "missing"), Err("missing"));
    assert_eq!(text(" \t\u{feff}\u{2028}", "missing"), Err("missing"));
}

#[test]
fn a_text_is_measured_in_utf16_units_after_trimming() {
    assert!(text(&format!("  {}  ", "a".repeat(255)), "").is_ok());
    assert!(text(&"a".repeat(256), "").is_err());
    assert!(text(&"é".repeat(255), "").is_ok());
    assert!(text(&"😀".repeat(127), "").is_ok());
    assert!(text(&"😀".repeat(128), "").is_err());
}

#[test]
fn white_space_is_what_javascript_takes_for_it() {
    // https://tc39.es/ecma262/#prod-WhiteSpace and #prod-LineTerminator
    let white_space = "\t\u{b}\u{c} \u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\
                       \u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{202f}\u{205f}\u{3000}\u{feff}\
                       \n\r\u{2028}\u{2029}";
    assert_eq!(trim(white_space), "");
    for c in ['\u{85}', '\u{180e}', '\u{200b}', '\0'] {
        assert_eq!(trim(&c.to_string()), c.to_string(), "{c:?}");
    }
}

#[test]
fn reserved_tags_are_refused_however_they_are_written() {
    for reserved in [
        "idempotency-key:x",
        "subject:",
        "Subject:me",
        " IDEMPOTENCY-KEY: ",
    ] {
        assert!(tag(reserved).is_err(), "{reserved}");
    }
    for free in ["subject", "my subject:", "idempotency-key", "sübject:"] {
        assert_eq!(tag(free), Ok(free.to_owned()));
    }
}

#[test]
fn tags_that_the_service_could_change_are_refused() {
    for changed in [
        "<b>x", "a>b", "a&amp;b", "a\u{1}b", "a\tb", "a\u{7f}", "a\u{85}b",
    ] {
        assert!(tag(changed).is_err(), "{changed:?}");
    }
    for kept in ["a b", "it's", "\"é😀\"", "a;b"] {
        assert_eq!(tag(kept), Ok(kept.to_owned()));
    }
}

#[test]
fn a_signature_key_is_1_to_255_units_sent_as_they_are() {
    for key in [" ", " a\t", &"é".repeat(255)] {
        assert_eq!(signature_key(key), Ok(key.to_owned()));
    }
    for key in ["", &"a".repeat(256), &"😀".repeat(128)] {
        assert!(signature_key(key).is_err());
    }
}

#[test]
fn a_secret_is_what_a_header_can_carry() {
    assert_eq!(secret("aB3+/="), Ok("aB3+/=".to_owned()));
    assert!(secret(&"a".repeat(1024)).is_ok());
    assert!(secret(&"a".repeat(1025)).is_err());
    for bad in ["", " a", "a b", "a,b", "ä", "a\n", "a\u{7f}", "\u{feff}a"] {
        assert!(secret(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn an_idempotency_key_is_16_to_64_plain_characters() {
    let longest = "x".repeat(64);
    for key in [
        "0123456789abcdef",
        "ABC.def_ghi-0123",
        "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
        &longest,
    ] {
        assert_eq!(idempotency_key(key), Ok(key.to_owned()));
    }
    let too_long = "x".repeat(65);
    for key in [
        "",
        "0123456789abcde",
        &too_long,
        "0123456789abcde ",
        "0123456789abcdé",
        "0123456789abc:ef",
    ] {
        assert!(idempotency_key(key).is_err(), "{key}");
    }
}

proptest! {
    #[test]
    fn an_accepted_text_is_what_can_be_sent_in_its_place(
        value in "\\PC{0,300}|[ \t\u{feff}]?(subject:|SUBJECT:|idempotency-key:)?[a-zA-Z0-9._,-]{0,70} ?"
    ) {
        properties::texts(&value);
    }

    #[test]
    fn no_text_makes_the_rules_panic(value in any::<String>()) {
        properties::texts(&value);
    }
}
