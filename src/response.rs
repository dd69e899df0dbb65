//! From an answer to the instance, or to why there is none.

use crate::config::is_id;
use crate::error::{Code, Failure, MAX_MESSAGE, answered};
use crate::redaction::redacted;
use crate::text::{self, concat};
use crate::value::Object;

/// Longest `requestId`, in UTF-16 code units.
const MAX_REQUEST_ID: usize = 200;

/// A body, as far as it is usable.
pub enum Content<'a> {
    /// No JSON, too long, broken off, or neither of the following.
    Unusable,
    /// A JSON object.
    Object(Box<Body>),
    /// A JSON array; what is no object in it counts as an empty one.
    List(&'a mut dyn Iterator<Item = Box<Body>>),
}

/// The members of a body that mean something here; absent where missing or of another type.
#[derive(Debug, Default)]
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

/// The instance that a body describes: all of the answer that is passed on, as the rest may hold the
/// credentials.
impl From<Box<Body>> for Object {
    fn from(body: Box<Body>) -> Self {
        let mut object = Self::default();
        object.set_some("id", body.id);
        object.set_some("token", body.token);
        object.set_some("name", body.name);
        object.set_some("tags", body.has_usable_tags.then_some(body.tags));
        object.set_some("valid", body.valid);
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
) -> Result<Option<Box<Body>>, Failure> {
    if !matches!(status, 200..=299) {
        return Err(failure(status, retry_after, content, secrets));
    }
    let mut newest: Option<Box<Body>> = None;
    match (content, tag) {
        (Content::Object(body), None) => newest = Some(body),
        (Content::List(bodies), Some(tag)) => {
            for body in bodies.filter(|body| body.tags.iter().any(|own| own == tag)) {
                if newest.as_ref().is_none_or(|newest| body.is_newer(newest)) {
                    newest = Some(body);
                }
            }
            if newest.is_none() {
                return Ok(None);
            }
        }
        _ => {}
    }
    if let Some(mut instance) = newest.filter(|body| body.is_instance()) {
        instance.tags.retain(|tag| !text::is_reserved(tag));
        return Ok(Some(instance));
    }
    Err(Failure::response(
        status,
        " without an instance that has id and token.",
    ))
}

/// Why an answer, whose status is no success, is none to go on with.
fn failure(
    status: u16,
    retry_after: Option<f64>,
    content: Content<'_>,
    secrets: &[String],
) -> Failure {
    let code = match status {
        401 => Code::Unauthorized,
        403 => Code::Forbidden,
        404 => Code::NotFound,
        409 => Code::Conflict,
        429 => Code::RateLimited,
        400..=499 => Code::Rejected,
        500..=599 => Code::Server,
        _ => return Failure::response(status, "."),
    };
    let body = match content {
        Content::Object(body) => body,
        _ => Box::default(),
    };
    let message = match &body.message {
        Some(message) => answered(status, &concat(&[": ", message])),
        None => answered(status, "."),
    };
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

impl Body {
    /// Whether it has a positive safe integer for an id, and a token.
    fn is_instance(&self) -> bool {
        self.id.is_some_and(is_id) && self.token.as_ref().is_some_and(|token| !token.is_empty())
    }

    fn is_newer(&self, other: &Self) -> bool {
        self.is_instance() && (!other.is_instance() || self.id > other.id)
    }
}
