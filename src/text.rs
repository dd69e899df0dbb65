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

const NO_SESSION_TOKEN: &Issue = &Issue::new(
    IssueCode::Characters,
    "Must be 1 to 4096 characters of printable ASCII, without spaces.",
);

const NO_KEY: &Issue = &Issue::new(
    IssueCode::Characters,
    "Must be 16 to 64 characters of A-Z a-z 0-9 . _ - (a crypto.randomUUID() fits).",
);

const QUOTED: &Issue = &Issue::new(
    IssueCode::Quoted,
    "Must not be in quotation marks: leave them out.",
);

const INVISIBLE: &Issue = &Issue::new(
    IssueCode::Invisible,
    "Contains an invisible character: empty this field and copy straight from BigCommerce.",
);

const CLIENT_SECRET: &Issue = &Issue::new(
    IssueCode::ClientSecret,
    "Is a Client secret: give the access token of the same account.",
);

/// That a value was copied with its label.
pub const LABEL: &Issue = &Issue::new(
    IssueCode::Label,
    "Must be the value alone, without the label before it.",
);

/// What BigCommerce's pages and its credentials file write before a value.
const LABELS: [&str; 6] = [
    "CLIENT ID:",
    "Client secret:",
    "ACCESS TOKEN:",
    "API PATH:",
    "Username:",
    "API Token:",
];

/// Longest text, in UTF-16 code units, as HTML's `maxlength` counts.
const MAX_LENGTH: usize = 255;

/// Longest secret of an account, in characters.
const MAX_SECRET: usize = 1024;

/// Longest session token, in characters.
const MAX_SESSION_TOKEN: usize = 4096;

/// The beginning of the tag that holds an idempotency key.
pub const KEY_TAG: &str = "idempotency-key:";

/// The beginnings of the package's own tags.
const RESERVED_TAGS: [&str; 2] = [KEY_TAG, "subject:"];

/// `text` without white space around it, as JavaScript's `trim()` sees it.
pub fn trim(text: &str) -> &str {
    without_ends(text, is_white_space)
}

/// `text` without what cannot be seen at its ends.
pub fn trim_invisible(text: &str) -> &str {
    without_ends(text, |c| is_white_space(c) || is_invisible(c))
}

fn without_ends(text: &str, is_end: fn(char) -> bool) -> &str {
    text.trim_start_matches(is_end).trim_end_matches(is_end)
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

/// Whether `c` is a control character, steers the direction of a text, or only joins what stands
/// beside it.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'
                | '\u{2066}'..='\u{2069}'
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

/// A credential, as BigCommerce shows it: a [`text`] without what is copied along by mistake.
///
/// # Errors
/// Those of [`text`], and for labels, quotation marks and characters that cannot be seen.
pub fn credential(value: &str) -> Result<String, &'static Issue> {
    let value = trim_invisible(value);
    if has_label(value) {
        return Err(LABEL);
    }
    if is_quoted(value) {
        return Err(QUOTED);
    }
    if value.chars().any(is_invisible) {
        return Err(INVISIBLE);
    }
    not_trimmed(value)
}

/// The access token of a store-level API account.
///
/// # Errors
/// Those of [`credential`], and for the account's Client secret, which opens nothing.
pub fn access_token(value: &str) -> Result<String, &'static Issue> {
    let token = credential(value)?;
    if token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(CLIENT_SECRET);
    }
    Ok(token)
}

/// Whether `value` has a label in it. Not only at its beginning: an input drops the line breaks of
/// a file that is pasted whole.
pub fn has_label(value: &str) -> bool {
    let mut rests = value.char_indices().filter_map(|(at, _)| value.get(at..));
    rests.any(|rest| LABELS.iter().any(|label| begins_with(rest, label)))
}

/// Whether `text` begins with `start`, in small letters or capitals.
fn begins_with(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|own| own.eq_ignore_ascii_case(start))
}

/// Whether `value` stands in quotation marks, straight or curly.
fn is_quoted(value: &str) -> bool {
    let is_mark = |c| matches!(c, '"' | '\'' | '\u{2018}'..='\u{201f}');
    let mut chars = value.chars();
    chars.next().is_some_and(is_mark) && chars.next_back().is_some_and(is_mark)
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
    RESERVED_TAGS
        .iter()
        .any(|reserved| begins_with(tag, reserved))
}

/// A secret, fit for the `authorization` header.
///
/// # Errors
/// For anything but 1 to 1,024 characters of printable ASCII without space or comma.
pub fn secret(value: &str) -> Result<String, &'static Issue> {
    if is_graphic(value, MAX_SECRET) && value.bytes().all(|b| b != b',') {
        Ok(value.to_owned())
    } else {
        Err(NO_SECRET)
    }
}

/// The token of a merchant's session, fit for the `authorization` header.
///
/// # Errors
/// For anything but 1 to 4,096 characters of printable ASCII without space.
pub fn session_token(value: &str) -> Result<String, &'static Issue> {
    if is_graphic(value, MAX_SESSION_TOKEN) {
        Ok(value.to_owned())
    } else {
        Err(NO_SESSION_TOKEN)
    }
}

/// Whether `value` has 1 to `max` characters, all of printable ASCII and none of them a space.
fn is_graphic(value: &str, max: usize) -> bool {
    (1..=max).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic())
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
