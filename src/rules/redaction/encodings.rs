//! The ways in which the service may write a secret.

/// As it stands between the quotes of a JSON string.
pub fn as_json(text: &str) -> Vec<u8> {
    let hex = |digit: u8| {
        if digit < 10 {
            b'0' + digit
        } else {
            b'a' + digit - 10
        }
    };
    let mut result = Vec::new();
    for byte in text.bytes() {
        let escaped = match byte {
            b'"' | b'\\' => byte,
            0x8 => b'b',
            0xc => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            ..=0x1f => {
                result.extend_from_slice(b"\\u00");
                result.push(hex(byte / 16));
                result.push(hex(byte % 16));
                continue;
            }
            _ => {
                result.push(byte);
                continue;
            }
        };
        result.push(b'\\');
        result.push(escaped);
    }
    result
}

/// What an escape stands for.
pub enum Decoded {
    Byte(u8),
    /// A unit of UTF-16 or a whole character.
    Code(u32),
}

/// The escape at the beginning of a text, and how long it is.
pub type Escape = fn(&[u8]) -> Option<(Decoded, usize)>;

/// `text` with each escape as what it stands for.
pub fn decode(text: &[u8], escape: Escape) -> Vec<u8> {
    let mut result = Vec::new();
    // The first half of a character that takes two units.
    let mut half = 0;
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        let (decoded, after) = match escape(rest) {
            Some((decoded, length)) => (decoded, rest.get(length..).unwrap_or_default()),
            None => (Decoded::Byte(*byte), after),
        };
        rest = after;
        let code = match decoded {
            Decoded::Byte(byte) => {
                half = 0;
                result.push(byte);
                continue;
            }
            Decoded::Code(code @ 0xdc00..0xe000) if half > 0 => {
                0x10000 + (half - 0xd800) * 0x400 + code - 0xdc00
            }
            Decoded::Code(code) => code,
        };
        half = if (0xd800..0xdc00).contains(&code) {
            code
        } else {
            0
        };
        if let Some(c) = char::from_u32(code) {
            result.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    result
}

/// `%XX`
pub fn percent(text: &[u8]) -> Option<(Decoded, usize)> {
    let [b'%', digits @ ..] = text else {
        return None;
    };
    Some((Decoded::Byte(number(digits.get(..2)?, 16)? as u8), 3))
}

/// `\uXXXX`, or a backslash before one of `"\/bfnrt`
pub fn json_escape(text: &[u8]) -> Option<(Decoded, usize)> {
    let [b'\\', kind, digits @ ..] = text else {
        return None;
    };
    let byte = match kind {
        b'u' => return Some((Decoded::Code(number(digits.get(..4)?, 16)?), 6)),
        b'"' | b'\\' | b'/' => *kind,
        b'b' => 0x8,
        b'f' => 0xc,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => return None,
    };
    Some((Decoded::Byte(byte), 2))
}

/// `&#1;`, `&#x1;`, or one of five names
pub fn entity(text: &[u8]) -> Option<(Decoded, usize)> {
    let [b'&', rest @ ..] = text else {
        return None;
    };
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'#';
    let length = rest.iter().take_while(is_part).count();
    if rest.get(length) != Some(&b';') {
        return None;
    }
    let code = match rest.get(..length)? {
        b"amp" => b'&'.into(),
        b"lt" => b'<'.into(),
        b"gt" => b'>'.into(),
        b"quot" => b'"'.into(),
        b"apos" => b'\''.into(),
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
        [b'#', digits @ ..] => number(digits, 10)?,
        _ => return None,
    };
    // Others stand for no character.
    (code <= 0x10_ffff).then_some((Decoded::Code(code), length + 2))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let mut number = 0_u32;
    for byte in digits {
        let digit = char::from(*byte).to_digit(radix)?;
        number = number.saturating_mul(radix).saturating_add(digit);
    }
    Some(number).filter(|_| !digits.is_empty())
}

/// The base64 of a secret that stands after as many other bytes, as far as it depends on none.
pub fn base64(secret: &[u8], before: usize) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let byte = |at: usize| -> usize {
        let byte = at.checked_sub(before).and_then(|at| secret.get(at));
        byte.copied().unwrap_or_default().into()
    };
    // Each digit stands for 6 bits; those at the ends also hold some of the bytes around.
    let mut result = Vec::new();
    for digit in (before * 8).div_ceil(6)..(before + secret.len()) * 8 / 6 {
        let bit = digit * 6;
        let two_bytes = byte(bit / 8) * 256 + byte(bit / 8 + 1);
        result.extend(DIGITS.get((two_bytes >> (10 - bit % 8)) & 63));
    }
    result
}
