//! What a response means, and which request comes next. Pure, and the only module that interprets
//! statuses.
//!
//! `POST /instances` is not idempotent. So an instance that is created with an idempotency key has
//! the key as a tag, by which it is looked up before a `POST` is repeated.

use crate::text::trim;

/// The maximum number of `POST`s in a call.
const MAX_POSTS: u32 = 3;

/// The maximum number of retries of a failed lookup.
const MAX_RETRIES: u32 = 4;

/// The number of lookups that must find nothing after a `POST` that may have created an instance:
/// the service may still be creating it.
const LOOKUPS_AFTER_POST: u32 = 4;

/// A request to the service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Request {
    /// Lists the instances with the key's tag.
    Find,
    /// Creates an instance.
    Create,
    /// Updates the instance with this id.
    Update(f64),
}

/// The `code` of a `BigCommerceAuthError`, except `ERR_LOAD`, which only the loader throws.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Code {
    Aborted,
    Config,
    Conflict,
    Forbidden,
    Handler,
    Network,
    NotFound,
    RateLimited,
    Rejected,
    Response,
    Server,
    Timeout,
    Unauthorized,
}

impl Code {
    /// Returns the code as JavaScript gets it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aborted => "ERR_ABORTED",
            Self::Config => "ERR_CONFIG",
            Self::Conflict => "ERR_CONFLICT",
            Self::Forbidden => "ERR_FORBIDDEN",
            Self::Handler => "ERR_HANDLER",
            Self::Network => "ERR_NETWORK",
            Self::NotFound => "ERR_NOT_FOUND",
            Self::RateLimited => "ERR_RATE_LIMITED",
            Self::Rejected => "ERR_REJECTED",
            Self::Response => "ERR_RESPONSE",
            Self::Server => "ERR_SERVER",
            Self::Timeout => "ERR_TIMEOUT",
            Self::Unauthorized => "ERR_UNAUTHORIZED",
        }
    }
}

/// Who sent a response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sender {
    /// The service: the handler says so, or the body has a field of the service's errors.
    Service,
    /// The package's handler, which refused the request or failed.
    Handler,
    /// A web server, with a web page.
    Page,
    /// Anything else, such as a gateway, a framework or a firewall.
    Unknown,
}

/// A response without an instance.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status; 0 for a redirect, whose status browsers hide.
    pub status: u16,
    /// Who sent it.
    pub sender: Sender,
    /// Whether the request went to the service itself, not to a handler that adds the secrets.
    pub is_direct: bool,
    /// Whether the body is a JSON object.
    pub is_object: bool,
    /// Whether the body has a `providerMessage`.
    pub has_provider_message: bool,
    /// Whether the handler says that nothing was created.
    pub has_created_nothing: bool,
    /// The value of the `Retry-After` header, in seconds.
    pub retry_after: Option<f64>,
}

/// The outcome of a request that returned no instance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// A lookup found nothing.
    NotFound,
    /// A retry would not help.
    Final,
    /// It is unknown whether the request succeeded.
    Open {
        /// Whether a `POST` has probably created an instance.
        is_likely: bool,
    },
    /// A later retry can succeed.
    Busy {
        /// The value of the `Retry-After` header, in seconds.
        retry_after: Option<f64>,
    },
}

/// What a response without an instance means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fate {
    /// The code of the error.
    pub code: Code,
    /// The outcome of the request.
    pub outcome: Outcome,
    /// Whether the request may have created an instance.
    pub may_have_created: bool,
    /// Advice for the error's message; empty if status and body say enough.
    pub hint: &'static str,
}

const REDIRECT: &str =
    "Redirects are not followed: does a sign-in or a rule for trailing slashes come first?";

const PAGE: &str = "A base URL of the service ends in /elements/api-v2.";

const NO_INSTANCE: &str = "The response has no instance with id and token.";

const NO_CONNECTOR: &str =
    "The account has no connector bigcommerce, or baseUrl is wrong: it ends in /elements/api-v2.";

const NO_HANDLER: &str = "The handler is not mounted at baseUrl.";

const WRONG_SECRETS: &str =
    "userSecret and organizationSecret are wrong, or of another region than baseUrl.";

const BETWEEN: &str = "Is a firewall or a proxy in between?";

