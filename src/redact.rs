//! Redacts secrets from the service's messages, which may repeat what was sent.

use crate::json::escaped;
use crate::text::{is_invisible, trim, truncate, utf16_len};

/// The maximum length of a text; the rest is dropped. All lengths are in UTF-16 code units.
const MAX_LENGTH: usize = 4096;

/// The minimum length of a secret to redact: shorter ones also occur in other text.
const MIN_SECRET: usize = 4;

/// Returns `text` as one line without markup, invisible characters and `secrets`, truncated to
/// `max` code units; `None` if nothing is left.
pub fn redact(text: &str, secrets: &[&str], max: usize) -> Option<String> {
    let mut forms = Vec::new();
    for secret in secrets {
        let json = escaped(secret);
        for form in [clean(secret), clean(&json), (*secret).to_owned(), json] {
            if utf16_len(&form) >= MIN_SECRET {
                forms.push(form);
            }
        }
    }

    // Also before markup is removed, because part of a secret may look like a tag.
    let beginning = hide(truncate(text, MAX_LENGTH), &forms);
    let line = hide(&clean(&without_markup(&beginning)), &forms);
    let mut kept = utf16_len(&line);
    if utf16_len(text) > MAX_LENGTH {
        // The text may end with part of a secret.
        let longest = forms.iter().map(|form| utf16_len(form)).max();
        kept = kept.saturating_sub(longest.unwrap_or_default());
    }
    let redacted = truncate(&line, kept.min(max));
    (!trim(redacted).is_empty()).then(|| redacted.to_owned())
}

/// Replaces each secret with a placeholder; overlapping secrets share one.
fn hide(text: &str, secrets: &[String]) -> String {
    let mut result = String::new();
    let mut covered = 0;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        for secret in secrets {
            if rest.starts_with(secret.as_str()) {
                if at >= covered {
                    result.push_str("[redacted]");
                }
                covered = covered.max(at + secret.len());
            }
        }
        if at >= covered {
            result.push(c);
        }
    }
    result
}

/// Removes the tags, if the text is HTML or XML.
fn without_markup(text: &str) -> String {
    if !trim(text).starts_with("<") {
        return text.to_owned();
    }
    let mut result = String::new();
    let mut piece = String::new();
    let mut is_tag = false;
    for c in text.chars().chain(['<']) {
        match c {
            '<' if !is_tag => {
                let text = trim(&piece);
                if !text.is_empty() && !result.is_empty() {
                    result.push(' ');
                }
                result.push_str(text);
                piece.clear();
                is_tag = true;
            }
            '>' if is_tag => is_tag = false,
            _ if !is_tag => piece.push(c),
            _ => {}
        }
    }
    result
}

/// Converts line breaks to spaces, and removes invisible characters.
fn clean(text: &str) -> String {
    let mut result = String::new();
    let mut is_break = false;
    for c in text.chars() {
        if matches!(c, '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}') {
            if !is_break {
                result.push(' ');
            }
            is_break = true;
        } else if !is_invisible(c) {
            is_break = false;
            result.push(c);
        }
    }
    result
}
