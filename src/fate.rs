//! What a response without an instance means. Pure: the one place that knows statuses.

use crate::plan::Request;

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
