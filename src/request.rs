//! What is sent to the service, and the one place that calls fetch.

use gloo_net::http::Headers;
use js_sys::{JSON, JsString, Object as JsObject};
use wasm_bindgen::prelude::*;
use web_sys::{
    AbortSignal, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestRedirect,
};

use crate::config::{Config, Credentials, Issues};
use crate::failure::Failure;
use crate::idempotency::Request;
use crate::json::Object;
use crate::rules::text::concat;

#[wasm_bindgen]
extern "C" {
    // The global one, so that it works in pages, workers and Node. Not gloo-net's `send`, which
    // panics where the promise is rejected with something that is no Error, nor its builder, which
    // makes two `Request` objects for each request.
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;
}

/// Longest body that is sent, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// The service, as one attempt talks to it.
///
/// The secrets are kept as JavaScript strings, like all that holds them: while a response is
/// awaited, the module's memory holds no copy of them.
pub struct Service {
    base_url: String,
    authorization: Option<JsString>,
    body: JsString,
    /// The tag of an instance that is to be found again.
    pub tag: Option<String>,
    /// What the service may repeat and no error must.
    pub secrets: Vec<JsString>,
}

/// Two are equal if they would send the same.
impl PartialEq for Service {
    fn eq(&self, other: &Self) -> bool {
        self.base_url == other.base_url
            && self.authorization == other.authorization
            && self.body == other.body
    }
}

impl Service {
    /// Whether requests go to the service itself, and not to a handler that adds the secrets.
    pub fn is_direct(&self) -> bool {
        self.authorization.is_some()
    }

    /// Why there is no whole response; `cause` is what the platform says of it.
    pub fn no_response(&self, cause: &JsValue) -> Failure {
        let message = if self.is_direct() {
            "No whole response came from Cloud Elements: the network failed, the response broke off or is a redirect, or CORS does not allow this origin."
        } else {
            "No whole response came from the server at baseUrl: the network failed, the response broke off or is a redirect, or CORS does not allow this origin."
        };
        Failure::new("ERR_NETWORK", message).caused_by(cause)
    }

    /// The service that `config` names, and what it is sent.
    ///
    /// # Errors
    /// A [`Failure`] as JavaScript gets it if the body is too large, and what the platform throws if
    /// it cannot make JSON of it.
    pub fn new(config: Config) -> Result<Self, JsValue> {
        let service = Self {
            authorization: config.authorization().map(JsString::from),
            base_url: config.base_url.clone(),
            tag: config.key_tag(),
            secrets: config.secrets().map(JsString::from).collect(),
            body: JSON::stringify(&body(config).to_js()?)?,
        };
        if String::from(&service.body).len() > MAX_BODY {
            let mut issues = Issues::default();
            issues.push(&[], None, "Is too large: at most 64 KiB as JSON.");
            return Err(Failure::config(issues).into());
        }
        Ok(service)
    }

    /// Sends `request`; gives the promise of a response.
    ///
    /// # Errors
    /// What a fetch throws that a page has put in the place of the platform's.
    pub fn send(&self, request: Request, signal: &AbortSignal) -> Result<JsValue, JsValue> {
        let base_url = &*self.base_url;
        let (method, url) = match request {
            Request::Create => ("POST", concat(&[base_url, "/instances"])),
            Request::Update(id) => {
                // Exact, as ids are safe integers.
                let id = (id as u64).to_string();
                ("PUT", concat(&[base_url, "/instances/", &id]))
            }
            Request::Find => {
                // Of characters that stand for themselves in a query.
                let tag = self.tag.as_deref().unwrap_or_default();
                ("GET", concat(&[base_url, "/instances?tags%5B%5D=", tag]))
            }
        };
        let headers = Headers::new();
        // Without a prototype, which a page's scripts could have added settings to.
        let init: RequestInit =
            JsObject::<JsValue>::create(JsValue::NULL.unchecked_ref()).unchecked_into();
        init.set_method(method);
        init.set_cache(RequestCache::NoStore);
        // Bodies hold credentials, which must not go where a redirect points.
        init.set_redirect(RequestRedirect::Error);
        init.set_referrer_policy(ReferrerPolicy::NoReferrer);
        init.set_credentials(match &self.authorization {
            Some(authorization) => {
                headers.set("authorization", &String::from(authorization));
                RequestCredentials::Omit
            }
            None => RequestCredentials::SameOrigin,
        });
        if request != Request::Find {
            headers.set("content-type", "application/json");
            init.set_body(&self.body);
        }
        init.set_headers(&headers.into_raw());
        init.set_signal(Some(signal));
        fetch(&url, &init)
    }
}

/// The body of `POST /instances` and `PUT /instances/{id}`.
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
        Credentials::StoreLevel {
            client_id,
            client_secret,
        } => {
            configuration.set("authentication.type", "custom");
            configuration.set("oauth.api.key", client_id);
            configuration.set_some("oauth.api.secret", client_secret);
        }
    }
    configuration.set("store.url", config.store_url);
    if let Some(events) = config.events {
        configuration.extend(events.settings);
        configuration.set_some("event.notification.signature.key", events.signature_key);
    }
    let mut tags = config.tags;
    if let Some(tag) = tag {
        // In front: a service that keeps only so many tags drops the last.
        tags.get_or_insert_default().insert(0, tag);
    }
    let mut body = Object::default();
    body.set("element", element);
    body.set("configuration", configuration);
    body.set_some("tags", tags);
    body.set("name", config.name);
    body
}
