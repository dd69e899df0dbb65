//! From a response of the service to an instance, or to why there is none.

use js_sys::{Array, JsString, Object};
use wasm_bindgen::prelude::*;

use crate::config::is_id;
use crate::failure::{Failure, MAX_MESSAGE};
use crate::idempotency::{Outcome, Request};
use crate::request::Service;
use crate::rules::redaction::redact;
use crate::rules::text::{concat, cut, is_reserved, trim};

/// Longest `requestId`, in UTF-16 code units.
const MAX_REQUEST_ID: usize = 200;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn parse_json(text: &JsString) -> Result<JsValue, JsValue>;

    /// An object of JSON's, whose members can be read without a throw.
    type Json;
    #[wasm_bindgen(method, structural, indexing_getter)]
    fn get(this: &Json, name: &str) -> JsValue;
    #[wasm_bindgen(method, structural, indexing_setter)]
    fn set(this: &Json, name: &str, value: &JsValue);
}

/// What a response says.
pub enum Content {
    /// The instance that was asked for.
    Instance(JsValue),
    /// That there is no such instance yet.
    Nothing,
    /// An error, or a body that is no instance.
    Failure {
        /// Why.
        failure: Failure,
        /// What the plan has to know of it.
        outcome: Outcome,
        /// Whether the handler says that nothing was created.
        has_created_nothing: bool,
    },
}

/// Who answered.
#[derive(Clone, Copy, PartialEq)]
enum Source {
    /// Cloud Elements, directly or through the handler.
    Service,
    /// The handler itself.
    Handler,
    /// A server at `baseUrl` that does not say.
    Unmarked,
}

/// A response that was read to its end, or to where it cannot be read.
pub struct Response {
    status: u16,
    /// The seconds of the `Retry-After` header.
    retry_after: Option<f64>,
    /// The body; absent if it is too long or broke off.
    text: Option<JsString>,
    /// The body as JSON, undefined if it is none.
    json: JsValue,
}

impl Response {
    /// A response with this body, absent if it was not read to its end.
    pub fn new(status: u16, retry_after: Option<f64>, text: Option<JsString>) -> Self {
        // The parser's error is dropped, because it quotes the body.
        let json = text.as_ref().and_then(|text| parse_json(text).ok());
        Self {
            status,
            retry_after,
            text,
            json: json.unwrap_or_default(),
        }
    }

    /// What this response to `request` says.
    pub fn read(&self, request: Request, service: &Service) -> Content {
        let source = self.source(service);
        let read = match (request, &service.tag) {
            (Request::Find, Some(tag)) => self.tagged(tag, source),
            _ => self.instance().map(Some),
        };
        match read {
            Some(Some(instance)) => Content::Instance(instance),
            Some(None) => Content::Nothing,
            None => {
                let (failure, outcome) = self.failure(request, source, service);
                let has_created_nothing = request == Request::Create
                    && !service.is_direct()
                    && source != Source::Unmarked
                    && object(&self.json).is_some_and(|json| json.get("created") == JsValue::FALSE);
                let outcome = match outcome {
                    // A rate limit is over after a while.
                    Outcome::Error { status, .. } if has_created_nothing && status != 429 => {
                        Outcome::Final
                    }
                    outcome => outcome,
                };
                Content::Failure {
                    failure,
                    outcome,
                    has_created_nothing,
                }
            }
        }
    }

    fn instance(&self) -> Option<JsValue> {
        instance(object(&self.json)?).filter(|_| is_success(self.status))
    }

    /// Of a list of instances the newest that carries `tag`: if there are several, the responses to
    /// the `POST`s of the others were lost. `Some(None)` if there is none, `None` if that is unknown.
    ///
    /// Only entries that themselves carry the tag count: a service or proxy that ignores the filter
    /// must not hand out somebody else's instance.
    fn tagged(&self, tag: &str, source: Source) -> Option<Option<JsValue>> {
        if self.status == 404 && source != Source::Handler {
            return self.is_not_found().then_some(None);
        }
        let list: &Array = self.json.dyn_ref().filter(|_| is_success(self.status))?;
        let mut is_tagged = false;
        let mut newest = None;
        let mut newest_id = 0.0;
        for entry in list.iter() {
            let Some(entry) = object(&entry).filter(|entry| has_tag(entry, tag)) else {
                continue;
            };
            is_tagged = true;
            let id = entry.get("id").as_f64().unwrap_or_default();
            if let Some(instance) = instance(entry).filter(|_| id > newest_id) {
                newest = Some(instance);
                newest_id = id;
            }
        }
        (!is_tagged || newest.is_some()).then_some(newest)
    }

    /// Whether a 404 is the service's own, by which it says that it found nothing. HTML is a web
    /// server's page.
    fn is_not_found(&self) -> bool {
        let text = self.text.as_ref().map(String::from);
        text.is_some_and(|text| !trim(&text).starts_with("<"))
    }

    fn source(&self, service: &Service) -> Source {
        // Where the page holds the secrets, there is no handler.
        if service.is_direct() {
            return Source::Service;
        }
        match self.text_member("source").as_deref() {
            Some("handler") => Source::Handler,
            Some("service") => Source::Service,
            _ => Source::Unmarked,
        }
    }

