//! The service's JSON: writes the bodies of requests, and reads those of responses.

use js_sys::{Array, JsString, Object as JsObject};
use wasm_bindgen::prelude::*;

use crate::config::{Config, Credentials, is_id};
use crate::failure::Failure;
use crate::issues::{Issue, IssueCode, Issues};
use crate::json::Object;
use crate::plan::{Code, Fate, Outcome, Reply, Request, Sender, fate};
use crate::redact::redact;
use crate::text::{concat, is_reserved, trim};

/// The maximum length of `serviceMessage` and `providerMessage`, in UTF-16 code units.
const MAX_MESSAGE: usize = 500;

/// The maximum length of `requestId`, in UTF-16 code units.
const MAX_REQUEST_ID: usize = 200;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn parse_json(text: &JsString) -> Result<JsValue, JsValue>;

    /// An object from `JSON.parse`, whose members never throw.
    type Json;
    #[wasm_bindgen(method, structural, indexing_getter)]
    fn get(this: &Json, name: &str) -> JsValue;
    #[wasm_bindgen(method, structural, indexing_setter)]
    fn set(this: &Json, name: &str, value: &JsValue);
}

/// The maximum length of a request body, in bytes.
const MAX_BODY: usize = 64 * 1024;

const TOO_LARGE: &Issue = &Issue {
    code: IssueCode::TooLarge,
    message: "Is too large: at most 65536 bytes as JSON.",
    params: &[("max", 65_536.0)],
};

/// The service's address, and what one call sends to it.
///
/// Secrets, and strings that contain them, are JavaScript strings, so that no copy of them is in
/// the module's memory while a response is awaited.
pub struct Service {
    /// The base URL of requests, without a trailing slash.
    pub base_url: String,
    /// Whether requests go to the service itself, not to a handler that adds the secrets.
    pub is_direct: bool,
    /// The value of the `authorization` header.
    pub authorization: Option<JsString>,
    /// The body of `POST` and `PUT` requests.
    pub body: JsString,
    /// The tag with the idempotency key, by which the instance is looked up.
    pub tag: Option<String>,
    /// The secrets to redact from errors: the service may repeat them.
    pub secrets: Vec<JsString>,
}

impl Service {
    /// Converts the config.
    ///
    /// # Errors
    /// Returns a failure if the body is too large.
    pub fn new(config: Config) -> Result<Self, Failure> {
        let is_direct = config.account.is_some();
        let authorization = config.authorization().map(JsString::from);
        let base_url = config.base_url.clone();
        let tag = config.key_tag();
        let secrets = config.secrets().map(JsString::from).collect();
        let body = body(config).to_text();
        if body.len() > MAX_BODY {
            let mut issues = Issues::default();
            issues.push(&[], None, TOO_LARGE);
            return Err(Failure::config(issues));
        }
        Ok(Self {
            base_url,
            is_direct,
            authorization,
            body: body.into(),
            tag,
            secrets,
        })
    }

    /// Creates the failure of an incomplete or missing response. `cause` is the platform's error.
    pub fn no_response(&self, cause: &JsValue) -> Failure {
        let message = if self.is_direct {
            "No complete response from the service: the network failed, the connection was lost, or CORS does not allow this origin."
        } else {
            "No complete response from the server at baseUrl: the network failed, the connection was lost, or CORS does not allow this origin."
        };
        Failure::new(Code::Network, message).caused_by(cause)
    }
}

/// Returns the body of `POST /instances` and `PUT /instances/{id}`.
fn body(config: Config) -> Object {
    let tag = config.key_tag();
    let mut element = Object::default();
    element.set("key", "bigcommerce");
    let mut configuration = Object::default();
    match config.credentials {
        Credentials::Legacy { username, password } => {
            configuration.set("username", username);
            configuration.set("password", password);
        }
        Credentials::StoreLevel { client_id, secret } => {
            configuration.set("authentication.type", "custom");
            configuration.set("oauth.api.key", client_id);
            configuration.set("oauth.api.secret", secret);
        }
    }
    configuration.set("store.url", config.store_url);
    if let Some(events) = config.events {
        configuration.extend(events.settings);
        configuration.set_some("event.notification.signature.key", events.signature_key);
    }
    let mut tags = config.tags;
    if let Some(tag) = tag {
        // First, because a service that limits the number of tags drops the last ones.
        tags.get_or_insert_default().insert(0, tag);
    }
    let mut body = Object::default();
    body.set("element", element);
    body.set("configuration", configuration);
    body.set_some("tags", tags);
    body.set("name", config.name);
    body
}

/// A response, as far as it could be read.
pub struct Response {
    /// The HTTP status; 0 for a redirect, whose status browsers hide.
    pub status: u16,
    /// The value of the `Retry-After` header, in seconds.
    pub retry_after: Option<f64>,
    /// The body; `None` if it is too long or incomplete.
    pub text: Option<JsString>,
}

/// The content of a response.
pub enum Content {
    /// The instance that was asked for.
    Instance(JsValue),
    /// Why there is no instance.
    Failure(Failure, Fate),
}

impl Content {
    /// Returns the content of an incomplete or missing response to `request`.
    pub fn lost(request: Request, failure: Failure) -> Self {
        let fate = Fate {
            code: Code::Network,
            outcome: Outcome::Open { is_likely: false },
            may_have_created: request == Request::Create,
            hint: "",
        };
        Self::Failure(failure, fate)
    }
}

