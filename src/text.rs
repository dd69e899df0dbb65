//! The rules for texts that are no addresses.

use crate::issues::{Issue, IssueCode};

/// That a text is empty, or nothing but white space.
pub const EMPTY: &Issue = &Issue::new(IssueCode::Empty, "Must not be empty.");

const TOO_LONG: &Issue = &Issue {
    code: IssueCode::TooLong,
    message: "Is too long: at most 255 characters.",
    params: &[("max", 255.0)],
};

const RESERVED: &Issue = &Issue::new(
    IssueCode::Reserved,
    "Begins with idempotency-key: or subject:, which are reserved.",
);

const CHANGEABLE: &Issue = &Issue::new(
    IssueCode::Characters,
    "Must not contain <, > or &, or control characters: the service strips HTML.",
);

const NO_SECRET: &Issue = &Issue::new(
    IssueCode::Characters,
    "Must be 1 to 1024 characters of printable ASCII, without spaces or commas.",
);

const NO_KEY: &Issue = &Issue::new(
    IssueCode::Characters,
    "Must be 16 to 64 characters of A-Z a-z 0-9 . _ - (a crypto.randomUUID() fits).",
);

/// Longest text, in UTF-16 code units, as HTML's `maxlength` counts.
const MAX_LENGTH: usize = 255;

/// Longest secret of an account, in characters.
const MAX_SECRET: usize = 1024;

/// The beginning of the tag that holds an idempotency key.
pub const KEY_TAG: &str = "idempotency-key:";

/// The beginnings of the package's own tags.
const RESERVED_TAGS: [&str; 2] = [KEY_TAG, "subject:"];

/// `text` without white space around it, as JavaScript's `trim()` sees it.
pub fn trim(text: &str) -> &str {
    text.trim_start_matches(is_white_space)
        .trim_end_matches(is_white_space)
}

/// Unlike Rust's, JavaScript takes the byte order mark for white space, and not the next-line
/// character: <https://tc39.es/ecma262/#prod-WhiteSpace>.
pub fn is_white_space(c: char) -> bool {
    matches!(
        c,
        '\t'..='\r'
            | ' '
            | '\u{a0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}'
            | '\u{feff}'
    )
}

/// A text of 1 to 255 UTF-16 code units, trimmed.
///
/// # Errors
/// That nothing is left, or that it is too long.
pub fn text(value: &str) -> Result<String, &'static Issue> {
    not_trimmed(trim(value))
}

/// A text of 1 to 255 UTF-16 code units, as it is.
///
/// # Errors
/// As [`text`].
pub fn not_trimmed(value: &str) -> Result<String, &'static Issue> {
    if value.is_empty() {
        return Err(EMPTY);
    }
    if utf16_len(value) > MAX_LENGTH {
        return Err(TOO_LONG);
    }
    Ok(value.to_owned())
}

/// A tag of the caller's own.
///
/// # Errors
/// Those of [`text`], and for the beginnings that the package keeps for itself and what the service
/// could change: it strips HTML.
pub fn tag(value: &str) -> Result<String, &'static Issue> {
    let tag = text(value)?;
    if is_reserved(&tag) {
        return Err(RESERVED);
    }
    if tag
        .chars()
        .any(|c| c.is_control() || matches!(c, '<' | '>' | '&'))
    {
        return Err(CHANGEABLE);
    }
    Ok(tag)
}

/// Whether `tag` is one of the package's own.
pub fn is_reserved(tag: &str) -> bool {
    RESERVED_TAGS.iter().any(|reserved| {
        tag.get(..reserved.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(reserved))
    })
}

/// A secret, fit for the `authorization` header.
///
/// # Errors
/// For anything but 1 to 1,024 characters of printable ASCII without space or comma.
pub fn secret(value: &str) -> Result<String, &'static Issue> {
    let is_usable = |b: u8| b.is_ascii_graphic() && b != b',';
    if (1..=MAX_SECRET).contains(&value.len()) && value.bytes().all(is_usable) {
        Ok(value.to_owned())
    } else {
        Err(NO_SECRET)
    }
}

/// An idempotency key.
///
/// # Errors
/// For anything but 16 to 64 characters of `A–Z a–z 0–9 . _ -`.
pub fn idempotency_key(value: &str) -> Result<String, &'static Issue> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if (16..=64).contains(&value.len()) && value.bytes().all(is_plain) {
        Ok(value.to_owned())
    } else {
        Err(NO_KEY)
    }
}

/// The parts as one text; smaller than `concat` of slices, once compiled.
pub fn concat(parts: &[&str]) -> String {
    parts.iter().copied().collect()
}

/// The length as JavaScript counts it, in UTF-16 code units.
pub fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// `text` up to `max` UTF-16 code units, never through a character.
pub fn cut(text: &str, max: usize) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > max {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}
