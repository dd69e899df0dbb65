use authenticate_bigcommerce::rules::redaction::redact;
use proptest::prelude::*;

const ALL: usize = usize::MAX;

/// What is left of a text that does not hide a secret.
fn kept(text: &str, secrets: &[&str]) -> String {
    redact(text, secrets, ALL).unwrap()
}

#[test]
fn a_secret_is_replaced_wherever_it_stands() {
    assert_eq!(
        kept("s3cret, again s3cret and s3cre", &["s3cret"]),
        "[redacted], again [redacted] and s3cre"
    );
}

#[test]
fn a_secret_of_three_units_is_left_alone() {
    assert_eq!(kept("abc abcd é😀", &["abc", "", "é😀"]), "abc abcd é😀");
    assert_eq!(
        kept("abc abcd 😀😀", &["abcd", "😀😀"]),
        "abc [redacted] [redacted]"
    );
}

#[test]
fn secrets_that_overlap_go_as_one_and_others_apart() {
    assert_eq!(kept("token-long", &["token", "token-long"]), "[redacted]");
    assert_eq!(
        kept("-AAAABBBBCCCC-", &["AAAABBBB", "BBBBCCCC"]),
        "-[redacted]-"
    );
    assert_eq!(kept("abcdabcd", &["abcd"]), "[redacted][redacted]");
    assert_eq!(kept("aaaaaaa aaa", &["aaaa"]), "[redacted] aaa");
}

