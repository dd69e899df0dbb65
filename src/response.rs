//! From an answer to the instance, or to why there is none.

use crate::config::is_id;
use crate::error::{Code, Failure, MAX_MESSAGE};
use crate::redaction::redacted;
use crate::text::{self, concat, decimal};
use crate::value::Object;

/// Longest `requestId`, in UTF-16 code units.
const MAX_REQUEST_ID: usize = 200;

/// A body, as far as it is usable.
pub enum Content<'a> {
    /// No JSON, too long, broken off, or neither of the following.
    Unusable,
    /// A JSON object.
    Object(Body),
    /// A JSON array; what is no object in it counts as an empty one.
    List(&'a mut dyn Iterator<Item = Body>),
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
    /// Its tags, as far as they are texts.
    pub tags: Vec<String>,
    /// Whether there is a list of tags, with nothing but texts in it.
    pub has_usable_tags: bool,
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
#[derive(Debug)]
pub struct Instance {
    /// A positive safe integer.
    pub id: f64,
    /// Opens the instance in later calls; not empty.
    pub token: String,
    /// The name as the service keeps it.
    pub name: Option<String>,
    /// The tags, without those that the package sets for itself.
    pub tags: Option<Vec<String>>,
    /// The service's own word.
    pub valid: Option<bool>,
}

impl From<Instance> for Object {
    fn from(instance: Instance) -> Self {
        let mut object = Self::default();
        object.set("id", instance.id);
        object.set("token", instance.token);
        object.set_some("name", instance.name);
        object.set_some("tags", instance.tags);
        object.set_some("valid", instance.valid);
        object
    }
}

/// The instance in an answer or, where a list of those with `tag` was asked for, the newest of
/// them, if any; `secrets` are taken out of what the service says.
///
/// Entries that do not carry the tag do not count: a service that ignores the filter must not hand
/// out somebody else's. Of several, the newest is it: its answer is the one that may have been seen.
///
/// # Errors
/// Every answer but a 2xx with what was asked for.
pub fn judge(
    status: u16,
    retry_after: Option<f64>,
    content: Content<'_>,
    tag: Option<&str>,
    secrets: &[String],
) -> Result<Option<Instance>, Failure> {
    if !matches!(status, 200..=299) {
        return Err(failure(status, retry_after, content, secrets));
    }
    let mut newest: Option<Instance> = None;
    match (content, tag) {
        (Content::Object(body), None) => newest = body.instance(),
        (Content::List(bodies), Some(tag)) => {
            let mut is_empty = true;
            for body in bodies.filter(|body| body.tags.iter().any(|own| own == tag)) {
                is_empty = false;
                let instance = body.instance();
                if instance.as_ref().map(|instance| instance.id)
                    > newest.as_ref().map(|newest| newest.id)
                {
                    newest = instance;
                }
            }
            if is_empty {
                return Ok(None);
            }
        }
        _ => {}
    }
    newest.map(Some).ok_or_else(|| Failure {
        status: Some(status),
        ..Failure::new(
            Code::Response,
            said(
                "The answer holds no instance with id and token",
                status,
                None,
            ),
        )
    })
}

/// Why an answer, whose status is no success, is none to go on with.
fn failure(
    status: u16,
    retry_after: Option<f64>,
    content: Content<'_>,
    secrets: &[String],
) -> Failure {
    let body = match content {
        Content::Object(body) => body,
        _ => Body::default(),
    };
    let (code, reason) = match status {
        401 => (Code::Unauthorized, "The call is not authorized"),
        403 => (Code::Forbidden, "The call is forbidden"),
        404 => (Code::NotFound, "There is no such resource"),
        409 => (Code::Conflict, "The instance is in conflict with another"),
        429 => (Code::RateLimited, "There were too many calls"),
        400..=499 => (Code::Rejected, "The connection was refused"),
        500..=599 => (Code::Server, "The service failed"),
        _ => {
            let message = said("This answer was not expected", status, None);
            return Failure {
                status: Some(status),
                ..Failure::new(Code::Response, message)
            };
        }
    };
    let message = said(reason, status, body.message.as_deref());
    Failure {
        code,
        message: redacted(&message, secrets, MAX_MESSAGE),
        status: Some(status),
        request_id: body
            .request_id
            .map(|id| redacted(&id, secrets, MAX_REQUEST_ID)),
        provider_message: body
            .provider_message
            .map(|text| redacted(&text, secrets, MAX_MESSAGE)),
        retry_after: retry_after.filter(|_| matches!(code, Code::RateLimited | Code::Server)),
    }
}

/// One sentence: `reason (status): message`.
fn said(reason: &str, status: u16, message: Option<&str>) -> String {
    let status = decimal(status.into());
    match message {
        Some(message) => concat(&[reason, " (", &status, "): ", message]),
        None => concat(&[reason, " (", &status, ")."]),
    }
}

impl Body {
    fn instance(self) -> Option<Instance> {
        let mut tags = self.tags;
        tags.retain(|tag| !text::is_reserved(tag));
        Some(Instance {
            id: self.id.filter(|id| is_id(*id))?,
            token: self.token.filter(|token| !token.is_empty())?,
            name: self.name,
            tags: self.has_usable_tags.then_some(tags),
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
    let header = text::trim(header);
    if !header.is_empty() && header.bytes().all(|b| b.is_ascii_digit()) {
        let digits = header.bytes().map(|b| f64::from(b - b'0'));
        let seconds = digits.fold(0.0, |seconds, digit| seconds * 10.0 + digit);
        return Some(seconds.min(f64::MAX));
    }
    // The oldest of the three date formats does not name its zone, which is GMT.
    let zone = if header.ends_with("GMT") { "" } else { " GMT" };
    // Date.parse takes much for a date (-5, say); HTTP's begin with a weekday and name a time.
    let is_date = header.starts_with(|c: char| c.is_ascii_alphabetic())
        && header.bytes().filter(|b| *b == b':').count() == 2;
    let seconds = (parse_date(&concat(&[header, zone])) - now) / 1000.0;
    (is_date && seconds.is_finite()).then(|| seconds.max(0.0))
}
