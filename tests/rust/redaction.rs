use authenticate_bigcommerce::rules::redaction::redact;
use proptest::prelude::*;

fn without(text: &str, secrets: &[&str]) -> String {
    let secrets: Vec<_> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
    redact(text, &secrets, usize::MAX)
}

#[test]
fn a_secret_is_replaced_wherever_it_stands() {
    let text = "s3cret, again s3cret and s3cre";
    assert_eq!(
        without(text, &["s3cret"]),
        "[redacted], again [redacted] and s3cre"
    );
}

#[test]
fn a_secret_of_three_units_is_left_alone() {
    assert_eq!(without("abc abcd é😀", &["abc", "", "é😀"]), "abc abcd é😀");
    assert_eq!(
        without("abc abcd 😀😀", &["abcd", "😀😀"]),
        "abc [redacted] [redacted]"
    );
}

#[test]
fn a_secret_is_taken_as_it_is_and_not_as_a_pattern() {
    assert_eq!(
        without("a.*b axxb $& a.*b", &["a.*b"]),
        "[redacted] axxb $& [redacted]"
    );
}

#[test]
fn a_secret_that_is_longer_than_another_goes_as_one() {
    assert_eq!(
        without("token-long", &["token", "token-long"]),
        "[redacted]"
    );
}

#[test]
fn a_secret_that_overlaps_another_leaves_nothing_of_either() {
    assert_eq!(
        without("-AAAABBBBCCCC-", &["AAAABBBB", "BBBBCCCC"]),
        "-[redacted]-"
    );
}

#[test]
fn a_secret_is_out_before_the_text_is_cut_which_is_never_done_through_a_character() {
    let secrets = ["s3cret".to_owned()];
    assert_eq!(redact("12s3cret", &secrets, 7), "12[reda");
    for (max, expected) in [(3, "aé"), (4, "aé😀"), (5, "aé😀b")] {
        assert_eq!(redact("aé😀b", &secrets, max), expected);
    }
}

/// Of few letters, so that they overlap, repeat and hold each other; none is one of `[redacted]`.
fn word() -> impl Strategy<Value = String> {
    "[xyé😀]{0,6}"
}

proptest! {
    #[test]
    fn nothing_but_the_secrets_is_replaced_and_no_secret_is_left(
        words in proptest::collection::vec(word(), 0..10),
        secrets in proptest::collection::vec(word(), 0..4),
    ) {
        let text = words.concat();
        let usable: Vec<_> = secrets
            .iter()
            .filter(|secret| secret.encode_utf16().count() >= 4)
            .collect();
        // Where secrets stand, overlapping ones as one.
        let mut expected = String::new();
        let mut end = 0;
        let mut at = 0;
        while at < text.len() {
            let Some(rest) = text.get(at..) else {
                at += 1;
                continue;
            };
            let found = usable.iter().filter(|secret| rest.starts_with(secret.as_str()));
            if let Some(length) = found.map(|secret| secret.len()).max() {
                if at >= end {
                    expected.push_str("[redacted]");
                }
                end = end.max(at + length);
            }
            let c = rest.chars().next().unwrap();
            if at >= end {
                expected.push(c);
            }
            at += c.len_utf8();
        }
        let redacted = redact(&text, &secrets, usize::MAX);
        prop_assert_eq!(&redacted, &expected);
        for rest in redacted.split("[redacted]") {
            prop_assert!(usable.iter().all(|secret| !rest.contains(secret.as_str())));
        }
    }

    #[test]
    fn the_beginning_is_kept_as_far_as_whole_characters_fit(
        text in any::<String>(),
        max in 0_usize..40,
    ) {
        let cut = redact(&text, &[], max);
        let units = |text: &str| text.encode_utf16().count();
        prop_assert!(text.starts_with(&cut) && units(&cut) <= max);
        prop_assert!(units(&cut) + 1 >= units(&text).min(max));
    }
}
