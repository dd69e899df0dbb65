use authenticate_bigcommerce::redact::redact;
use proptest::prelude::*;

use crate::properties;

const ALL: usize = usize::MAX;

/// Redacts a text. Returns an empty string if nothing is left.
fn redacted(text: &str, secrets: &[&str]) -> String {
    redact(text, secrets, ALL).unwrap_or_default()
}

proptest! {
    #[test]
    fn all_secrets_and_nothing_else_are_replaced(
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
        prop_assert_eq!(redacted(&text, &secrets), expected);
    }

    #[test]
    fn a_text_is_cut_after_the_last_whole_character_that_fits(
        text in "[!-;=-~é😀]{1,60}",
        max in 1_usize..40,
    ) {
        let cut = redact(&text, &[], max).unwrap_or_default();
        let units = |text: &str| text.encode_utf16().count();
        prop_assert!(text.starts_with(&cut) && units(&cut) <= max);
        prop_assert!(units(&cut) + 1 >= units(&text).min(max));
    }

    #[test]
    fn no_text_keeps_a_secret_or_makes_redaction_panic(
        value in any::<String>(),
        secret in "[ab\\u{200b}<>&\\\\]{0,9}|\\PC{0,9}",
        text in "<?([ab\\u{200b}<>&\\\\;#u0-9]|\\PC){0,40}",
    ) {
        properties::redaction(&value);
        properties::redaction(&format!("{secret}\n{text}{secret}{text}"));
    }
}
