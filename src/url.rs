//! The rules for the addresses in a config.
//!
//! Taking a URL apart is left to the platform and handed in as [`Parse`] (the browser's `URL`;
//! the `url` crate in native tests, both of the WHATWG URL Standard); judging the parts is here.

use crate::issues::{Issue, IssueCode};
use crate::text::{EMPTY, LABEL, concat, has_label, is_invisible, is_white_space, trim, utf16_len};

/// Cloud Elements' US production, where a config names no other.
pub const DEFAULT_BASE_URL: &str = "https://api.cloud-elements.com/elements/api-v2";

const API_PATH: &str = "/api/v2";

/// An absolute URL as [`href`](https://url.spec.whatwg.org/#dom-url-href) writes it; `None` where it
/// is none.
pub type Parse = fn(&str) -> Option<String>;

/// Which part of an `href` is what.
struct Href<'a> {
    scheme: &'a str,
    has_user: bool,
    /// Of no use where there is a user. IPv6 addresses stand in brackets.
    hostname: &'a str,
}

impl<'a> Href<'a> {
    /// `None` where the URL has no host, as with `mailto:`.
    fn of(href: &'a str) -> Option<Self> {
        let (scheme, rest) = cut(href, ':');
        let (authority, _) = cut(rest.strip_prefix("://")?, '/');
        let without_port = authority.trim_end_matches(|c: char| c.is_ascii_digit());
        Some(Self {
            scheme,
            has_user: has(authority, '@'),
            hostname: without_port.strip_suffix(":").unwrap_or(authority),
        })
    }

    /// Whether what is sent there is safe from readers on the way.
    fn is_secure_or_loopback(&self) -> bool {
        match self.scheme {
            "https" => true,
            "http" => is_loopback(self.hostname),
            _ => false,
        }
    }
}

/// Where the first character stands that is wanted.
///
/// Smaller than the standard library's `find`, once compiled: its code for a pattern that is a
/// character is that for a string, and for a function is made anew for each.
fn find(text: &str, is_wanted: &dyn Fn(char) -> bool) -> Option<usize> {
    let (at, _) = text.char_indices().find(|(_, c)| is_wanted(*c))?;
    Some(at)
}

fn has(text: &str, c: char) -> bool {
    find(text, &|own| own == c).is_some()
}

/// `text` up to the first `at`, and from there on; nothing is left where there is none.
fn cut(text: &str, at: char) -> (&str, &str) {
    let end = find(text, &|c| c == at).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// What URL would repair: it drops tabs and line ends, the space around, and the invisible
/// characters of international names, and takes a backslash for a slash.
fn needs_repair(value: &str) -> bool {
    find(value, &|c| {
        c == '\\' || is_white_space(c) || is_invisible(c)
    })
    .is_some()
}

/// The store's address as the service wants it: `https://<host>/api/v2`. Takes the API Path of a
/// Legacy API account or, with `is_store_level`, that of a store-level API account:
/// `https://api.bigcommerce.com/stores/<store hash>/v3/`.
///
/// # Errors
/// Says what is wrong and where the right value stands; never repeats the value.
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
    let (scheme, rest) = match cut(value, ':') {
        (scheme, rest) if rest.starts_with("://") => (scheme, rest.get(3..).unwrap_or_default()),
        (scheme, rest) if is_web(scheme) && !rest.is_empty() => return Err(malformed),
        _ => ("https", value),
    };
    if !scheme.eq_ignore_ascii_case("https") {
        return Err(SCHEME);
    }
    // Judged as written, because URL drops an empty query, fragment or user and the port 443.
    if has(rest, '?') {
        return Err(QUERY);
    }
    if has(rest, '#') {
        return Err(FRAGMENT);
    }
    if cut(rest, ':').1.starts_with("://") {
        return Err(TWICE);
    }
    let (host, path) = cut(rest, '/');
    if has(host, '@') {
        return Err(USER);
    }
    if has(host, ':') && !host.starts_with("[") {
        return Err(PORT);
    }
    if host.is_empty() {
        return Err(malformed);
    }
    let href = parse(&concat(&["https://", host])).ok_or(malformed)?;
    let hostname = Href::of(&href).ok_or(malformed)?.hostname;
    // URL also decodes, and completes IPv4 addresses; international names may be rewritten.
    let is_rewritten = host.is_ascii() && !host.eq_ignore_ascii_case(hostname);
    if is_rewritten || !is_host_name(hostname) {
        return Err(malformed);
    }
    let path = path.strip_suffix("/").unwrap_or(path);
    match hostname {
        "api.bigcommerce.com" => match path.strip_prefix("/stores/") {
            Some(path) if is_store_level => store_of(path),
            Some(_) => Err(STORE_LEVEL),
            None => Err(NO_HASH),
        },
        "bigcommerce.com" | "login.bigcommerce.com" | "www.bigcommerce.com" => Err(NO_STORE),
        _ if matches!(path, "" | API_PATH) => Ok(concat(&["https://", hostname, API_PATH])),
        _ if is_store_level => Err(STORE_LEVEL_PATH),
        _ if has_part(path, '/', &|part| part.eq_ignore_ascii_case("v3")) => Err(STORE_LEVEL),
        _ => Err(LEGACY_PATH),
    }
}

