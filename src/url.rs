//! The rules for URLs.
//!
//! The platform parses URLs, and is passed in as [`Parse`]: the browser's `URL`, or the `url` crate
//! in native tests. Both implement the WHATWG URL Standard. This module validates the parts.

use crate::issues::{Issue, IssueCode};
use crate::text::{EMPTY, LABEL, concat, has_label, is_invisible, is_whitespace, trim, utf16_len};

/// The default base URL: Cloud Elements' US production.
pub const DEFAULT_BASE_URL: &str = "https://api.cloud-elements.com/elements/api-v2";

const API_PATH: &str = "/api/v2";

/// Parses an absolute URL and returns its [`href`](https://url.spec.whatwg.org/#dom-url-href), or
/// `None` if it is invalid.
pub type Parse = fn(&str) -> Option<String>;

/// The parts of an `href`.
struct Href<'a> {
    scheme: &'a str,
    has_user: bool,
    /// Wrong if `has_user`. Includes the brackets of an IPv6 address.
    hostname: &'a str,
}

impl<'a> Href<'a> {
    /// Returns `None` if the URL has no host, such as a `mailto:` URL.
    fn of(href: &'a str) -> Option<Self> {
        let (scheme, rest) = split_before(href, ':');
        let (authority, _) = split_before(rest.strip_prefix("://")?, '/');
        let without_port = authority.trim_end_matches(|c: char| c.is_ascii_digit());
        Some(Self {
            scheme,
            has_user: contains(authority, '@'),
            hostname: without_port.strip_suffix(":").unwrap_or(authority),
        })
    }

    /// Whether requests to the URL are encrypted, or do not leave the device.
    fn is_secure_or_loopback(&self) -> bool {
        match self.scheme {
            "https" => true,
            "http" => is_loopback(self.hostname),
            _ => false,
        }
    }
}

/// Returns the byte index of the first character that matches.
///
/// Compiles to less code than [`str::find`], which uses string search for a `char`, and is compiled
/// again for each closure.
fn find(text: &str, is_match: &dyn Fn(char) -> bool) -> Option<usize> {
    let (at, _) = text.char_indices().find(|(_, c)| is_match(*c))?;
    Some(at)
}

fn contains(text: &str, c: char) -> bool {
    find(text, &|other| other == c).is_some()
}

/// Splits `text` before the first `delimiter`. Without one, the second part is empty.
fn split_before(text: &str, delimiter: char) -> (&str, &str) {
    let end = find(text, &|c| c == delimiter).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Whether `URL` would silently repair `value`: it removes tabs, line breaks, surrounding spaces
/// and the invisible characters of international names, and treats a backslash as a slash.
fn needs_repair(value: &str) -> bool {
    find(value, &|c| c == '\\' || is_whitespace(c) || is_invisible(c)).is_some()
}

/// Validates a store's URL, and returns it as the service expects it: `https://<host>/api/v2`.
/// Accepts the API Path of a Legacy API account or, with `is_store_level`, that of a store-level
/// API account: `https://api.bigcommerce.com/stores/<store hash>/v3/`.
///
/// # Errors
/// Returns an issue that says what is wrong and where to find the right value.
pub fn store_url(
    value: &str,
    is_store_level: bool,
    parse: Parse,
) -> Result<String, &'static Issue> {
    let value = trim(value);
    if value.is_empty() {
        return Err(EMPTY);
    }
    if has_label(value) {
        return Err(LABEL);
    }
    let malformed = if is_store_level {
        STORE_LEVEL_MALFORMED
    } else {
        MALFORMED
    };
    if needs_repair(value) || find(value, &is_lookalike).is_some() {
        return Err(UNUSUAL);
    }
    let (scheme, rest) = match split_before(value, ':') {
        (scheme, rest) if rest.starts_with("://") => (scheme, rest.get(3..).unwrap_or_default()),
        (scheme, rest) if is_web(scheme) && !rest.is_empty() => return Err(malformed),
        _ => ("https", value),
    };
    if !scheme.eq_ignore_ascii_case("https") {
        return Err(SCHEME);
    }
    // Validated before parsing, because `URL` drops an empty query, fragment or user, and port 443.
    if contains(rest, '?') {
        return Err(QUERY);
    }
    if contains(rest, '#') {
        return Err(FRAGMENT);
    }
    if split_before(rest, ':').1.starts_with("://") {
        return Err(TWICE);
    }
    let (host, path) = split_before(rest, '/');
    if contains(host, '@') {
        return Err(USER);
    }
    if contains(host, ':') && !host.starts_with("[") {
        return Err(PORT);
    }
    if host.is_empty() {
        return Err(malformed);
    }
    let href = parse(&concat(&["https://", host])).ok_or(malformed)?;
    let hostname = Href::of(&href).ok_or(malformed)?.hostname;
    // `URL` also percent-decodes, and completes IPv4 addresses. It may rewrite international names.
    let is_rewritten = host.is_ascii() && !host.eq_ignore_ascii_case(hostname);
    if is_rewritten || !is_host_name(hostname) {
        return Err(malformed);
    }
    let path = path.strip_suffix("/").unwrap_or(path);
    match hostname {
        "api.bigcommerce.com" => match path.strip_prefix("/stores/") {
            Some(path) if is_store_level => store_of(path),
            Some(_) => Err(STORE_LEVEL),
            None => Err(MISSING_HASH),
        },
        "bigcommerce.com" | "login.bigcommerce.com" | "www.bigcommerce.com" => Err(NO_STORE),
        _ if matches!(path, "" | API_PATH) => Ok(concat(&["https://", hostname, API_PATH])),
        _ if is_store_level => Err(STORE_LEVEL_PATH),
        _ if any_part(path, '/', &|part| part.eq_ignore_ascii_case("v3")) => Err(STORE_LEVEL),
        _ => Err(LEGACY_PATH),
    }
}

