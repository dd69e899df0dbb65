//! From an answer to the instance, or to why there is none.

use serde::Serialize;

use crate::config::is_id;
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
    /// What came with it.
    pub content: Content,
}

/// A body, as far as it is usable.
pub enum Content {
    /// No JSON, too long, broken off, or neither of the following.
    Unusable,
    /// A JSON object.
    Object(Body),
    /// A JSON array; what is no object in it counts as an empty one.
    Array(Vec<Body>),
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
    /// Its tags; `None` for an entry that is no text.
    pub tags: Option<Vec<Option<String>>>,
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
        match self {
            Self {
                status: 200..=299,
                content: Content::Object(body),
                ..
            } => body.instance().ok_or_else(|| no_instance(self.status)),
            refusal => Err(refusal.failure(redacted)),
        }
    }

    /// The instance that carries `tag`, of the answer to a lookup; `None` where there is none.
    ///
    /// Others in the list do not count: a service that ignores the filter must not hand out
    /// somebody else's. Of several, the newest is it: its answer is the one that may have been seen.
    ///
    /// # Errors
    /// Every answer but a 2xx with a list in which the instance, if there, is usable.
    pub fn tagged_instance(
        self,
        tag: &str,
        redacted: impl Fn(&str, usize) -> String,
    ) -> Result<Option<Instance>, Failure> {
        match self {
            Self {
                status: 200..=299,
                content: Content::Array(bodies),
                ..
            } => {
                let mut tagged = bodies
                    .into_iter()
                    .filter(|body| body.has_tag(tag))
                    .peekable();
                if tagged.peek().is_none() {
                    return Ok(None);
                }
                let newest = tagged
                    .filter_map(Body::instance)
                    .max_by(|a, b| a.id.total_cmp(&b.id));
                newest.map(Some).ok_or_else(|| no_instance(self.status))
            }
            refusal => Err(refusal.failure(redacted)),
        }
    }

    /// Why this answer is none to go on with.
    fn failure(self, redacted: impl Fn(&str, usize) -> String) -> Failure {
        let (code, reason) = match self.status {
            200..=299 => return no_instance(self.status),
            401 => (Code::Unauthorized, "The call is not authorized"),
            403 => (Code::Forbidden, "The call is forbidden"),
            404 => (Code::NotFound, "There is no such resource"),
            409 => (Code::Conflict, "The instance is in conflict with another"),
            429 => (Code::RateLimited, "There were too many calls"),
            400..=499 => (Code::Rejected, "The connection was refused"),
            500..=599 => (Code::Server, "The service failed"),
            status => {
                return Failure {
                    status: Some(status),
                    ..Failure::new(
                        Code::Response,
                        format!("An answer of status {status} was not expected."),
                    )
                };
            }
        };
        let body = match self.content {
            Content::Object(body) => body,
            _ => Body::default(),
        };
        let message = match &body.message {
            Some(message) => format!("{reason} ({}): {message}", self.status),
            None => format!("{reason} ({}).", self.status),
        };
        Failure {
            status: Some(self.status),
            request_id: body.request_id.map(|id| redacted(&id, MAX_REQUEST_ID)),
            provider_message: body
                .provider_message
                .map(|text| redacted(&text, MAX_MESSAGE)),
            retry_after: self
                .retry_after
                .filter(|_| matches!(code, Code::RateLimited | Code::Server)),
            ..Failure::new(code, redacted(&message, MAX_MESSAGE))
        }
    }
}

fn no_instance(status: u16) -> Failure {
    Failure {
        status: Some(status),
        ..Failure::new(
            Code::Response,
            format!("The answer ({status}) holds no instance with id and token."),
        )
    }
}

impl Body {
    fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().flatten().flatten().any(|own| own == tag)
    }

    fn instance(self) -> Option<Instance> {
        let id = self.id.filter(|id| is_id(*id))?;
        let token = self.token.filter(|token| !token.is_empty())?;
        let mut tags: Option<Vec<String>> = self.tags.and_then(|tags| tags.into_iter().collect());
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
pub fn retry_after_seconds(
    header: &str,
    now: f64,
    parse_date: impl Fn(&str) -> f64,
) -> Option<f64> {
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
    // Date.parse takes much for a date (-5, say); HTTP's begin with a weekday and name a time.
    let is_date = header.starts_with(|c: char| c.is_ascii_alphabetic())
        && header.bytes().filter(|b| *b == b':').count() == 2;
    let seconds = (parse_date(&date) - now) / 1000.0;
    (is_date && seconds.is_finite()).then(|| seconds.max(0.0))
}
