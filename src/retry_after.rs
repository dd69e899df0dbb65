//! When to try again.

use crate::text::trim;

/// The seconds that a [`Retry-After`](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after)
/// header asks to wait, never below 0: a number of seconds, or a date in one of the two formats
/// that name their zone. The third has not been sent since HTTP/1.0.
///
/// `seconds_until` gives the seconds from now until a date, NaN if the text is none, as
/// `Date.parse` does.
pub fn retry_after(header: &str, seconds_until: impl Fn(&str) -> f64) -> Option<f64> {
    let header = trim(header);
    if header.bytes().all(|b| b.is_ascii_digit()) {
        return digits(header);
    }
    // Date.parse takes much for a date, -5 among it.
    if !header.ends_with(" GMT") {
        return None;
    }
    let seconds = seconds_until(header);
    (!seconds.is_nan()).then(|| seconds.max(0.0))
}

/// A number of digits; one that is too large for a number means: for ever.
fn digits(text: &str) -> Option<f64> {
    let digits = text.bytes().map(|b| f64::from(b.wrapping_sub(b'0')));
    let number = digits.reduce(|number, digit| number * 10.0 + digit)?;
    Some(number.min(f64::MAX))
}
