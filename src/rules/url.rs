//! The rules for the addresses in a config.
//!
//! Taking a URL apart is left to the platform and handed in as [`Parse`] (the browser's `URL`;
//! the `url` crate in native tests, both of the WHATWG URL Standard); judging the parts is here.

use crate::rules::text::{concat, is_white_space};

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
/// character is that for a string, and for a function is made anew for each; `npm run bytes`.
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

/// Whether one of the parts between `separator`s is wanted.
fn has_part(text: &str, separator: char, is_wanted: &dyn Fn(&str) -> bool) -> bool {
    let (part, rest) = cut(text, separator);
    is_wanted(part)
        || rest
            .get(separator.len_utf8()..)
            .is_some_and(|rest| has_part(rest, separator, is_wanted))
}

/// What URL would repair: it drops tabs and line ends, the space around, and the invisible
/// characters of international names, and takes a backslash for a slash.
fn needs_repair(value: &str) -> bool {
    let is_repaired = |c: char| {
        c.is_control()
            || is_white_space(c)
            || matches!(c, '\\' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
    };
    find(value, &is_repaired).is_some()
}

/// The store's address as the service wants it: `https://<host>/api/v2`. Takes the API Path of a
/// Legacy API account or, with `is_store_level`, that of a store-level API account:
/// `https://api.bigcommerce.com/stores/<store hash>/v3/`.
///
/// `value` is trimmed already and not empty.
///
/// # Errors
/// Says what is wrong and where the right value stands; never repeats the value.
pub fn store_url(value: &str, is_store_level: bool, parse: Parse) -> Result<String, &'static str> {
    let (malformed, wrong_path) = if is_store_level {
        (MALFORMED_STORE_LEVEL, WRONG_STORE_LEVEL_PATH)
    } else {
        (MALFORMED_LEGACY, WRONG_LEGACY_PATH)
    };
    if needs_repair(value) {
        return Err(
            "Has a space, a control character or a backslash inside: copy the API Path again from the API account in BigCommerce.",
        );
    }
    let (scheme, rest) = match cut(value, ':') {
        (scheme, rest) if rest.starts_with("://") => (scheme, rest.get(3..).unwrap_or_default()),
        (scheme, rest) if is_web(scheme) && !rest.is_empty() => return Err(malformed),
        _ => ("https", value),
    };
    if !scheme.eq_ignore_ascii_case("https") {
        return Err(
            "Must begin with https://, as the API Path of the API account in BigCommerce does.",
        );
    }
    // Judged as written, because URL drops an empty query, fragment or user and the port 443.
    if has(rest, '?') {
        return Err("Must not have a query (?…): the API Path in BigCommerce has none.");
    }
    if has(rest, '#') {
        return Err("Must not have a fragment (#…): the API Path in BigCommerce has none.");
    }
    let (host, path) = cut(rest, '/');
    if has(host, '@') {
        return Err(
            "Must not have a user before the host: the credentials go into fields of their own.",
        );
    }
    if has(host, ':') && !host.starts_with("[") {
        return Err("Must not have a port: the API Path in BigCommerce has none.");
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
    let hash = store_hash(path).filter(|_| hostname == "api.bigcommerce.com");
    match (hash, path) {
        (Some(hash), _) if is_store_level => Ok(concat(&[
            "https://store-",
            hash,
            ".mybigcommerce.com",
            API_PATH,
        ])),
        (Some(_), _) => Err(STORE_LEVEL_PATH),
        (None, "" | API_PATH) => Ok(concat(&["https://", hostname, API_PATH])),
        _ if !is_store_level && has_part(path, '/', &|part| part.eq_ignore_ascii_case("v3")) => {
            Err(STORE_LEVEL_PATH)
        }
        _ => Err(wrong_path),
    }
}

/// The store hash in the path of a store-level API account's API Path.
fn store_hash(path: &str) -> Option<&str> {
    let (hash, version) = cut(path.strip_prefix("/stores/")?, '/');
    let is_hash = (1..=32).contains(&hash.len())
        && hash
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    Some(hash).filter(|_| is_hash && matches!(version, "/v2" | "/v3"))
}

const MALFORMED_LEGACY: &str = "Is not a complete address: the API Path in Advanced Settings, Legacy API Settings looks like https://store-abc123.mybigcommerce.com/api/v2.";

const MALFORMED_STORE_LEVEL: &str = "Is not a complete address: the API path in Settings, Store-level API accounts looks like https://api.bigcommerce.com/stores/abc123/v3/.";

const WRONG_LEGACY_PATH: &str =
    "Has the wrong path: the API Path in Advanced Settings, Legacy API Settings ends in /api/v2.";

const WRONG_STORE_LEVEL_PATH: &str = "Has the wrong path: the API path in Settings, Store-level API accounts looks like https://api.bigcommerce.com/stores/abc123/v3/.";

const STORE_LEVEL_PATH: &str = "Belongs to a store-level API account, which takes clientId and clientSecret in place of username and password; the API Path in Advanced Settings, Legacy API Settings ends in /api/v2.";

/// Whether a store can have this name: it has a dot and is no IP address. URL also takes empty
/// labels and most punctuation.
fn is_host_name(hostname: &str) -> bool {
    let is_no_label = |label: &str| {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        label.is_empty() || !label.bytes().all(is_plain)
    };
    // URL writes IPv4 addresses in this way alone.
    let is_ipv4 = hostname.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    has(hostname, '.') && !is_ipv4 && !has_part(hostname, '.', &is_no_label)
}

/// Whether an absolute URL is written as one, without what URL would silently repair.
fn is_well_written(value: &str) -> bool {
    let (_, rest) = cut(value, ':');
    let (authority, _) = cut(rest.strip_prefix("://").unwrap_or_default(), '/');
    !authority.is_empty() && !has(authority, '@') && !needs_repair(value)
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

/// Where requests go, without a slash at the end.
///
/// `origin` is the page's own, `None` where it has none (Node, sandboxed frames).
///
/// # Errors
/// Says what is wrong; never repeats the value.
pub fn base_url(value: &str, origin: Option<&str>, parse: Parse) -> Result<String, &'static str> {
    if find(value, &char::is_control).is_some() {
        return Err("Must not contain control characters.");
    }
    if has(value, '?') || has(value, '#') {
        return Err("Must not have a query or a fragment.");
    }
    let href = if value.starts_with("/") {
        let origin = origin.ok_or("Must be a whole URL: this page has no origin of its own.")?;
        if value.starts_with("//") || value.starts_with("/\\") {
            return Err("Must stay on the page's own origin: begin the path with a single slash.");
        }
        // Appended to the origin: the document's base URL could be moved by <base href>.
        parse(&concat(&[origin, value])).ok_or(NO_BASE_URL)?
    } else {
        let href = parse(value).ok_or(NO_BASE_URL)?;
        let url = Href::of(&href).filter(Href::is_secure_or_loopback);
        if url.ok_or(NO_BASE_URL)?.has_user {
            return Err("Must not have a user or a password.");
        }
        href
    };
    Ok(href.strip_suffix("/").unwrap_or(&href).to_owned())
}

const NO_BASE_URL: &str =
    "Must be an https: URL, an http: URL of a loopback host, or a path that begins with a slash.";

/// Where the service sends events.
///
/// # Errors
/// Says what is wrong; never repeats the value.
pub fn callback_url(value: &str, parse: Parse) -> Result<String, &'static str> {
    let href = parse(value).filter(|_| is_well_written(value));
    if href.is_some_and(|href| Href::of(&href).is_some_and(|url| url.is_secure_or_loopback())) {
        return Ok(value.to_owned());
    }
    Err("Must be an https: URL, or an http: URL of a loopback host.")
}

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
