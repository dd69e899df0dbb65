use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authenticate_bigcommerce::plan::retry_after;
use proptest::prelude::*;

/// Sun, 06 Nov 1994 08:49:35 GMT.
const NOW: Duration = Duration::from_secs(784_111_775);

/// Stands in for the platform's `Date.parse`.
fn seconds_until(date: &str) -> f64 {
    let parsed = httpdate::parse_http_date(date);
    let Ok(date) = parsed.map(|date| date.duration_since(UNIX_EPOCH).unwrap_or_default()) else {
        return f64::NAN;
    };
    date.as_secs_f64() - NOW.as_secs_f64()
}

/// Parses the header at the time `NOW`.
pub fn read(header: &str) -> Option<f64> {
    retry_after(header, seconds_until)
}

#[test]
fn a_retry_after_header_in_another_form_is_ignored_even_if_the_platform_parses_it() {
    let parses_all = |_: &str| 1.0;
    for header in [
        "-5",
        "+5",
        "1.5",
        "1e3",
        "0x10",
        "soon 1",
        "٣",
        "1994-11-06T08:49:37Z",
    ] {
        assert_eq!(retry_after(header, parses_all), None, "{header}");
    }
}

proptest! {
    #[test]
    fn any_retry_after_header_is_ignored_or_at_least_0_seconds(
        header in ".*|[A-Z][a-z]{2,8},? [A-Za-z0-9: -]{0,30}|[0-9]{1,400}",
        seconds in any::<f64>(),
    ) {
        if let Some(seconds) = retry_after(&header, |_| seconds) {
            prop_assert!(seconds >= 0.0);
        }
    }

    #[test]
    fn a_date_is_read_as_the_seconds_until_then(later in 0_u64..1_000_000_000) {
        let date = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + NOW + Duration::from_secs(later));
        prop_assert_eq!(read(&date), Some(later as f64));
    }
}
