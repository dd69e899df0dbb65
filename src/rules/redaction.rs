//! Keeping secrets out of texts.

use crate::rules::text::{cut, utf16_len};

/// Shorter ones would also blot out what is no secret, in UTF-16 code units.
const MIN_SECRET: usize = 4;

/// `text` with `[redacted]` for each of `secrets`, then cut to at most `max` UTF-16 code units.
pub fn redact(text: &str, secrets: &[String], max: usize) -> String {
    let mut result = String::new();
    // Secrets can overlap, so a covered character can still begin another one.
    let mut covered = 0;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let found = secrets
            .iter()
            .filter(|secret| utf16_len(secret) >= MIN_SECRET && rest.starts_with(secret.as_str()));
        let end = found.map(|secret| at + secret.len()).max().unwrap_or(0);
        if at >= covered {
            if end > 0 {
                result.push_str("[redacted]");
            } else {
                result.push(c);
            }
        }
        covered = covered.max(end);
    }
    cut(&result, max).to_owned()
}