/// The address of the store that the API Path of a store-level API account names after `/stores/`.
fn store_of(path: &str) -> Result<String, &'static Issue> {
    let (hash, version) = cut(path, '/');
    let is_hash = (1..=32).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_alphanumeric());
    // Where the hash is missing, the version stands in its place.
    if !is_hash || !matches!(version, "" | "/v2" | "/v3") || matches!(hash, "v2" | "v3") {
        return Err(STORE_LEVEL_PATH);
    }
    if hash.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(CASE);
    }
    let host = ["https://store-", hash, ".mybigcommerce.com", API_PATH];
    Ok(concat(&host))
}

/// Whether a store can have this name: it has a dot, is no IP address and not too long for DNS.
/// URL also takes empty labels and most punctuation.
fn is_host_name(hostname: &str) -> bool {
    let is_no_label = |label: &str| {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        !(1..=63).contains(&label.len()) || !label.bytes().all(is_plain)
    };
    // URL writes IPv4 addresses in this way alone.
    let is_ipv4 = hostname.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    hostname.len() <= 253
        && has(hostname, '.')
        && !is_ipv4
        && !has_part(hostname, '.', &is_no_label)
}

/// Whether one of the parts between `separator`s is wanted.
fn has_part(text: &str, separator: char, is_wanted: &dyn Fn(&str) -> bool) -> bool {
    let (part, rest) = cut(text, separator);
    is_wanted(part)
        || rest
            .get(separator.len_utf8()..)
            .is_some_and(|rest| has_part(rest, separator, is_wanted))
}

/// Whether `c` is a dash or a dot that is no ASCII one. URL would take some of them for a dot, and
/// the others for a part of an international name.
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

const NO_HASH: &Issue = &Issue::new(
    IssueCode::Host,
    "Must be the account's whole API Path: /stores/<store hash> is missing.",
);

const CASE: &Issue = &Issue::new(
    IssueCode::Case,
    "Must have the store hash in lowercase.",
);

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

/// Where requests go, without a slash at the end.
///
/// `origin` gives the page's own, `None` where it has none (Node, sandboxed frames).
///
/// # Errors
/// Says what is wrong; never repeats the value.
pub fn base_url(
    value: &str,
    origin: impl Fn() -> Option<String>,
    parse: Parse,
) -> Result<String, &'static Issue> {
    let value = trim(value);
    if find(value, &char::is_control).is_some() {
        return Err(CONTROL);
    }
    if has(value, '?') {
        return Err(QUERY);
    }
    if has(value, '#') {
        return Err(FRAGMENT);
    }
    let href = if value.starts_with("/") {
        let origin = origin().ok_or(NO_ORIGIN)?;
        if value.starts_with("//") || value.starts_with("/\\") {
            return Err(OTHER_ORIGIN);
        }
        // Appended to the origin: the document's base URL could be moved by <base href>.
        parse(&concat(&[&origin, value])).ok_or(NO_BASE_URL)?
    } else {
        let href = parse(value).ok_or(NO_BASE_URL)?;
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

const NO_BASE_URL: &Issue = &Issue::new(IssueCode::Malformed, ADDRESS);

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

/// Where the service sends events.
///
/// # Errors
/// Says what is wrong; never repeats the value.
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

/// Whether an absolute URL is written as one, without what URL would silently repair.
fn is_well_written(value: &str) -> bool {
    let (_, rest) = cut(value, ':');
    let (authority, _) = cut(rest.strip_prefix("://").unwrap_or_default(), '/');
    !authority.is_empty() && !has(authority, '@') && !needs_repair(value)
}

const CALLBACK: &str = "Must be an https: URL, or an http: URL of a loopback host.";

const MALFORMED_CALLBACK: &Issue = &Issue::new(IssueCode::Malformed, CALLBACK);

const CALLBACK_SCHEME: &Issue = &Issue::new(IssueCode::Scheme, CALLBACK);

const CALLBACK_TOO_LONG: &Issue = &Issue {
    code: IssueCode::TooLong,
    message: "Is too long: at most 2048 characters.",
    params: &[("max", 2048.0)],
};

// The loopback names and addresses of https://w3c.github.io/webappsec-secure-contexts/#localhost
fn is_loopback(hostname: &str) -> bool {
    // URL writes addresses in this way alone, and takes 127.. for a name.
    let is_ipv4 =
        || !hostname.ends_with(".") && hostname.chars().all(|c| c.is_ascii_digit() || c == '.');
    hostname == "localhost"
        || hostname.ends_with(".localhost")
        || hostname == "[::1]"
        || (hostname.starts_with("127.") && is_ipv4())
}
