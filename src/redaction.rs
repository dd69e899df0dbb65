//! Keeping secrets out of what the package says, where the service repeats them.

use crate::text::utf16_len;

/// Shorter ones would also blot out what is no secret.
const MIN_LENGTH: usize = 4;

/// `text` with `[redacted]` for each of `secrets` of 4 UTF-16 code units or more, then cut to at
/// most `max` of those, never through a character.
pub fn redacted(text: &str, secrets: &[String], max: usize) -> String {
    let mut result = String::new();
    let mut units: usize = 0;
    // Secrets can overlap, so a covered character can still begin another one.
    let mut covered = 0;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let mut end = None;
        for secret in secrets {
            if rest.starts_with(secret.as_str()) && utf16_len(secret) >= MIN_LENGTH {
                end = end.max(Some(at.saturating_add(secret.len())));
            }
        }
        let mut buffer = [0; 4];
        let replacement = match end {
            Some(_) if at >= covered => "[redacted]",
            None if at >= covered => c.encode_utf8(&mut buffer),
            _ => "",
        };
        covered = covered.max(end.unwrap_or_default());
        for c in replacement.chars() {
            units = units.saturating_add(c.len_utf16());
            if units > max {
                return result;
            }
            result.push(c);
        }
    }
    result
}
