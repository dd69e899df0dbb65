//! Keeping secrets out of what the service says, which may repeat what it was sent:
//!
//! 1. Of a long text, only the beginning is looked at.
//! 2. It becomes one line, without what cannot be seen.
//! 3. Each secret, plain or as JSON writes it, becomes a placeholder.
//! 4. If one shows in what stands between, once that is decoded, the whole text is left out.
//! 5. It is cut. Of a long text the end goes first, where half of a secret may stand.
//!
//! The time is proportional to the text, whatever the secrets are. Works on the bytes of UTF-8,
//! which is what percent-encoding encodes. Lengths are in UTF-16 units, as in JavaScript.

mod encodings;

use crate::rules::text::{cut, utf16_len};
use encodings::{as_json, base64, decode, entity, json_escape, percent};

/// How much of a text is looked at.
const MAX_LENGTH: usize = 4096;

/// Shorter secrets would also blot out what is none.
const MIN_SECRET: usize = 4;

/// No longer one is sent, and a service's own would take long to look for.
const MAX_SECRET: usize = 1024;

/// Of shorter ones, in bytes, base64 keeps too little: it could be part of any text.
const MIN_BASE64_SECRET: usize = 8;

/// How many units one of a secret takes at most: `€` is percent-encoded as `%E2%82%AC`.
const LONGEST_FORM: usize = 9;

/// Stands for a secret where the rest of a text is decoded. In no UTF-8, so in no secret.
const GAP: u8 = 0xff;

/// `text` without `secrets`, cut to at most `max` units; `None` if one shows in it once it is
/// decoded.
pub fn redact(text: &str, secrets: &[&str], max: usize) -> Option<String> {
    let beginning = cut(text, MAX_LENGTH);
    let line = clean(beginning.as_bytes());
    // Of the secrets that begin at each byte the longest, as it is written there.
    let mut lengths = vec![0; line.len()];
    let mut usable = Vec::new();
    let mut longest = 0;
    for secret in secrets {
        let plain = clean(secret.as_bytes());
        if !(MIN_SECRET..=MAX_SECRET).contains(&units(&plain)) {
            continue;
        }
        longest = longest.max(utf16_len(secret));
        for form in [&plain, &clean(&as_json(secret))] {
            search(&line, form, &mut |at| {
                if let Some(length) = lengths.get_mut(at) {
                    *length = form.len().max(*length);
                }
            });
        }
        usable.push((plain, secret.as_bytes()));
    }

    let mut kept = units(&line);
    if beginning.len() < text.len() {
        kept = kept.saturating_sub(longest * LONGEST_FORM);
    }
    let mut result = Vec::new();
    let mut rest = Vec::new();
    // Secrets that overlap go as one.
    let mut covered = 0;
    let mut passed = 0;
    for (at, (byte, length)) in line.iter().zip(lengths).enumerate() {
        passed += units(&[*byte]);
        let is_kept = passed <= kept;
        if at >= covered && length > 0 && is_kept {
            result.extend_from_slice(b"[redacted]");
        }
        covered = covered.max(at + length);
        if at >= covered && is_kept {
            result.push(*byte);
        }
        rest.push(if at >= covered { *byte } else { GAP });
    }
    if usable
        .iter()
        .any(|(plain, secret)| shows(&rest, plain, secret))
    {
        return None;
    }
    Some(cut(&String::from_utf8(result).ok()?, max).to_owned())
}

/// The length of a text in UTF-16.
fn units(text: &[u8]) -> usize {
    let mut units = 0;
    for byte in text {
        units += match byte {
            0x80..=0xbf => 0,
            0xf0.. => 2,
            _ => 1,
        };
    }
    units
}

/// Whether a secret shows in `text` once that is decoded, in one of these ways and once.
fn shows(text: &[u8], plain: &[u8], secret: &[u8]) -> bool {
    let as_form = replace(text, b'+', b' ');
    // As base64url writes it, too.
    let as_base64 = replace(&replace(text, b'-', b'+'), b'_', b'/');
    let mut is_found = false;
    let mut look = |text: &[u8], form: &[u8]| search(text, form, &mut |_| is_found = true);
    look(&clean(&decode(text, percent)), plain);
    look(&clean(&decode(&as_form, percent)), plain);
    look(&clean(&decode(text, json_escape)), plain);
    look(&clean(&decode(text, entity)), plain);
    if secret.len() >= MIN_BASE64_SECRET {
        for before in 0..3 {
            look(&as_base64, &base64(secret, before));
        }
    }
    is_found
}

fn replace(text: &[u8], from: u8, to: u8) -> Vec<u8> {
    let mut result = text.to_owned();
    for byte in &mut result {
        if *byte == from {
            *byte = to;
        }
    }
    result
}

/// One line without what cannot be seen: control characters, and those that steer the direction or
/// join what stands beside them.
fn clean(text: &[u8]) -> Vec<u8> {
    let mut result = Vec::new();
    let mut is_break = false;
    let mut rest = text;
    while let [byte, ..] = rest {
        let (length, is_visible) = match rest {
            [b'\t' | b'\n' | b'\r', ..] | [0xe2, 0x80, 0xa8..=0xa9, ..] => {
                if !is_break {
                    result.push(b' ');
                }
                is_break = true;
                rest = rest
                    .get(if *byte == 0xe2 { 3 } else { 1 }..)
                    .unwrap_or_default();
                continue;
            }
            [..=0x1f | 0x7f, ..] => (1, false),
            // U+0080–9F, U+00AD and U+061C
            [0xc2, 0x80..=0x9f | 0xad, ..] | [0xd8, 0x9c, ..] => (2, false),
            // U+200B–200F, U+202A–202E, U+2060, U+2066–2069 and U+FEFF
            [0xe2, 0x80, 0x8b..=0x8f | 0xaa..=0xae, ..]
            | [0xe2, 0x81, 0xa0 | 0xa6..=0xa9, ..]
            | [0xef, 0xbb, 0xbf, ..] => (3, false),
            _ => (1, true),
        };
        if is_visible {
            is_break = false;
            result.push(*byte);
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    result
}

/// Finds where `pattern`, which is not empty, stands in `text`, as Knuth, Morris and Pratt do it.
fn search(text: &[u8], pattern: &[u8], found: &mut dyn FnMut(usize)) {
    // How much of the pattern's beginning ends at each of its bytes.
    let mut borders = vec![0];
    let border = |borders: &[usize], length: usize| {
        let at = length.wrapping_sub(1);
        borders.get(at).copied().unwrap_or_default()
    };
    let next = |borders: &[usize], mut length: usize, byte: u8| {
        while length > 0 && pattern.get(length) != Some(&byte) {
            length = border(borders, length);
        }
        length + usize::from(pattern.get(length) == Some(&byte))
    };
    for byte in pattern.iter().skip(1) {
        let length = next(&borders, border(&borders, borders.len()), *byte);
        borders.push(length);
    }
    let mut length = 0;
    for (at, byte) in text.iter().enumerate() {
        length = next(&borders, length, *byte);
        if length == pattern.len() {
            found(at + 1 - length);
        }
    }
}
