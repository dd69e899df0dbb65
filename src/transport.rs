//! The way to the service: the one place that touches fetch.

use gloo_net::http::Headers;
use js_sys::{JSON, JsString, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, RequestInit};

use crate::body::instance_body;
use crate::config::Config;
use crate::idempotency::Request;
use crate::text::{concat, decimal};
use crate::value::Object;

#[wasm_bindgen]
extern "C" {
    // The global one, so that it works in pages, workers and Node. Not gloo-net's `send`, which
    // panics where the promise is rejected with something that is no Error, nor its builder, which
    // makes two `Request` objects for each request (0.1 ms in Node, measured).
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &RequestInit) -> Result<Promise, JsValue>;
}

/// The service, as one attempt talks to it. Two are equal where they would send the same.
///
/// The secrets are kept as JavaScript strings, like all that holds them: while an answer is
/// awaited, the wasm memory holds no copy of them.
#[derive(PartialEq)]
pub struct Service {
    base_url: String,
    authorization: Option<JsString>,
    body: JsString,
    /// Of an instance that is to be found again.
    tag: Option<String>,
}

impl Service {
    /// The service that `config` names, and what it is to be sent.
    ///
    /// # Errors
    /// Where the platform cannot make JSON of it.
    pub fn new(config: Config) -> Result<Self, JsValue> {
        Ok(Self {
            authorization: config.authorization().map(JsString::from),
            base_url: config.base_url.clone(),
            tag: config.key_tag(),
            body: JSON::stringify(&instance_body(config).to_js()?)?,
        })
    }

    /// Sends `request`; the promise comes to a `Response`.
    ///
    /// # Errors
    /// What a fetch throws that a page has put in the place of the platform's.
    pub fn send(&self, request: Request, signal: &AbortSignal) -> Result<Promise, JsValue> {
        let base_url = &*self.base_url;
        let (method, url) = match request {
            Request::Create => ("POST", concat(&[base_url, "/instances"])),
            Request::Update(id) => {
                // Exact, as ids are safe integers.
                let id = decimal(id as u64);
                ("PUT", concat(&[base_url, "/instances/", &id]))
            }
            Request::Find => {
                // Of characters that stand for themselves in a query.
                let tag = self.tag.as_deref().unwrap_or_default();
                ("GET", concat(&[base_url, "/instances?tags%5B%5D=", tag]))
            }
        };
        let headers = Headers::new();
        let mut init = Object::default();
        init.set("method", method);
        init.set("cache", "no-store");
        // Bodies hold credentials, which must not go where a redirect points.
        init.set("redirect", "error");
        init.set("referrerPolicy", "no-referrer");
        init.set(
            "credentials",
            match &self.authorization {
                Some(authorization) => {
                    headers.set("authorization", &String::from(authorization));
                    "omit"
                }
                None => "same-origin",
            },
        );
        let init: RequestInit = init.to_js()?.unchecked_into();
        if request != Request::Find {
            headers.set("content-type", "application/json");
            init.set_body(&self.body);
        }
        init.set_headers(&headers.into_raw());
        init.set_signal(Some(signal));
        fetch(&url, &init)
    }
}
