//! The rules for the two addresses in a config: `storeUrl` and `baseUrl`.
//!
//! Taking a URL apart is the platform's business and handed in as [`Parse`] (the browser's `URL`;
//! the `url` crate in native tests, both of the WHATWG URL Standard); judging the parts is here.

/// Cloud Elements' US production, where a config names no other.
pub const DEFAULT_BASE_URL: &str = "https://api.cloud-elements.com/elements/api-v2";

const API_PATH: &str = "/api/v2";

/// The parts of a URL that the rules look at, as the members of the same name of
/// [`URL`](https://url.spec.whatwg.org/#url-class) give them.
pub struct UrlParts {
    /// Scheme with its colon: `https:`.
    pub protocol: String,
    /// User name, empty where there is none.
    pub username: String,
    /// Password, empty where there is none.
    pub password: String,
    /// Host and, where it is not the scheme's own, port.
    pub host: String,
    /// Host without the port; IPv6 addresses in brackets.
    pub hostname: String,
    /// Path, beginning with a slash.
    pub pathname: String,
}

impl UrlParts {
    fn origin(&self) -> String {
        format!("{}//{}", self.protocol, self.host)
    }
}

/// Takes an absolute URL apart; `None` where it is none.
pub type Parse = fn(&str) -> Option<UrlParts>;

/// The API Path of a Legacy API account, as the service wants it: `https://<host>/api/v2`.
///
/// `value` is trimmed already and not empty.
///
/// # Errors
/// Says what is wrong and where the right value stands; never repeats the value.
pub fn store_url(value: &str, parse: Parse) -> Result<String, &'static str> {
    if value.contains(|c| c == '\\' || is_control_or_space(c)) {
        return Err(
            "Has a space, a control character or a backslash inside: copy the API Path again from Advanced Settings, Legacy API Settings.",
        );
    }
    let (scheme, rest) = match value.split_once(':') {
        Some((scheme, rest)) => match rest.strip_prefix("//") {
            Some(rest) => (scheme, rest),
            None if is_web(scheme) => return Err(MALFORMED_HOST),
            None => ("https", value),
        },
        None => ("https", value),
    };
    if !scheme.eq_ignore_ascii_case("https") {
        return Err("Must begin with https://, as the API Path in Legacy API Settings does.");
    }
    // Judged as written, because URL drops an empty query, fragment or user and the port 443.
    if has(rest, '?') {
        return Err("Must not have a query (?…): the API Path ends in /api/v2.");
    }
    if has(rest, '#') {
        return Err("Must not have a fragment (#…): the API Path ends in /api/v2.");
    }
    let (host, path) = rest
        .find('/')
        .and_then(|at| rest.split_at_checked(at))
        .unwrap_or((rest, ""));
    if has(host, '@') {
        return Err(
            "Must not have a user before the host: the Username and API Token go into fields of their own.",
        );
    }
    if has(host, ':') && !host.starts_with('[') {
        return Err("Must not have a port: the API Path is https://<your store>/api/v2.");
    }
    if host.is_empty() {
        return Err(MALFORMED_HOST);
    }
    let url = parse(&format!("https://{host}{path}")).ok_or(MALFORMED_HOST)?;
    // URL also decodes, and completes IPv4 addresses; international names may be rewritten.
    let is_rewritten = host.is_ascii() && !host.eq_ignore_ascii_case(&url.hostname);
    if is_rewritten || !is_host_name(&url.hostname) {
        return Err(MALFORMED_HOST);
    }
    if path
        .split('/')
        .any(|segment| segment.eq_ignore_ascii_case("v3"))
    {
        return Err(
            "Is a V3 path, which belongs to another kind of API account: take the API Path of a Legacy API account (Advanced Settings, Legacy API Settings); it ends in /api/v2.",
        );
    }
    match path.strip_suffix('/').unwrap_or(path) {
        "" | API_PATH => Ok(format!("https://{}{API_PATH}", url.hostname)),
        _ => Err(
            "Has the wrong path: the API Path in Advanced Settings, Legacy API Settings ends in /api/v2.",
        ),
    }
}

const MALFORMED_HOST: &str = "Is not a complete address: the API Path in Advanced Settings, Legacy API Settings looks like https://store-abc123.mybigcommerce.com/api/v2.";

/// Whether a store can have this name: URL also takes empty labels and most punctuation.
fn is_host_name(hostname: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let name = hostname.strip_suffix('.').unwrap_or(hostname);
    name.starts_with('[') || name.split('.').all(is_label)
}

/// Also the invisible characters that URL drops from international names.
fn is_control_or_space(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
}

/// Whether an absolute URL is written as one, without what URL would silently repair.
fn is_well_written(value: &str) -> bool {
    let Some((_, rest)) = value.split_once(':') else {
        return false;
    };
    let authority = rest
        .strip_prefix("//")
        .and_then(|rest| rest.split('/').next());
    authority.is_some_and(|authority| !authority.is_empty() && !has(authority, '@'))
        && !value.contains(|c| c == '\\' || is_control_or_space(c))
}

/// Unlike `contains`, whose search for a character is one for a string and costs 4 kB (brotli).
fn has(text: &str, c: char) -> bool {
    text.chars().any(|own| own == c)
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
    if value.contains(char::is_control) {
        return Err("Must not contain control characters.");
    }
    if has(value, '?') || has(value, '#') {
        return Err("Must not have a query or a fragment.");
    }
    let url = if value.starts_with('/') {
        let origin = origin.ok_or("Must be a whole URL: this page has no origin of its own.")?;
        // Appended to the origin: the document's base URL could be moved by <base href>.
        if value.starts_with("//") || value.starts_with("/\\") {
            return Err("Must stay on the page's own origin: begin the path with a single slash.");
        }
        parse(&format!("{origin}{value}")).ok_or(NO_BASE_URL)?
    } else {
        let url = parse(value).ok_or(NO_BASE_URL)?;
        if !is_secure_or_loopback(&url) {
            return Err(NO_BASE_URL);
        }
        url
    };
    if !url.username.is_empty() || !url.password.is_empty() {
        return Err("Must not have a user or a password.");
    }
    let path = url.pathname.strip_suffix('/').unwrap_or(&url.pathname);
    Ok(format!("{}{path}", url.origin()))
}

const NO_BASE_URL: &str =
    "Must be an https: URL, an http: URL of a loopback host, or a path that begins with a slash.";

/// Where the service sends events.
///
/// # Errors
/// Says what is wrong; never repeats the value.
pub fn callback_url(value: &str, parse: Parse) -> Result<String, &'static str> {
    match parse(value) {
        Some(url) if is_well_written(value) && is_secure_or_loopback(&url) => Ok(value.to_owned()),
        _ => Err("Must be an https: URL, or an http: URL of a loopback host."),
    }
}

/// Whether what is sent to this URL is safe from readers on the way.
fn is_secure_or_loopback(url: &UrlParts) -> bool {
    match url.protocol.as_str() {
        "https:" => true,
        "http:" => is_loopback(&url.hostname),
        _ => false,
    }
}

// The loopback names and addresses of https://w3c.github.io/webappsec-secure-contexts/#localhost
fn is_loopback(hostname: &str) -> bool {
    let is_ipv4 = || hostname.chars().all(|c| c.is_ascii_digit() || c == '.');
    hostname == "localhost"
        || hostname.ends_with(".localhost")
        || hostname == "[::1]"
        || (hostname.starts_with("127.") && is_ipv4())
}
