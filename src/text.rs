//! The rules for strings other than URLs.

use crate::issues::{Issue, IssueCode};

/// The issue of an empty or blank string.
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

const INVALID_SECRET: &Issue = &Issue::new(
    IssueCode::Characters,
    "Must be 1 to 1024 characters of printable ASCII, without spaces or commas.",
);

const INVALID_SESSION_TOKEN: &Issue = &Issue::new(
    IssueCode::Characters,
    "Must be 1 to 4096 characters of printable ASCII, without spaces.",
);

const INVALID_KEY: &Issue = &Issue::new(
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

/// The issue of a value that was copied with its label.
pub const LABEL: &Issue = &Issue::new(
    IssueCode::Label,
    "Must be the value alone, without the label before it.",
);

/// The labels of values on BigCommerce's pages and in its credentials file.
const LABELS: [&str; 6] = [
    "CLIENT ID:",
    "Client secret:",
    "ACCESS TOKEN:",
    "API PATH:",
    "Username:",
    "API Token:",
];

/// The maximum length of a string, in UTF-16 code units, like HTML's `maxlength`.
const MAX_LENGTH: usize = 255;

/// The maximum length of an account's secret, in characters.
const MAX_SECRET: usize = 1024;

/// The maximum length of a session token, in characters.
const MAX_SESSION_TOKEN: usize = 4096;

/// The prefix of a tag that contains an idempotency key.
pub const KEY_TAG: &str = "idempotency-key:";

/// The prefixes of the package's own tags.
const RESERVED_PREFIXES: [&str; 2] = [KEY_TAG, "subject:"];

/// Trims whitespace, like JavaScript's `trim()`.
pub fn trim(text: &str) -> &str {
    trim_matches(text, is_whitespace)
}

/// Trims whitespace and invisible characters.
pub fn trim_invisible(text: &str) -> &str {
    trim_matches(text, |c| is_whitespace(c) || is_invisible(c))
}

fn trim_matches(text: &str, is_trimmed: fn(char) -> bool) -> &str {
    text.trim_start_matches(is_trimmed)
        .trim_end_matches(is_trimmed)
}

/// Whether `c` is whitespace in JavaScript. Unlike in Rust, the byte order mark is, and the next
/// line character is not: <https://tc39.es/ecma262/#prod-WhiteSpace>.
pub fn is_whitespace(c: char) -> bool {
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

/// Whether `c` is a control character, or has no width, such as a joiner or a directional mark.
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

/// Trims and validates a string of 1 to 255 UTF-16 code units.
///
/// # Errors
/// Returns an issue if the value is blank or too long.
pub fn text(value: &str) -> Result<String, &'static Issue> {
    not_trimmed(trim(value))
}

/// Validates a string of 1 to 255 UTF-16 code units.
///
/// # Errors
/// Returns an issue if the value is empty or too long.
pub fn not_trimmed(value: &str) -> Result<String, &'static Issue> {
    if value.is_empty() {
        return Err(EMPTY);
    }
    if utf16_len(value) > MAX_LENGTH {
        return Err(TOO_LONG);
    }
    Ok(value.to_owned())
}

/// Trims and validates a credential, as BigCommerce shows it.
///
/// # Errors
/// Returns an issue as [`text`] does, or if the value contains a label or an invisible character,
/// or is between quotation marks.
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

/// Trims and validates the access token of a store-level API account.
///
/// # Errors
/// Returns an issue as [`credential`] does, or if the value is a Client secret, which grants no
/// access.
pub fn access_token(value: &str) -> Result<String, &'static Issue> {
    let token = credential(value)?;
    if token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(CLIENT_SECRET);
    }
    Ok(token)
}

/// Whether `value` contains a label, not only at the start: an `<input>` removes the line breaks of
/// a pasted file.
pub fn has_label(value: &str) -> bool {
    let mut rests = value.char_indices().filter_map(|(at, _)| value.get(at..));
    rests.any(|rest| {
        LABELS
            .iter()
            .any(|label| starts_with_ignore_case(rest, label))
    })
}

/// Whether `text` starts with `prefix`, ignoring ASCII case.
fn starts_with_ignore_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Whether `value` is between quotation marks, straight or curly.
fn is_quoted(value: &str) -> bool {
    let is_mark = |c| matches!(c, '"' | '\'' | '\u{2018}'..='\u{201f}');
    let mut chars = value.chars();
    chars.next().is_some_and(is_mark) && chars.next_back().is_some_and(is_mark)
}

/// Trims and validates a tag from the caller.
///
/// # Errors
/// Returns an issue as [`text`] does, or if the value starts with a reserved prefix, or contains
/// characters that the service may change, because it strips HTML.
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

/// Whether `tag` starts with a prefix of the package's own tags.
pub fn is_reserved(tag: &str) -> bool {
    RESERVED_PREFIXES
        .iter()
        .any(|prefix| starts_with_ignore_case(tag, prefix))
}

/// Validates a secret for the `authorization` header.
///
/// # Errors
/// Returns an issue unless the value is 1 to 1,024 characters of printable ASCII, without spaces
/// and commas.
pub fn secret(value: &str) -> Result<String, &'static Issue> {
    if is_graphic(value, MAX_SECRET) && value.bytes().all(|b| b != b',') {
        Ok(value.to_owned())
    } else {
        Err(INVALID_SECRET)
    }
}

/// Validates the token of a merchant's session for the `authorization` header.
///
/// # Errors
/// Returns an issue unless the value is 1 to 4,096 characters of printable ASCII, without spaces.
pub fn session_token(value: &str) -> Result<String, &'static Issue> {
    if is_graphic(value, MAX_SESSION_TOKEN) {
        Ok(value.to_owned())
    } else {
        Err(INVALID_SESSION_TOKEN)
    }
}

/// Whether `value` has 1 to `max` characters, all printable ASCII and none a space.
fn is_graphic(value: &str, max: usize) -> bool {
    (1..=max).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic())
}

/// Validates an idempotency key.
///
/// # Errors
/// Returns an issue unless the value is 16 to 64 characters of `A–Z a–z 0–9 . _ -`.
pub fn idempotency_key(value: &str) -> Result<String, &'static Issue> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if (16..=64).contains(&value.len()) && value.bytes().all(is_plain) {
        Ok(value.to_owned())
    } else {
        Err(INVALID_KEY)
    }
}

/// Concatenates strings. Compiles to less code than the `concat` of slices.
pub fn concat(parts: &[&str]) -> String {
    parts.iter().copied().collect()
}

/// Returns the length in UTF-16 code units, as in JavaScript.
pub fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Truncates `text` to at most `max` UTF-16 code units, never within a character.
pub fn truncate(text: &str, max: usize) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > max {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}