/// Returns the URL of a store, from what follows `/stores/` in a store-level account's API Path.
fn store_of(path: &str) -> Result<String, &'static Issue> {
    let (hash, version) = split_before(path, '/');
    let is_hash = (1..=32).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_alphanumeric());
    // If the hash is missing, the version takes its place.
    if !is_hash || !matches!(version, "" | "/v2" | "/v3") || matches!(hash, "v2" | "v3") {
        return Err(STORE_LEVEL_PATH);
    }
    if hash.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(CASE);
    }
    let host = ["https://store-", hash, ".mybigcommerce.com", API_PATH];
    Ok(concat(&host))
}

/// Whether a store can have this name: it contains a dot, and is a valid DNS name and no IP
/// address. `URL` also accepts empty labels and most punctuation.
fn is_host_name(hostname: &str) -> bool {
    let is_invalid_label = |label: &str| {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        !(1..=63).contains(&label.len()) || !label.bytes().all(is_plain)
    };
    // `URL` serializes IPv4 addresses only in this form.
    let is_ipv4 = hostname.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    hostname.len() <= 253
        && contains(hostname, '.')
        && !is_ipv4
        && !any_part(hostname, '.', &is_invalid_label)
}

/// Whether any of the parts between `separator`s matches.
fn any_part(text: &str, separator: char, is_match: &dyn Fn(&str) -> bool) -> bool {
    let (part, rest) = split_before(text, separator);
    is_match(part)
        || rest
            .get(separator.len_utf8()..)
            .is_some_and(|rest| any_part(rest, separator, is_match))
}

/// Whether `c` is a non-ASCII dash or dot. `URL` treats some of them as a dot, and the others as
/// part of an international name.
fn is_lookalike(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'..='\u{2027}' | '\u{2212}' | '\u{3002}' | '\u{ff0d}' | '\u{ff0e}' | '\u{ff61}'
    )
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

const UNUSUAL: &Issue = &Issue::new(
    IssueCode::Characters,
    "Must not contain a space, an invisible character, a backslash, or a dash or dot that no keyboard has.",
);

const SCHEME: &Issue = &Issue::new(IssueCode::Scheme, "Must begin with https://.");

const PORT: &Issue = &Issue::new(IssueCode::Port, "Must not have a port.");

const TWICE: &Issue = &Issue::new(
    IssueCode::Twice,
    "Must contain https:// only once, at the beginning.",
);

const NO_STORE: &Issue = &Issue::new(
    IssueCode::Host,
    "Is BigCommerce's own address, where no store is: give the account's API Path.",
);

const MISSING_HASH: &Issue = &Issue::new(
    IssueCode::Host,
    "Must be the account's whole API Path: /stores/<store hash> is missing.",
);

const CASE: &Issue = &Issue::new(IssueCode::Case, "Must have the store hash in lowercase.");

const MALFORMED: &Issue = &Issue::new(
    IssueCode::Malformed,
    "Must be the account's API Path, such as https://store-abc123.mybigcommerce.com/api/v2.",
);

const STORE_LEVEL_MALFORMED: &Issue = &Issue::new(IssueCode::Malformed, STORE_LEVEL_EXAMPLE);

const LEGACY_PATH: &Issue = &Issue::new(
    IssueCode::Path,
    "Must be the account's API Path, which ends in /api/v2.",
);

const STORE_LEVEL_PATH: &Issue = &Issue::new(IssueCode::Path, STORE_LEVEL_EXAMPLE);

const STORE_LEVEL_EXAMPLE: &str =
    "Must be the account's API Path, such as https://api.bigcommerce.com/stores/abc123/v3/.";

