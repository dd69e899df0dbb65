//! The service, and what a call sends it.

use js_sys::JsString;
use wasm_bindgen::JsValue;

use crate::config::{Config, Credentials};
use crate::failure::Failure;
use crate::fate::Code;
use crate::issues::{Issue, IssueCode, Issues};
use crate::json::Object;

/// Longest body that is sent, in bytes.
const MAX_BODY: usize = 64 * 1024;

const TOO_LARGE: &Issue = &Issue {
    code: IssueCode::TooLarge,
    message: "Is too large: at most 65536 bytes as JSON.",
    params: &[("max", 65_536.0)],
};

/// The service, as one call talks to it.
///
/// The secrets are kept as JavaScript strings, like all that holds them: while a response is
/// awaited, the module's memory holds no copy of them.
pub struct Service {
    /// Where requests go, without a slash at the end.
    pub base_url: String,
    /// Whether requests go to the service itself, and not to a handler that adds the secrets.
    pub is_direct: bool,
    /// The value of the `authorization` header.
    pub authorization: Option<JsString>,
    /// The body of `POST` and `PUT`.
    pub body: JsString,
    /// The tag of an instance that is to be found again.
    pub tag: Option<String>,
    /// What the service may repeat and no error must.
    pub secrets: Vec<JsString>,
}

impl Service {
    /// The service that `config` names, and what it is sent.
    ///
    /// # Errors
    /// If the body is too large.
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

    /// Why there is no whole response; `cause` is what the platform says of it.
    pub fn no_response(&self, cause: &JsValue) -> Failure {
        let message = if self.is_direct {
            "No whole response came from the service: the network failed, the response broke off, or CORS does not allow this origin."
        } else {
            "No whole response came from the server at baseUrl: the network failed, the response broke off, or CORS does not allow this origin."
        };
        Failure::new(Code::Network, message).caused_by(cause)
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
