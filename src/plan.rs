//! What a response means, and which request comes next. Pure: the one place that knows statuses.
//!
//! Same key, same instance: `POST /instances` is not idempotent, so an instance that is created with
//! a key carries it as a tag, and is looked up by it before a `POST` is repeated.

use crate::text::trim;

/// How often one call sends a `POST`.
const MAX_POSTS: u32 = 3;

/// How often a failed lookup is repeated.
const MAX_RETRIES: u32 = 4;

/// How many lookups have to find nothing after a `POST` that may have created an instance: the
/// service can still be at work on it.
const LOOKUPS_AFTER_POST: u32 = 4;

/// A request to the service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Request {
    /// Lists the instances that carry the key's tag.
    Find,
    /// Creates an instance.
    Create,
    /// Updates the instance with this id.
    Update(f64),
}

/// The kind of a failure, as `BigCommerceAuthError` names it. `ERR_LOAD` is the loader's.
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
    /// As JavaScript gets it.
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
    /// The service: the handler says so, or the body has what the service's errors have.
    Service,
    /// Our handler, which refused or failed by itself.
    Handler,
    /// A web server, with a page.
    Page,
    /// A gateway, a framework or a firewall.
    Stranger,
}

/// What is known of a response that brought no instance.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status; 0 for a redirect, which browsers hide.
    pub status: u16,
    /// Who sent it.
    pub sender: Sender,
    /// Whether the request went to the service itself, and not to a handler that adds the secrets.
    pub is_direct: bool,
    /// Whether the body is a JSON object.
    pub is_object: bool,
    /// Whether it says what the store said.
    pub has_provider_message: bool,
    /// Whether the handler says that nothing was created.
    pub has_created_nothing: bool,
    /// The seconds of its `Retry-After` header.
    pub retry_after: Option<f64>,
}

/// What a request without an instance leads to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// A lookup found nothing.
    NotFound,
    /// A retry can change nothing.
    Final,
    /// It is unknown what the request did.
    Open {
        /// Whether a `POST` has likely created an instance.
        is_likely: bool,
    },
    /// Not now: a retry can succeed, after so many seconds if they are known.
    Busy {
        /// The seconds of a `Retry-After` header.
        retry_after: Option<f64>,
    },
}

/// What a response without an instance means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fate {
    /// The kind of failure.
    pub code: Code,
    /// What follows.
    pub outcome: Outcome,
    /// Whether the request may have created an instance.
    pub may_have_created: bool,
    /// What to do about it; empty where status and body say all.
    pub hint: &'static str,
}

const REDIRECT: &str =
    "Redirects are not followed: does a sign-in or a rule for trailing slashes come first?";

const PAGE: &str = "A base URL of the service ends in /elements/api-v2.";

const NO_INSTANCE: &str = "The response has no instance with id and token.";

const NO_CONNECTOR: &str =
    "The account has no connector bigcommerce, or baseUrl is wrong: it ends in /elements/api-v2.";

const NO_HANDLER: &str = "No handler is there.";

const WRONG_SECRETS: &str =
    "userSecret and organizationSecret are wrong, or of another region than baseUrl.";

const BETWEEN: &str = "Is a firewall or a proxy in between?";

/// What a response to `request` means that brought no instance.
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
        // The store has refused.
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
        // Most often the check of the host's own sessions.
        (401, Sender::Stranger) if !is_direct => (Code::Unauthorized, Outcome::Final, ""),
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

/// The code of a refusal that says no more than its status.
fn code_of(status: u16) -> Code {
    match status {
        401 => Code::Unauthorized,
        403 => Code::Forbidden,
        404 | 405 => Code::NotFound,
        409 => Code::Conflict,
        _ => Code::Rejected,
    }
}

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

/// The requests of one call: which comes next, decided by the outcome of the last one.
pub struct Plan {
    request: Request,
    has_key: bool,
    /// The lookups that still have to find nothing before the next `POST`, or before the end.
    lookups: u32,
    /// Failed lookups since the last one that was answered.
    retries: u32,
    posts: u32,
    /// The milliseconds that the last `POST` took.
    post_time: f64,
    /// Whether the last `POST` has likely created an instance.
    is_likely: bool,
}

impl Plan {
    /// A plan for one request, whatever its outcome.
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

    /// A plan to create one instance with a new key, which no instance can carry yet.
    pub fn with_new_key() -> Self {
        Self {
            has_key: true,
            ..Self::once(Request::Create)
        }
    }

    /// A plan to create one instance with a key, unless there is one already; the key
    /// `is_unresolved` if an earlier call may have created it, and may still be doing so.
    pub fn with_key(is_unresolved: bool) -> Self {
        Self {
            has_key: true,
            // The first one is sent at once: most often the instance is there by now.
            lookups: 1 + if is_unresolved { LOOKUPS_AFTER_POST } else { 0 },
            ..Self::once(Request::Find)
        }
    }

    /// The request to send now, or the one in flight.
    pub fn request(&self) -> Request {
        self.request
    }

    /// The milliseconds to wait before the next request, after the one in flight had this outcome
    /// and took `time` milliseconds. The call has `remaining` milliseconds left.
    ///
    /// `None` if nothing more is to be sent: the call ends with this outcome or, if a lookup found
    /// nothing, with that of its last `POST`.
    pub fn next(&mut self, outcome: Outcome, time: f64, remaining: f64) -> Option<f64> {
        let fits = |pause: &f64| *pause < remaining;
        match (self.request, outcome) {
            (Request::Find, Outcome::NotFound) => {
                self.retries = 0;
                self.lookups = self.lookups.saturating_sub(1);
                if self.lookups > 0 {
                    return Some(pause(1 + LOOKUPS_AFTER_POST.saturating_sub(self.lookups)));
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
                let pause = pause(self.retries);
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
                        Some(pause(1))
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

/// The milliseconds before the `nth` retry, from 1: 0.5, 1, 2 and then always 4 seconds.
fn pause(nth: u32) -> f64 {
    match nth {
        ..=1 => 500.0,
        2 => 1000.0,
        3 => 2000.0,
        _ => 4000.0,
    }
}