const STORE_LEVEL: &Issue = &Issue::new(
    IssueCode::StoreLevel,
    "Belongs to a store-level API account: give clientId and accessToken.",
);

/// Validates a base URL, and returns it without a trailing slash.
///
/// `origin` returns the page's origin; `None` in Node and in sandboxed frames.
///
/// # Errors
/// Returns an issue that says what is wrong.
pub fn base_url(
    value: &str,
    origin: impl Fn() -> Option<String>,
    parse: Parse,
) -> Result<String, &'static Issue> {
    let value = trim(value);
    if find(value, &char::is_control).is_some() {
        return Err(CONTROL);
    }
    if contains(value, '?') {
        return Err(QUERY);
    }
    if contains(value, '#') {
        return Err(FRAGMENT);
    }
    let href = if value.starts_with("/") {
        let origin = origin().ok_or(NO_ORIGIN)?;
        if value.starts_with("//") || value.starts_with("/\\") {
            return Err(OTHER_ORIGIN);
        }
        // Appended to the origin, because `<base href>` can change the document's base URL.
        parse(&concat(&[&origin, value])).ok_or(INVALID_BASE_URL)?
    } else {
        let href = parse(value).ok_or(INVALID_BASE_URL)?;
        let url = Href::of(&href).filter(Href::is_secure_or_loopback);
        if url.ok_or(BASE_SCHEME)?.has_user {
            return Err(USER);
        }
        href
    };
    Ok(href.strip_suffix("/").unwrap_or(&href).to_owned())
}

const QUERY: &Issue = &Issue::new(IssueCode::Query, "Must not have a query (?…).");

const FRAGMENT: &Issue = &Issue::new(IssueCode::Fragment, "Must not have a fragment (#…).");

const USER: &Issue = &Issue::new(IssueCode::User, "Must not have a user before the host.");

const ADDRESS: &str =
    "Must be an https: URL, an http: URL of a loopback host, or a path that begins with a slash.";

const INVALID_BASE_URL: &Issue = &Issue::new(IssueCode::Malformed, ADDRESS);

const BASE_SCHEME: &Issue = &Issue::new(IssueCode::Scheme, ADDRESS);

const CONTROL: &Issue = &Issue::new(
    IssueCode::Characters,
    "Must not contain control characters.",
);

const NO_ORIGIN: &Issue = &Issue::new(
    IssueCode::Origin,
    "Must be a whole URL: this page has no origin of its own.",
);

const OTHER_ORIGIN: &Issue = &Issue::new(
    IssueCode::Origin,
    "Must stay on the page's own origin: begin the path with a single slash.",
);

/// Validates the URL to which the service sends events.
///
/// # Errors
/// Returns an issue that says what is wrong.
pub fn callback_url(value: &str, parse: Parse) -> Result<String, &'static Issue> {
    if utf16_len(value) > 2048 {
        return Err(CALLBACK_TOO_LONG);
    }
    let href = parse(value).filter(|_| is_well_written(value));
    let href = href.ok_or(MALFORMED_CALLBACK)?;
    if Href::of(&href).is_some_and(|url| url.is_secure_or_loopback()) {
        return Ok(value.to_owned());
    }
    Err(CALLBACK_SCHEME)
}

/// Whether a URL has a host and no user, and nothing that `URL` would silently repair.
fn is_well_written(value: &str) -> bool {
    let (_, rest) = split_before(value, ':');
    let (authority, _) = split_before(rest.strip_prefix("://").unwrap_or_default(), '/');
    !authority.is_empty() && !contains(authority, '@') && !needs_repair(value)
}

const CALLBACK: &str = "Must be an https: URL, or an http: URL of a loopback host.";

const MALFORMED_CALLBACK: &Issue = &Issue::new(IssueCode::Malformed, CALLBACK);

const CALLBACK_SCHEME: &Issue = &Issue::new(IssueCode::Scheme, CALLBACK);

const CALLBACK_TOO_LONG: &Issue = &Issue {
    code: IssueCode::TooLong,
    message: "Is too long: at most 2048 characters.",
    params: &[("max", 2048.0)],
};

/// Whether a host is loopback: <https://w3c.github.io/webappsec-secure-contexts/#localhost>.
fn is_loopback(hostname: &str) -> bool {
    // `URL` serializes IPv4 addresses only in this form, and treats 127.. as a name.
    let is_ipv4 =
        || !hostname.ends_with(".") && hostname.chars().all(|c| c.is_ascii_digit() || c == '.');
    hostname == "localhost"
        || hostname.ends_with(".localhost")
        || hostname == "[::1]"
        || (hostname.starts_with("127.") && is_ipv4())
}
