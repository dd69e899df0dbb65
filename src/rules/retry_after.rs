//! The `Retry-After` header: <https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>.

use crate::rules::text::{concat, trim};

/// The seconds that the header asks to wait, in either of its forms, never below 0.
///
/// `seconds_until` gives the seconds from now until a date, NaN if the text is none, as
/// `Date.parse` does.
pub fn retry_after(header: &str, seconds_until: impl Fn(&str) -> f64) -> Option<f64> {
    let header = trim(header);
    if header.bytes().all(|b| b.is_ascii_digit()) {
        return digits(header);
    }
    // Date.parse takes much for a date (-5, say); HTTP's begin with a weekday and name a time.
    let is_date = header.starts_with(|c: char| c.is_ascii_alphabetic())
        && header.bytes().filter(|b| *b == b':').count() == 2;
    if !is_date {
        return None;
    }
    // The oldest of the three date formats does not name its zone, which is GMT.
    let zone = if header.ends_with("GMT") { "" } else { " GMT" };
    let seconds = seconds_until(&concat(&[header, zone]));
    (!seconds.is_nan()).then(|| seconds.max(0.0))
}

/// A number of digits; one that is too large for a number means: for ever.
fn digits(text: &str) -> Option<f64> {
    let digits = text.bytes().map(|b| f64::from(b.wrapping_sub(b'0')));
    let number = digits.reduce(|number, digit| number * 10.0 + digit)?;
    Some(number.min(f64::MAX))
}