/// Parses the `response` to `request`.
pub fn parse(service: &Service, request: Request, response: &Response) -> Content {
    // The parser's error is dropped, because it quotes the body.
    let json = response
        .text
        .as_ref()
        .and_then(|text| parse_json(text).ok());
    let json = json.unwrap_or_default();
    let found = match (request, &service.tag) {
        _ if !(200..300).contains(&response.status) => None,
        (Request::Find, Some(tag)) => tagged(&json, tag),
        _ => object(&json).and_then(instance).map(Some),
    };
    match found {
        Some(Some(instance)) => Content::Instance(instance),
        Some(None) => {
            let fate = Fate {
                code: Code::NotFound,
                outcome: Outcome::NotFound,
                may_have_created: false,
                hint: "",
            };
            Content::Failure(Failure::new(fate.code, ""), fate)
        }
        None => failure(service, request, response, &json),
    }
}

/// Finds the newest instance with `tag` in a list. If there are several, the responses to the
/// `POST`s of the others were lost. Returns `Some(None)` if there is none, `None` if that is
/// unknown.
///
/// Entries without the tag are ignored: if a service or proxy ignores the filter, the call must not
/// return another user's instance.
fn tagged(json: &JsValue, tag: &str) -> Option<Option<JsValue>> {
    let list: &Array = json.dyn_ref()?;
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

/// Creates the failure of a response, with secrets redacted from its messages.
fn failure(service: &Service, request: Request, response: &Response, json: &JsValue) -> Content {
    let status = response.status;
    let is_direct = service.is_direct;
    let body = object(json);
    let member = |name: &str| body?.get(name).as_string();
    let mark = member("source").filter(|_| !is_direct);
    let has_provider_message = member("providerMessage").is_some();
    let sender = match mark.as_deref() {
        Some("handler") => Sender::Handler,
        Some("service") => Sender::Service,
        _ if has_provider_message || member("requestId").is_some() => Sender::Service,
        _ if is_page(response) => Sender::Page,
        _ => Sender::Unknown,
    };
    let is_marked = matches!(mark.as_deref(), Some("handler" | "service"));
    let reply = Reply {
        status,
        sender,
        is_direct,
        is_object: body.is_some(),
        has_provider_message,
        has_created_nothing: is_marked
            && body.is_some_and(|body| body.get("created") == JsValue::FALSE),
        retry_after: response.retry_after,
    };
    let fate = fate(request, &reply);

    let mut secrets: Vec<String> = service.secrets.iter().map(String::from).collect();
    secrets.extend(member("token"));
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    let redacted = |name, max| redact(&member(name)?, &secrets, max);
    let service_message = match sender {
        Sender::Service if is_marked => redacted("serviceMessage", MAX_MESSAGE),
        Sender::Service => redacted("message", MAX_MESSAGE),
        _ => None,
    };
    let said = match sender {
        Sender::Service => service_message.clone(),
        _ => redacted("message", MAX_MESSAGE),
    };
    let who = match sender {
        Sender::Service => "The service",
        Sender::Handler => "The handler",
        _ if is_direct => "The server at the service's address",
        _ => "The server at baseUrl",
    };
    let failure = Failure::new(
        fate.code,
        &sentence(who, &reply, fate.hint, said.as_deref()),
    )
    .with_some("status", Some(f64::from(status)));
    if matches!(fate.code, Code::Handler | Code::Response) {
        return Content::Failure(failure, fate);
    }
    let is_retryable = matches!(fate.code, Code::RateLimited | Code::Server);
    let failure = failure
        .with_some("requestId", redacted("requestId", MAX_REQUEST_ID))
        .with_some("providerMessage", redacted("providerMessage", MAX_MESSAGE))
        .with_some("serviceMessage", service_message)
        .with_some("retryAfter", reply.retry_after.filter(|_| is_retryable));
    Content::Failure(failure, fate)
}

/// Returns the error's message: who answered what, and what to do about it.
fn sentence(who: &str, reply: &Reply, hint: &str, said: Option<&str>) -> String {
    let status = u64::from(reply.status).to_string();
    let mut sentence = match reply.status {
        0 => concat(&[who, " answered with a redirect"]),
        _ => concat(&[who, " answered ", &status]),
    };
    if reply.sender == Sender::Page {
        sentence.push_str(" with a web page");
    }
    match said {
        Some(said) if hint.is_empty() => sentence.push_str(&concat(&[": ", said])),
        Some(said) => sentence.push_str(&concat(&[". ", hint, " It says: ", said])),
        None if hint.is_empty() => sentence.push('.'),
        None => sentence.push_str(&concat(&[". ", hint])),
    }
    sentence
}

/// Whether the body is a web page.
fn is_page(response: &Response) -> bool {
    let text = response.text.as_ref().map(String::from);
    text.is_some_and(|text| trim(&text).starts_with("<"))
}

/// Reads an instance. Other members of `body` are ignored, because they may contain the
/// credentials. The members, including the token, are not copied into the module's memory.
fn instance(body: &Json) -> Option<JsValue> {
    let instance: Json = JsObject::new().unchecked_into();
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
    for name in ["valid", "disabled"] {
        take(name, |flag| flag.as_bool().is_some());
    }
    is_whole.then(|| instance.into())
}

/// Returns the tags that are not the package's own, if all are strings.
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
    tags(entry).is_some_and(|tags| {
        tags.into_iter()
            .any(|other| other == JsValue::from_str(tag))
    })
}

fn tags(body: &Json) -> Option<Array> {
    body.get("tags").dyn_into().ok()
}

fn object(value: &JsValue) -> Option<&Json> {
    value.is_object().then(|| value.unchecked_ref())
}