    /// A member of the body, if that is text.
    fn text_member(&self, name: &str) -> Option<String> {
        object(&self.json)?.get(name).as_string()
    }

    /// Whose fault it is, and what; secrets are taken out of what the service says.
    fn failure(&self, request: Request, source: Source, service: &Service) -> (Failure, Outcome) {
        let status = self.status;
        let who = match source {
            Source::Service => "Cloud Elements",
            Source::Handler => "The handler",
            Source::Unmarked => "The server at baseUrl",
        };
        let answered = concat(&[who, " answered ", &u64::from(status).to_string()]);
        let code = match status {
            200..=299 => {
                let message = concat(&[&answered, " without an instance that has id and token."]);
                return (unusable(status, &message), Outcome::Unreadable);
            }
            400..=599 => self.code(request, source),
            _ => {
                let message = concat(&[&answered, ", which was not expected."]);
                return (unusable(status, &message), Outcome::Unreadable);
            }
        };
        let mut secrets: Vec<String> = service.secrets.iter().map(String::from).collect();
        secrets.extend(self.text_member("token"));
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let redacted = |name, max| redact(&self.text_member(name)?, &secrets, max);
        let message = match redacted("message", usize::MAX).as_deref() {
            None | Some("") => concat(&[&answered, "."]),
            Some(text) => concat(&[&answered, ": ", text]),
        };
        let failure =
            Failure::new(code, cut(&message, MAX_MESSAGE)).with("status", f64::from(status));
        if code == "ERR_HANDLER" {
            return (failure, Outcome::Final);
        }
        let retry_after = self.retry_after;
        let failure = failure
            .with_some("requestId", redacted("requestId", MAX_REQUEST_ID))
            .with_some("providerMessage", redacted("providerMessage", MAX_MESSAGE))
            .with_some(
                "retryAfter",
                retry_after.filter(|_| status == 429 || status >= 500),
            );
        let outcome = match (request, status) {
            (Request::Find, 404) => Outcome::Unreadable,
            _ => Outcome::Error {
                status,
                retry_after,
                is_marked: source != Source::Unmarked && !service.is_direct(),
            },
        };
        (failure, outcome)
    }

    /// The code of an error by its status, as far as that tells.
    fn code(&self, request: Request, source: Source) -> &'static str {
        match (source, self.status) {
            (Source::Handler, 401) => "ERR_UNAUTHORIZED",
            (Source::Handler, 404) if matches!(request, Request::Update(_)) => "ERR_NOT_FOUND",
            (Source::Handler, 408 | 502 | 504) => "ERR_SERVER",
            (Source::Handler, _) => "ERR_HANDLER",
            // Of a body parser, a firewall or a framework, unless only the service can say this.
            (Source::Unmarked, 400 | 405 | 413 | 415)
                if self
                    .text_member("requestId")
                    .or_else(|| self.text_member("providerMessage"))
                    .is_none() =>
            {
                "ERR_HANDLER"
            }
            (_, 401) => "ERR_UNAUTHORIZED",
            (_, 403) => "ERR_FORBIDDEN",
            (_, 404) => "ERR_NOT_FOUND",
            (_, 409) => "ERR_CONFLICT",
            (_, 429) => "ERR_RATE_LIMITED",
            (_, 400..=499) => "ERR_REJECTED",
            _ => "ERR_SERVER",
        }
    }
}

fn unusable(status: u16, message: &str) -> Failure {
    Failure::new("ERR_RESPONSE", message).with("status", f64::from(status))
}

/// Whether the status says that the request has succeeded.
pub fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// The instance that `body` describes; nothing else of it is passed on, because it may hold the
/// credentials. Its members stay in JavaScript, the token among them.
fn instance(body: &Json) -> Option<JsValue> {
    let instance: Json = Object::new().unchecked_into();
    let take = |name, is_usable: fn(&JsValue) -> bool| {
        let value = body.get(name);
        let is_usable = is_usable(&value);
        if is_usable {
            instance.set(name, &value);
        }
        is_usable
    };
    let is_whole = take("id", |id| id.as_f64().is_some_and(is_id))
        & take("token", |token| {
            token.is_string() && *token != JsValue::from_str("")
        });
    take("name", JsValue::is_string);
    if let Some(tags) = own_tags(body) {
        instance.set("tags", &tags);
    }
    take("valid", |valid| valid.as_bool().is_some());
    is_whole.then(|| instance.into())
}

/// The tags that are not the package's own, if they are nothing but texts.
fn own_tags(body: &Json) -> Option<Array> {
    let own = Array::new();
    for tag in tags(body)? {
        if !is_reserved(&tag.as_string()?) {
            own.push(&tag);
        }
    }
    Some(own)
}

fn has_tag(entry: &Json, tag: &str) -> bool {
    tags(entry).is_some_and(|tags| tags.into_iter().any(|own| own == JsValue::from_str(tag)))
}

fn tags(body: &Json) -> Option<Array> {
    body.get("tags").dyn_into().ok()
}

fn object(value: &JsValue) -> Option<&Json> {
    value.is_object().then(|| value.unchecked_ref())
}