/// Interprets a response to `request` that contains no instance.
pub fn fate(request: Request, reply: &Reply) -> Fate {
    let Reply {
        status,
        sender,
        is_direct,
        retry_after,
        ..
    } = *reply;
    let is_post = request == Request::Create;
    let is_lookup = request == Request::Find;
    let is_for_service = is_direct || sender == Sender::Service;
    let open = Outcome::Open { is_likely: true };
    let busy = Outcome::Busy { retry_after };
    let misplaced = if is_direct {
        Code::Response
    } else {
        Code::Handler
    };

    let (code, outcome, hint) = match (status, sender) {
        (0 | 300..=399, _) => (misplaced, Outcome::Final, REDIRECT),
        (200..=299, Sender::Page) => (misplaced, Outcome::Final, PAGE),
        (..=399 | 600.., _) => (Code::Response, open, NO_INSTANCE),
        (502, Sender::Handler) => (Code::Server, Outcome::Open { is_likely: false }, ""),
        (504, Sender::Handler) | (408 | 499, _) => (Code::Server, open, ""),
        (429, _) => (Code::RateLimited, busy, ""),
        (401, Sender::Handler) => (Code::Unauthorized, Outcome::Final, ""),
        (404, Sender::Handler) if !is_post && !is_lookup => (Code::NotFound, Outcome::Final, ""),
        (_, Sender::Handler) => (Code::Handler, Outcome::Final, ""),
        (500.., _) if is_lookup => (Code::Server, busy, ""),
        (500.., Sender::Service) => (Code::Server, Outcome::Final, ""),
        (500.., _) => (Code::Server, open, ""),
        // Refused by the store.
        (_, Sender::Service)
            if reply.has_provider_message && !is_lookup && !matches!(status, 403 | 409) =>
        {
            (Code::Rejected, Outcome::Final, "")
        }
        (404, _) if is_lookup && is_for_service && reply.is_object => {
            (Code::NotFound, Outcome::NotFound, "")
        }
        (404, _) if is_lookup && is_direct => (Code::NotFound, open, NO_CONNECTOR),
        (401, Sender::Service) if is_direct => (Code::Unauthorized, Outcome::Final, WRONG_SECRETS),
        (401, Sender::Service) => (Code::Handler, Outcome::Final, WRONG_SECRETS),
        (404 | 405, _) if is_post && is_for_service => {
            (Code::NotFound, Outcome::Final, NO_CONNECTOR)
        }
        (_, Sender::Service) => (code_of(status), Outcome::Final, ""),
        // Usually the host's own session check.
        (401, Sender::Unknown) if !is_direct => (Code::Unauthorized, Outcome::Final, ""),
        (404 | 405, _) if !is_direct => (Code::Handler, Outcome::Final, NO_HANDLER),
        (_, _) if !is_direct => (Code::Handler, Outcome::Final, BETWEEN),
        (_, _) => (code_of(status), Outcome::Final, BETWEEN),
    };
    let has_created_nothing = reply.has_created_nothing || matches!(status, 400..=407 | 409..=498);
    Fate {
        code,
        outcome: match outcome {
            Outcome::Open { .. } if is_post && has_created_nothing => Outcome::Final,
            outcome => outcome,
        },
        may_have_created: is_post && !has_created_nothing,
        hint,
    }
}

/// Returns the code for a 4xx status.
fn code_of(status: u16) -> Code {
    match status {
        401 => Code::Unauthorized,
        403 => Code::Forbidden,
        404 | 405 => Code::NotFound,
        409 => Code::Conflict,
        _ => Code::Rejected,
    }
}

/// Parses a [`Retry-After`](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after) header.
/// Returns the seconds to wait, at least 0.
///
/// The header is a number of seconds, or a date in one of the two formats with a time zone. The
/// third has not been sent since HTTP/1.0. `seconds_until` returns the seconds from now until a
/// date, or NaN if the string is not a date, like `Date.parse`.
pub fn retry_after(header: &str, seconds_until: impl Fn(&str) -> f64) -> Option<f64> {
    let header = trim(header);
    if header.bytes().all(|b| b.is_ascii_digit()) {
        return parse_digits(header);
    }
    // `Date.parse` also parses other strings, such as -5.
    if !header.ends_with(" GMT") {
        return None;
    }
    let seconds = seconds_until(header);
    (!seconds.is_nan()).then(|| seconds.max(0.0))
}

