//! What can go wrong, and how it is told to JavaScript.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::redaction::redacted;

/// Longest `message` and `providerMessage`, in UTF-16 code units.
pub const MAX_MESSAGE: usize = 500;

/// What a page can act on. The codes of loading and time are the loader's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Code {
    /// The config is not usable; nothing was sent.
    #[serde(rename = "ERR_CONFIG")]
    Config,
    /// No whole answer came.
    #[serde(rename = "ERR_NETWORK")]
    Network,
    /// Nobody waits any more, so the next request is not sent. Only a signal that was aborted from
    /// the start shows as this one; of later aborts the loader tells at once.
    #[serde(rename = "ERR_ABORTED")]
    Aborted,
    /// 401.
    #[serde(rename = "ERR_UNAUTHORIZED")]
    Unauthorized,
    /// 403.
    #[serde(rename = "ERR_FORBIDDEN")]
    Forbidden,
    /// 404.
    #[serde(rename = "ERR_NOT_FOUND")]
    NotFound,
    /// 409.
    #[serde(rename = "ERR_CONFLICT")]
    Conflict,
    /// 429.
    #[serde(rename = "ERR_RATE_LIMITED")]
    RateLimited,
    /// Any other 4xx.
    #[serde(rename = "ERR_REJECTED")]
    Rejected,
    /// 5xx.
    #[serde(rename = "ERR_SERVER")]
    Server,
    /// An answer that is no instance.
    #[serde(rename = "ERR_RESPONSE")]
    Response,
}

/// One problem with the config, in the shape of [Standard Schema](https://standardschema.dev).
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// The way to the value: `["tags", 1]`; empty where the config itself is meant.
    pub path: Vec<Segment>,
    /// What is wrong, without the value.
    pub message: &'static str,
}

/// A step of an [`Issue`]'s path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Segment {
    /// A field.
    Name(String),
    /// An element of an array, from 0.
    Index(u32),
}

/// A failed call, as it becomes a `BigCommerceAuthError`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The kind of failure.
    pub code: Code,
    /// One sentence for developers.
    pub message: String,
    /// The config's problems, of [`Code::Config`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Issue>,
    /// What the browser rejected with, of [`Code::Network`], or the signal's reason.
    #[serde(
        skip_serializing_if = "JsValue::is_undefined",
        serialize_with = "serde_wasm_bindgen::preserve::serialize"
    )]
    pub cause: JsValue,
    /// The answer's status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What the service's support asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What BigCommerce said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_message: Option<String>,
    /// Seconds to wait before another try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<f64>,
}

impl Failure {
    /// A failure with nothing but a code and a sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            issues: Vec::new(),
            cause: JsValue::UNDEFINED,
            status: None,
            request_id: None,
            provider_message: None,
            retry_after: None,
        }
    }

    /// The config's problems, all of them.
    pub fn config(issues: Vec<Issue>) -> Self {
        let mut message = String::from("The config is not usable");
        for (at, issue) in issues.iter().enumerate() {
            message.push_str(if at == 0 { ": " } else { "; " });
            for (at, segment) in issue.path.iter().enumerate() {
                match segment {
                    Segment::Name(name) if at == 0 => message.push_str(name),
                    Segment::Name(name) => message.push_str(&format!(".{name}")),
                    Segment::Index(index) => message.push_str(&format!("[{index}]")),
                }
            }
            message.push_str(if issue.path.is_empty() { "" } else { ": " });
            message.push_str(issue.message.strip_suffix('.').unwrap_or(issue.message));
        }
        message.push('.');
        Self {
            issues,
            ..Self::new(Code::Config, redacted(&message, &[], MAX_MESSAGE))
        }
    }

    /// No whole answer: `cause` is what the browser says of it.
    pub fn network(cause: JsValue) -> Self {
        let message = "No whole answer came from Cloud Elements: the network failed, the answer was cut or a redirect, or CORS does not allow this origin.";
        Self {
            cause,
            ..Self::new(Code::Network, message)
        }
    }

    /// Aborted for `reason` before the next request.
    pub fn aborted(reason: JsValue) -> Self {
        Self {
            cause: reason,
            ..Self::new(Code::Aborted, "The call was aborted by its signal.")
        }
    }

    /// The plain object that the package's JavaScript makes its error of.
    pub fn into_js(self) -> JsValue {
        serde_wasm_bindgen::to_value(&self).unwrap_or_else(JsValue::from)
    }
}
