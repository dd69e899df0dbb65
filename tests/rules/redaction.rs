use authenticate_bigcommerce::redaction::redacted;
use proptest::prelude::*;

fn without(text: &str, secrets: &[&str], max: usize) -> String {
    let secrets: Vec<String> = secrets.iter().map(|s| (*s).to_owned()).collect();
    redacted(text, &secrets, max)
}

#[test]
fn a_secret_is_replaced_wherever_it_stands() {
    assert_eq!(
        without("s3cret, again s3cret and s3cre", &["s3cret"], 500),
        "[redacted], again [redacted] and s3cre"
    );
}

#[test]
fn a_secret_of_three_characters_is_left_alone() {
    assert_eq!(without("abc abcd", &["abc", ""], 500), "abc abcd");
    assert_eq!(without("abc abcd", &["abcd"], 500), "abc [redacted]");
}

#[test]
fn the_longest_of_overlapping_secrets_is_replaced() {
    assert_eq!(
        without("token-long", &["token", "token-long"], 500),
        "[redacted]"
    );
}

#[test]
fn overlapping_secrets_leave_nothing_of_either() {
    let secrets = ["AAAABBBB", "BBBBCCCC"];
    assert_eq!(without("-AAAABBBBCCCC-", &secrets, 500), "-[redacted]-");
}

#[test]
fn a_text_is_cut_after_the_secrets_are_out_and_never_through_a_character() {
    assert_eq!(without("12s3cret", &["s3cret"], 7), "12[reda");
    assert_eq!(without("aé😀b", &[], 3), "aé");
    assert_eq!(without("aé😀b", &[], 4), "aé😀");
}

proptest! {
    #[test]
    fn no_secret_is_left(
        secrets in proptest::collection::vec("[ab😀]{4,6}", 0..4),
        parts in proptest::collection::vec("[ab😀c]{0,8}", 0..9),
        max in 0_usize..80,
    ) {
        let text = parts.iter().zip(secrets.iter().cycle()).fold(String::new(), |text, (part, secret)| text + part + secret);
        let result = redacted(&text, &secrets, max);
        prop_assert!(result.encode_utf16().count() <= max);
        for secret in &secrets {
            prop_assert!(!result.contains(secret.as_str()));
        }
    }

    #[test]
    fn a_text_without_secrets_stays_as_it_is(text in any::<String>()) {
        prop_assert_eq!(redacted(&text, &[], usize::MAX), text);
    }
}