#[test]
fn a_secret_is_replaced_as_json_writes_it() {
    let secret = "p\"s\\w\u{1}rd\u{8}\t&ü";
    let body = r#"{"password":"p\"s\\w\u0001rd\b\t&ü"}"#;
    assert_eq!(kept(body, &[secret]), r#"{"password":"[redacted]"}"#);
}

#[test]
fn a_text_becomes_one_line_without_what_cannot_be_seen() {
    let text = "a\r\n\u{2028}\tb\u{0}\u{7f}\u{202e}c\u{feff} \u{200b}d";
    assert_eq!(kept(text, &[]), "a bc d");
    assert_eq!(kept("sec\u{200b}ret", &["secret"]), "[redacted]");
    assert_eq!(kept("sec ret", &["sec\nret"]), "[redacted]");
}

#[test]
fn a_text_that_hides_a_secret_is_left_out() {
    let secret = "pä/s+w rd\"😀";
    for hidden in [
        "p%C3%A4%2Fs%2bw%20rd%22%f0%9f%98%80",
        "p%C3%A4/s%2Bw+rd%22%F0%9F%98%80",
        r#"pä\/s+w rd\"😀"#,
        r"\u0070\u00e4\u002F\u0073\u002b\u0077\u0020\u0072\u0064\u0022\ud83d\ude00",
        "p&#228;/s+w rd&quot;&#x1F600;",
        "p&#xE4;&#047;s&#X2b;w&#32;rd&#34;&#xd83d;&#xde00;",
        "cMOkL3Mrdy ByZCLwn5iA",
    ] {
        let base64 = hidden.replace(' ', "");
        let text = if hidden.starts_with("cM") {
            &base64
        } else {
            hidden
        };
        assert_eq!(
            redact(&format!("see {text}!"), &[secret], ALL),
            None,
            "{text}"
        );
    }
    for harmless in [
        "p%C3%A4%2Fs",
        "100%",
        "a\\",
        "&amp",
        "&#x110000;",
        "&#;",
        "%zz",
    ] {
        assert_eq!(kept(harmless, &[secret]), harmless);
    }
}

#[test]
fn a_secret_shows_in_base64_at_any_alignment() {
    let secret = "token?>~ÿ";
    for text in [
        "dG9rZW4/Pn7Dvw==",
        "OnRva2VuPz5+w78=",
        "YTp0b2tlbj8+fsO/OmI=",
        "YTp0b2tlbj8-fsO_OmI",
    ] {
        assert_eq!(redact(text, &[secret], ALL), None, "{text}");
    }
    // Of 7 bytes too little is kept.
    assert_eq!(kept("c2V2ZW43Nw==", &["seven77"]), "c2V2ZW43Nw==");
}

#[test]
fn of_a_long_text_the_end_is_dropped_where_half_a_secret_may_stand() {
    let text = "x".repeat(4090) + "secret-1";
    assert_eq!(kept(&text, &["secret-1"]), "x".repeat(4096 - 9 * 8));
    let early = "x".repeat(4020) + "secret-1" + &"x".repeat(99);
    assert_eq!(kept(&early, &["secret-1"]), "x".repeat(4020) + "[redacted]");
    assert_eq!(kept(&"x".repeat(4096), &["secret-1"]), "x".repeat(4096));
    assert_eq!(kept(&"x".repeat(4097), &[]), "x".repeat(4096));
    assert_eq!(kept(&"x".repeat(4097), &[&"y".repeat(1024)]), "");
}

#[test]
fn a_text_is_cut_last_and_never_through_a_character() {
    assert_eq!(redact("12s3cret", &["s3cret"], 7).unwrap(), "12[reda");
    for (max, expected) in [(3, "aé"), (4, "aé😀"), (5, "aé😀b")] {
        assert_eq!(redact("aé😀b", &[], max).unwrap(), expected);
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fn json(text: &str) -> String {
    text.encode_utf16()
        .map(|unit| format!("\\u{unit:04X}"))
        .collect()
}

fn entities(text: &str) -> String {
    text.chars()
        .map(|c| format!("&#{};", u32::from(c)))
        .collect()
}

proptest! {
    #[test]
    fn no_secret_is_left_however_it_is_written(
        secret in "[a-z/+ é😀\"\\\\&<%]{4,20}",
        around in "[a-z/+ %&;]{0,8}",
    ) {
        for written in [secret.clone(), percent(&secret), json(&secret), entities(&secret)] {
            let text = format!("{around}{written}{around}");
            if let Some(text) = redact(&text, &[&secret], ALL) {
                for piece in text.split("[redacted]") {
                    prop_assert!(!piece.contains(&secret) && !piece.contains(&written));
                }
            }
        }
    }

    #[test]
    fn nothing_but_the_secrets_is_replaced_and_no_secret_is_left(
        words in proptest::collection::vec("[xyé😀]{0,6}", 0..10),
        secrets in proptest::collection::vec("[xyé😀]{0,6}", 0..4),
    ) {
        let text = words.concat();
        let secrets: Vec<_> = secrets.iter().map(String::as_str).collect();
        let usable: Vec<_> = secrets
            .iter()
            .filter(|secret| secret.encode_utf16().count() >= 4)
            .collect();
        let mut expected = String::new();
        let mut end = 0;
        for (at, c) in text.char_indices() {
            let rest = text.get(at..).unwrap();
            let found = usable.iter().filter(|secret| rest.starts_with(**secret));
            if let Some(length) = found.map(|secret| secret.len()).max() {
                if at >= end {
                    expected.push_str("[redacted]");
                }
                end = end.max(at + length);
            }
            if at >= end {
                expected.push(c);
            }
        }
        prop_assert_eq!(kept(&text, &secrets), expected);
    }

    #[test]
    fn the_beginning_is_kept_as_far_as_whole_characters_fit(
        text in "[ -~é😀]{0,60}",
        max in 0_usize..40,
    ) {
        let cut = redact(&text, &[], max).unwrap();
        let units = |text: &str| text.encode_utf16().count();
        prop_assert!(text.starts_with(&cut) && units(&cut) <= max);
        prop_assert!(units(&cut) + 1 >= units(&text).min(max));
    }

    #[test]
    fn no_text_makes_redaction_panic(text in any::<String>(), secret in any::<String>()) {
        redact(&text, &[&secret, "secret"], 500);
    }
}
