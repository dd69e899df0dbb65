//! What can go wrong, and how it is told to JavaScript.

use crate::text::{concat, decimal};
use crate::value::Object;

/// Longest `message` and `providerMessage`, in UTF-16 code units.
pub const MAX_MESSAGE: usize = 500;

/// What a page can act on. The codes of the config, of loading and of time are the loader's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// No whole answer came.
    Network,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 409.
    Conflict,
    /// 429.
    RateLimited,
    /// Any other 4xx.
    Rejected,
    /// 5xx.
    Server,
    /// An answer that is no instance.
    Response,
}

impl Code {
    /// The code as the package's documentation names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Network => "ERR_NETWORK",
            Self::Unauthorized => "ERR_UNAUTHORIZED",
            Self::Forbidden => "ERR_FORBIDDEN",
            Self::NotFound => "ERR_NOT_FOUND",
            Self::Conflict => "ERR_CONFLICT",
            Self::RateLimited => "ERR_RATE_LIMITED",
            Self::Rejected => "ERR_REJECTED",
            Self::Server => "ERR_SERVER",
            Self::Response => "ERR_RESPONSE",
        }
    }
}

/// A failed call, as it becomes a `BigCommerceAuthError`.
#[derive(Debug)]
pub struct Failure {
    /// The kind of failure.
    pub code: Code,
    /// One sentence for developers.
    pub message: String,
    /// The answer's status.
    pub status: Option<u16>,
    /// What the service's support asks for.
    pub request_id: Option<String>,
    /// What BigCommerce said.
    pub provider_message: Option<String>,
    /// Seconds to wait before another try.
    pub retry_after: Option<f64>,
}

impl Failure {
    /// A failure with nothing but a code and a sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            status: None,
            request_id: None,
            provider_message: None,
            retry_after: None,
        }
    }

    /// An answer that is none to go on with; `rest` ends the sentence about it.
    pub fn response(status: u16, rest: &str) -> Self {
        Self {
            status: Some(status),
            ..Self::new(Code::Response, answered(status, rest))
        }
    }

    /// No whole answer.
    pub fn network() -> Self {
        let message = "No whole answer came from Cloud Elements: the network failed, the answer was cut or a redirect, or CORS does not allow this origin.";
        Self::new(Code::Network, message)
    }
}

/// A sentence about an answer.
pub fn answered(status: u16, rest: &str) -> String {
    concat(&["Cloud Elements answered ", &decimal(status.into()), rest])
}

impl From<Failure> for Object {
    fn from(failure: Failure) -> Self {
        let mut object = Self::default();
        object.set("code", failure.code.as_str());
        object.set("message", failure.message);
        object.set_some("status", failure.status.map(f64::from));
        object.set_some("requestId", failure.request_id);
        object.set_some("providerMessage", failure.provider_message);
        object.set_some("retryAfter", failure.retry_after);
        object
    }
}
