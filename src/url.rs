//! The rules for the addresses in a config, but for the store's.
//!
//! Taking a URL apart is left to the platform and handed in as [`Parse`] (the browser's `URL`;
//! the `url` crate in native tests, both of the WHATWG URL Standard); judging the parts is here.

use crate::issues::{Issue, IssueCode};
use crate::text::{concat, is_invisible, is_white_space, trim, utf16_len};

/// Cloud Elements' US production, where a config names no other.
pub const DEFAULT_BASE_URL: &str = "https://api.cloud-elements.com/elements/api-v2";

/// An absolute URL as [`href`](https://url.spec.whatwg.org/#dom-url-href) writes it; `None` where it
/// is none.
pub type Parse = fn(&str) -> Option<String>;

/// Which part of an `href` is what.
pub(crate) struct Href<'a> {
    scheme: &'a str,
    has_user: bool,
    /// Of no use where there is a user. IPv6 addresses stand in brackets.
    pub hostname: &'a str,
}

impl<'a> Href<'a> {
    /// `None` where the URL has no host, as with `mailto:`.
    pub fn of(href: &'a str) -> Option<Self> {
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
pub(crate) fn find(text: &str, is_wanted: &dyn Fn(char) -> bool) -> Option<usize> {
    let (at, _) = text.char_indices().find(|(_, c)| is_wanted(*c))?;
    Some(at)
}

pub(crate) fn has(text: &str, c: char) -> bool {
    find(text, &|own| own == c).is_some()
}

/// `text` up to the first `at`, and from there on; nothing is left where there is none.
pub(crate) fn cut(text: &str, at: char) -> (&str, &str) {
    let end = find(text, &|c| c == at).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// What URL would repair: it drops tabs and line ends, the space around, and the invisible
/// characters of international names, and takes a backslash for a slash.
pub(crate) fn needs_repair(value: &str) -> bool {
    find(value, &|c| {
        c == '\\' || is_white_space(c) || is_invisible(c)
    })
    .is_some()
}

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

pub(crate) const QUERY: &Issue = &Issue::new(IssueCode::Query, "Must not have a query (?…).");

pub(crate) const FRAGMENT: &Issue =
    &Issue::new(IssueCode::Fragment, "Must not have a fragment (#…).");

pub(crate) const USER: &Issue =
    &Issue::new(IssueCode::User, "Must not have a user before the host.");

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
