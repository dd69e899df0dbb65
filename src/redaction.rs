//! Keeping secrets out of what the package says, where the service repeats them.

use js_sys::JsString;

/// Shorter ones would also blot out what is no secret.
const MIN_LENGTH: usize = 4;

/// What must not be repeated. Kept as JavaScript strings, so that the wasm memory holds no copy
/// while an answer is awaited.
#[derive(Clone, PartialEq)]
pub struct Secrets(Vec<JsString>);

impl Secrets {
    /// The secrets of one call.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        Self(secrets.into_iter().map(JsString::from).collect())
    }

    /// `text` without them, cut at `max` UTF-16 code units.
    pub fn redacted(&self, text: &str, max: usize) -> String {
        let secrets: Vec<String> = self.0.iter().map(String::from).collect();
        redacted(text, &secrets, max)
    }
}

/// `text` with `[redacted]` for each of `secrets` of 4 UTF-16 code units or more, then cut to at
/// most `max` of those, never through a character.
pub fn redacted(text: &str, secrets: &[String], max: usize) -> String {
    let secrets: Vec<&str> = secrets
        .iter()
        .map(String::as_str)
        .filter(|secret| secret.encode_utf16().count() >= MIN_LENGTH)
        .collect();
    let mut result = String::new();
    let mut units = 0;
    // Secrets can overlap, so a covered character can still begin another one.
    let mut covered = 0;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let found = secrets.iter().filter(|secret| rest.starts_with(**secret));
        let end = found.map(|secret| at.saturating_add(secret.len())).max();
        let mut buffer = [0; 4];
        let replacement = match end {
            Some(_) if at >= covered => "[redacted]",
            None if at >= covered => c.encode_utf8(&mut buffer),
            _ => "",
        };
        covered = covered.max(end.unwrap_or_default());
        for c in replacement.chars() {
            units += c.len_utf16();
            if units > max {
                return result;
            }
            result.push(c);
        }
    }
    result
}