/// Parses decimal digits. Returns `f64::MAX` if the number is too large.
fn parse_digits(text: &str) -> Option<f64> {
    let digits = text.bytes().map(|b| f64::from(b.wrapping_sub(b'0')));
    let number = digits.reduce(|number, digit| number * 10.0 + digit)?;
    Some(number.min(f64::MAX))
}

/// The requests of one call. The outcome of each decides which comes next.
pub struct Plan {
    request: Request,
    has_key: bool,
    /// The number of lookups that must still find nothing before the next `POST`, or the end.
    lookups: u32,
    /// The number of failed lookups since the last successful one.
    retries: u32,
    posts: u32,
    /// The duration of the last `POST`, in milliseconds.
    post_time: f64,
    /// Whether the last `POST` has probably created an instance.
    is_likely: bool,
}

impl Plan {
    /// Plans one request, without retries.
    pub fn once(request: Request) -> Self {
        Self {
            request,
            has_key: false,
            lookups: 0,
            retries: 0,
            posts: 0,
            post_time: 0.0,
            is_likely: false,
        }
    }

    /// Plans to create an instance with a new key, which no instance can have yet.
    pub fn with_new_key() -> Self {
        Self {
            has_key: true,
            ..Self::once(Request::Create)
        }
    }

    /// Plans to create an instance with a key, unless one exists. The key `is_unresolved` if an
    /// earlier call may have created an instance, which the service may still be creating.
    pub fn with_key(is_unresolved: bool) -> Self {
        Self {
            has_key: true,
            // The first one is sent at once, because the instance usually exists by now.
            lookups: 1 + if is_unresolved { LOOKUPS_AFTER_POST } else { 0 },
            ..Self::once(Request::Find)
        }
    }

    /// Returns the request to send now, or the one in flight.
    pub fn request(&self) -> Request {
        self.request
    }

    /// Moves on to the next request, and returns the milliseconds to wait before it. The request in
    /// flight had this `outcome` and took `time` milliseconds; the call has `remaining`
    /// milliseconds left.
    ///
    /// Returns `None` if the call ends: with this outcome or, if a lookup found nothing, with that
    /// of the last `POST`.
    pub fn next(&mut self, outcome: Outcome, time: f64, remaining: f64) -> Option<f64> {
        let fits = |pause: &f64| *pause < remaining;
        match (self.request, outcome) {
            (Request::Find, Outcome::NotFound) => {
                self.retries = 0;
                self.lookups = self.lookups.saturating_sub(1);
                if self.lookups > 0 {
                    return Some(backoff(1 + LOOKUPS_AFTER_POST.saturating_sub(self.lookups)));
                }
                if self.posts >= MAX_POSTS || remaining < self.post_time {
                    return None;
                }
                self.request = Request::Create;
                Some(0.0)
            }
            (Request::Find, Outcome::Open { .. } | Outcome::Busy { .. }) => {
                self.retries += 1;
                if self.retries > MAX_RETRIES && !self.is_likely {
                    return None;
                }
                let pause = backoff(self.retries);
                match outcome {
                    Outcome::Busy {
                        retry_after: Some(seconds),
                    } if seconds * 1000.0 > pause => Some(seconds * 1000.0).filter(fits),
                    _ => Some(pause),
                }
            }
            (Request::Create, outcome) if self.has_key => {
                self.posts += 1;
                self.post_time = time;
                self.request = Request::Find;
                match outcome {
                    Outcome::Open { is_likely } => {
                        self.is_likely = is_likely;
                        self.lookups = LOOKUPS_AFTER_POST;
                        Some(backoff(1))
                    }
                    Outcome::Busy { retry_after } if self.posts < MAX_POSTS => {
                        self.is_likely = false;
                        self.lookups = 1;
                        retry_after.map(|seconds| seconds * 1000.0).filter(fits)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Returns the milliseconds to wait before the `nth` retry, counted from 1.
fn backoff(nth: u32) -> f64 {
    match nth {
        ..=1 => 500.0,
        2 => 1000.0,
        3 => 2000.0,
        _ => 4000.0,
    }
}
