//! Properties that hold for every value. The tests check them with random values.

use authenticate_bigcommerce::plan::{Outcome, Plan, Request};
use authenticate_bigcommerce::redact::redact;
use authenticate_bigcommerce::text;
use authenticate_bigcommerce::url as rules;
use url::{Host, Url};

pub const ORIGIN: &str = "https://shop.example";

/// Parses a URL with the `url` crate, instead of the platform's `URL`.
pub fn parse(value: &str) -> Option<String> {
    Some(Url::parse(value).ok()?.to_string())
}

/// A store URL that is accepted for either kind of account is an https: host with the API path.
pub fn store_url(value: &str) {
    for is_store_level in [false, true] {
        let Ok(accepted) = rules::store_url(value, is_store_level, parse) else {
            continue;
        };
        let host = accepted.strip_prefix("https://").unwrap();
        let host = host.strip_suffix("/api/v2").unwrap();
        assert!(
            (1..=253).contains(&host.len()) && !host.contains(['/', '?', '#', '@', '\\', ' ', '%'])
        );
        for is_store_level in [false, true] {
            let again = rules::store_url(&accepted, is_store_level, parse);
            assert_eq!(again, Ok(accepted.clone()), "is accepted unchanged");
        }
        let address = Url::parse(&accepted).unwrap();
        assert_eq!(address.as_str(), accepted, "is normalized");
        assert_eq!(address.port(), None);
    }
}

/// An accepted base URL uses TLS or a loopback host; a path is on the page's origin.
pub fn base_url(value: &str) {
    assert!(!text::trim(value).starts_with('/') || rules::base_url(value, || None, parse).is_err());
    let Ok(accepted) = rules::base_url(value, || Some(ORIGIN.to_owned()), parse) else {
        return;
    };
    let address = Url::parse(&accepted).unwrap();
    assert!(is_safe(&address));
    assert!(address.query().is_none() && address.fragment().is_none());
    if text::trim(value).starts_with('/') {
        assert_eq!(address.origin().ascii_serialization(), ORIGIN);
    }
}

/// An accepted callback URL uses TLS or a loopback host, and is unchanged.
pub fn callback_url(value: &str) {
    if let Ok(accepted) = rules::callback_url(value, parse) {
        assert_eq!(accepted, value);
        assert!(is_safe(&Url::parse(value).unwrap()));
    }
}

/// Whether the URL has no user, and uses TLS or a loopback host. The `url` crate knows more about
/// hosts than the rules do.
fn is_safe(address: &Url) -> bool {
    let is_loopback = match address.host().unwrap() {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let has_no_user = address.username().is_empty() && address.password().is_none();
    has_no_user && (address.scheme() == "https" || (address.scheme() == "http" && is_loopback))
}

/// An accepted string follows the rules of its field.
pub fn texts(value: &str) {
    for accepted in [text::text(value), text::tag(value)].into_iter().flatten() {
        assert!(value.contains(&accepted));
        assert_eq!(text::trim(&accepted), accepted);
        assert!((1..=255).contains(&accepted.encode_utf16().count()));
    }
    if let Ok(accepted) = text::credential(value) {
        assert!(value.contains(&accepted) && !accepted.contains(text::is_invisible));
        assert_eq!(text::credential(&accepted), Ok(accepted.clone()));
        assert!((1..=255).contains(&accepted.encode_utf16().count()));
    }
    if let Ok(accepted) = text::tag(value) {
        assert!(!accepted.contains(['<', '>', '&']) && !accepted.contains(char::is_control));
        let start = accepted.to_lowercase();
        assert!(!start.starts_with("subject:") && !start.starts_with("idempotency-key:"));
    }
    if let Ok(accepted) = text::secret(value) {
        assert_eq!(accepted, value);
        assert!(
            accepted
                .bytes()
                .all(|b| (0x21..0x7f).contains(&b) && b != b',')
        );
        assert!((1..=1024).contains(&accepted.len()));
    }
    if let Ok(accepted) = text::not_trimmed(value) {
        assert_eq!(accepted, value);
        assert!((1..=255).contains(&accepted.encode_utf16().count()));
    }
    if let Ok(accepted) = text::idempotency_key(value) {
        assert_eq!(accepted, value);
        assert_eq!(
            parse(&format!("https://e/?{value}")),
            Some(format!("https://e/?{value}"))
        );
        assert!((16..=64).contains(&accepted.len()));
    }
}

/// With a secret in the first line and text in the others, the redacted text does not contain the
/// secret, neither as it is nor escaped as in JSON.
pub fn redaction(value: &str) {
    let (secret, text) = value.split_once('\n').unwrap_or_default();
    let Some(redacted) = redact(text, &[secret], usize::MAX) else {
        return;
    };
    assert!(redacted.encode_utf16().count() <= 4096 * 3);
    let json = serde_json::to_string(secret).unwrap();
    let json = json.get(1..json.len() - 1).unwrap();
    for form in [secret, json] {
        if secret.encode_utf16().count() >= 4 {
            for piece in redacted.split("[redacted]") {
                assert!(!piece.contains(form), "{redacted}");
            }
        }
    }
}

/// The kind of an outcome, its `Retry-After` in seconds, the duration of the request, and the time
/// until the timeout, both in milliseconds.
pub type Response = (u8, Option<u32>, f64, f64);

/// Each POST follows a lookup that found nothing, except the first with a new key (`None`), and at
/// most three are sent.
pub fn plan(is_unresolved: Option<bool>, responses: &[Response]) {
    let mut plan = is_unresolved.map_or_else(Plan::with_new_key, Plan::with_key);
    let mut posts = u32::from(plan.request() == Request::Create);
    let mut last_post = 0.0;
    for (kind, retry_after, time, remaining) in responses {
        let request = plan.request();
        let outcome = match kind % 5 {
            // Only a lookup can find nothing.
            0 | 1 if request == Request::Find => Outcome::NotFound,
            2 => Outcome::Final,
            3 => Outcome::Busy {
                retry_after: retry_after.map(f64::from),
            },
            _ => Outcome::Open {
                is_likely: kind % 2 == 0,
            },
        };
        if request == Request::Create {
            last_post = *time;
        }
        let Some(pause) = plan.next(outcome, *time, *remaining) else {
            return;
        };
        assert!((0.0..=4000.0).contains(&pause) || pause < *remaining);
        if plan.request() == Request::Create {
            posts += 1;
            assert!(request == Request::Find && outcome == Outcome::NotFound);
            assert!(posts <= 3);
            assert!(
                posts == 1 || last_post <= *remaining || last_post.is_nan() || remaining.is_nan()
            );
        }
    }
}
