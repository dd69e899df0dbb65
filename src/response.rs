//! From an answer to the instance, or to why there is none.

use serde::Serialize;

use crate::error::{Code, Failure, MAX_MESSAGE};
use crate::text;

/// Longest `requestId`, in UTF-16 code units.
const MAX_REQUEST_ID: usize = 200;

/// What the service said, as far as anybody looks at it.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Seconds, of the `Retry-After` header.
    pub retry_after: Option<f64>,
    /// The body's members, where it is a JSON object.
    pub body: Option<Body>,
}

/// The members of a body that mean something here; absent where missing or of another type.
#[derive(Default)]
pub struct Body {
    /// The instance's id.
    pub id: Option<f64>,
    /// Its token.
    pub token: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// Its tags.
    pub tags: Option<Vec<String>>,
    /// Whether the service holds the connection to be usable.
    pub valid: Option<bool>,
    /// An error's text.
    pub message: Option<String>,
    /// What the service's support asks for.
    pub request_id: Option<String>,
    /// What BigCommerce said.
    pub provider_message: Option<String>,
}

/// A connected store: all of the answer that is passed on, as the rest may hold the credentials.
#[derive(Debug, Serialize)]
pub struct Instance {
    /// A positive safe integer.
    pub id: f64,
    /// Opens the instance in later calls; not empty.
    pub token: String,
    /// The name as the service keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The tags, without those that the package sets for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// The service's own word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
}

impl Answer {
    /// The instance in the answer; `redacted` takes the secrets out of a text and cuts it.
    ///
    /// # Errors
    /// Every answer but a 2xx with a usable instance.
    pub fn instance(self, redacted: impl Fn(&str, usize) -> String) -> Result<Instance, Failure> {
        let (code, reason) = match self.status {
            200..=299 => {
                return self.body.and_then(Body::instance).ok_or_else(|| Failure {
                    status: Some(self.status),
                    ..Failure::new(
                        Code::Response,
                        format!(
                            "The answer ({}) holds no instance with id and token.",
                            self.status
                        ),
                    )
                });
            }
            401 => (Code::Unauthorized, "The call is not authorized"),
            403 => (Code::Forbidden, "The call is forbidden"),
            404 => (Code::NotFound, "There is no such resource"),
            409 => (Code::Conflict, "The instance is in conflict with another"),
            429 => (Code::RateLimited, "There were too many calls"),
            400..=499 => (Code::Rejected, "The connection was refused"),
            500..=599 => (Code::Server, "The service failed"),
            status => {
                return Err(Failure {
                    status: Some(status),
                    ..Failure::new(
                        Code::Response,
                        format!("An answer of status {status} was not expected."),
                    )
                });
            }
        };
        let body = self.body.unwrap_or_default();
        let message = match &body.message {
            Some(message) => format!("{reason} ({}): {message}", self.status),
            None => format!("{reason} ({}).", self.status),
        };
        Err(Failure {
            status: Some(self.status),
            request_id: body.request_id.map(|id| redacted(&id, MAX_REQUEST_ID)),
            provider_message: body
                .provider_message
                .map(|text| redacted(&text, MAX_MESSAGE)),
            retry_after: self
                .retry_after
                .filter(|_| matches!(code, Code::RateLimited | Code::Server)),
            ..Failure::new(code, redacted(&message, MAX_MESSAGE))
        })
    }
}

impl Body {
    fn instance(self) -> Option<Instance> {
        /// `Number.MAX_SAFE_INTEGER`.
        const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

        let id = self
            .id
            .filter(|id| (1.0..=MAX_SAFE_INTEGER).contains(id) && id.trunc() == *id)?;
        let token = self.token.filter(|token| !token.is_empty())?;
        let mut tags = self.tags;
        if let Some(tags) = &mut tags {
            tags.retain(|tag| !text::is_reserved(tag));
        }
        Some(Instance {
            id,
            token,
            name: self.name,
            tags,
            valid: self.valid,
        })
    }
}

/// The seconds that a `Retry-After` header asks to wait, in either of its
/// [forms](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after), never below 0.
///
/// `now` and what `parse_date` gives are milliseconds since 1970, NaN where it is no date.
pub fn retry_after(header: &str, now: f64, parse_date: impl Fn(&str) -> f64) -> Option<f64> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|b| b.is_ascii_digit()) {
        // Digits that fit no u64 mean: for ever.
        return Some(header.parse().unwrap_or(u64::MAX) as f64);
    }
    // The oldest of the three date formats does not name its zone, which is GMT.
    let date = if header.ends_with("GMT") {
        header.to_owned()
    } else {
        format!("{header} GMT")
    };
    // Date.parse takes much for a date (-5, say), HTTP only what begins with a weekday.
    let is_date = header.starts_with(|c: char| c.is_ascii_alphabetic());
    let seconds = (parse_date(&date) - now) / 1000.0;
    (is_date && seconds.is_finite()).then(|| seconds.max(0.0))
}
