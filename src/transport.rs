//! The way to the service and back: the one place that touches fetch and the answer's body.

use gloo_net::http::{Headers, Response};
use js_sys::{Array, Date, JsString, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    ReadableStream, ReadableStreamDefaultReader, ReadableStreamReadResult, ReferrerPolicy,
    RequestCache, RequestCredentials, RequestInit, RequestRedirect, TextDecodeOptions,
};

use crate::call::Attempt;
use crate::config::Config;
use crate::error::Failure;
use crate::js_value;
use crate::redaction::Secrets;
use crate::request::authorization;
use crate::response::{Answer, Body, Content, retry_after_seconds};

/// Longest body that is read, in bytes after decoding.
const MAX_BODY: u32 = 1024 * 1024;

#[wasm_bindgen]
extern "C" {
    // The global one, so that it works in pages, workers and Node. Not gloo-net's `send`, which
    // panics where the promise is rejected with something that is no Error, nor its builder, which
    // makes two `Request` objects for each request (0.1 ms in Node, measured).
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;

    // These two keep the body among JavaScript's strings; js-sys and web-sys would copy it through
    // the wasm memory.
    #[wasm_bindgen(js_name = TextDecoder)]
    type Decoder;
    #[wasm_bindgen(constructor, js_class = "TextDecoder")]
    fn new() -> Decoder;
    #[wasm_bindgen(method, catch)]
    fn decode(
        this: &Decoder,
        bytes: &JsValue,
        options: &TextDecodeOptions,
    ) -> Result<JsString, JsValue>;
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn parse_json(text: &JsString) -> Result<JsValue, JsValue>;
}

/// The service, as one attempt talks to it.
///
/// Two are equal where they would send the same. Like the bodies, the secrets are kept as
/// JavaScript strings: while an answer is awaited, the wasm memory holds no copy of them.
#[derive(Clone, PartialEq)]
pub struct Service {
    base_url: String,
    authorization: Option<JsString>,
    secrets: Secrets,
}

impl Service {
    /// The service that `config` names, with its secrets.
    pub fn new(config: &Config) -> Self {
        Self {
            base_url: config.base_url.clone(),
            authorization: authorization(config).map(JsString::from),
            secrets: Secrets::new(config.secrets()),
        }
    }

    /// `text` without the secrets, cut at `max` UTF-16 code units.
    pub fn redacted(&self, text: &str, max: usize) -> String {
        self.secrets.redacted(text, max)
    }

    /// Creates an instance.
    ///
    /// # Errors
    /// Where no whole answer comes; an error's status is answer enough without its body.
    pub async fn post(&self, body: &JsString, attempt: &Attempt) -> Result<Answer, Failure> {
        let may_have_created = attempt.may_have_created();
        let response = self.send("POST", "/instances", Some(body), attempt).await?;
        // 408 and 499 say that somebody gave up waiting, not that nothing was done.
        if matches!(response.status(), 400..=407 | 409..=498) {
            attempt.set_may_have_created(may_have_created);
        }
        answer(response).await
    }

    /// Updates the instance `id`.
    ///
    /// # Errors
    /// As with [`Service::post`].
    pub async fn put(
        &self,
        id: f64,
        body: &JsString,
        attempt: &Attempt,
    ) -> Result<Answer, Failure> {
        // Exact, as ids are safe integers; floats cost kilobytes to print.
        let path = format!("/instances/{}", id as u64);
        answer(self.send("PUT", &path, Some(body), attempt).await?).await
    }

    /// Lists the instances that carry `tag`.
    ///
    /// # Errors
    /// As with [`Service::post`].
    pub async fn find(&self, tag: &str, attempt: &Attempt) -> Result<Answer, Failure> {
        let tag = String::from(js_sys::encode_uri_component(tag));
        let path = format!("/instances?tags%5B%5D={tag}");
        answer(self.send("GET", &path, None, attempt).await?).await
    }

    /// Sends a request, unless nobody waits for it any more.
    async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&JsString>,
        attempt: &Attempt,
    ) -> Result<Response, Failure> {
        let signal = attempt.signal();
        if signal.aborted() {
            return Err(Failure::aborted(signal.reason()));
        }
        let url = format!("{}{path}", self.base_url);
        let init = self.init(method, body);
        init.set_signal(Some(&signal));
        if method == "POST" {
            attempt.set_may_have_created(true);
        }
        fetched(&url, &init).await
    }

    fn init(&self, method: &str, body: Option<&JsString>) -> RequestInit {
        let init = RequestInit::new();
        let headers = Headers::new();
        init.set_method(method);
        init.set_cache(RequestCache::NoStore);
        // Bodies hold credentials, which must not go where a redirect points.
        init.set_redirect(RequestRedirect::Error);
        init.set_referrer_policy(ReferrerPolicy::NoReferrer);
        if let Some(body) = body {
            headers.set("content-type", "application/json");
            init.set_body(body);
        }
        init.set_credentials(match &self.authorization {
            Some(authorization) => {
                headers.set("authorization", &String::from(authorization));
                RequestCredentials::Omit
            }
            None => RequestCredentials::SameOrigin,
        });
        init.set_headers(&headers.into_raw());
        init
    }
}

async fn fetched(url: &str, init: &RequestInit) -> Result<Response, Failure> {
    // What a page puts in fetch's place need not return a promise, nor that come to a response.
    let response = match fetch(url, init) {
        Ok(promise) => JsFuture::from(Promise::resolve(&promise)).await,
        Err(error) => Err(error),
    };
    let response = response.map_err(Failure::network)?;
    if !response.is_object() {
        return Err(Failure::network(JsValue::UNDEFINED));
    }
    // Unchecked, because instanceof knows only this realm's Response.
    Ok(response.unchecked_into::<web_sys::Response>().into())
}

async fn answer(response: Response) -> Result<Answer, Failure> {
    let text = match response.body() {
        Some(body) => read(body).await,
        None => Ok(None),
    };
    let text = match text {
        Ok(text) => text,
        Err(error) if response.ok() => return Err(Failure::network(error)),
        Err(_) => None,
    };
    let status = response.status();
    // Not gloo-net's headers, which panic where a page's own fetch gives something without any.
    let headers = web_sys::Response::from(response).headers();
    let retry_after = headers.get("retry-after").ok().flatten();
    Ok(Answer {
        status,
        retry_after: retry_after
            .and_then(|header| retry_after_seconds(&header, Date::now(), Date::parse)),
        content: text.map_or(Content::Unusable, |text| content(&text)),
    })
}

/// The body as text, `None` where it is too long; the rest of such a one is never read.
async fn read(body: ReadableStream) -> Result<Option<JsString>, JsValue> {
    let reader = ReadableStreamDefaultReader::new(&body)?;
    let decoder = Decoder::new();
    let more = TextDecodeOptions::new();
    more.set_stream(true);
    let mut text = JsString::from("");
    let mut length: u32 = 0;
    loop {
        let chunk = JsFuture::from(reader.read()).await?;
        let chunk: ReadableStreamReadResult = chunk.unchecked_into();
        if chunk.get_done() == Some(true) {
            let rest = decoder.decode(&JsValue::UNDEFINED, &TextDecodeOptions::new())?;
            return Ok(Some(text.concat(&rest)));
        }
        let bytes: Uint8Array = chunk.get_value().unchecked_into();
        length = length.saturating_add(bytes.byte_length());
        if length > MAX_BODY {
            let cancelled = reader.cancel();
            spawn_local(async { drop(JsFuture::from(cancelled).await) });
            return Ok(None);
        }
        let part = decoder.decode(&bytes, &more)?;
        text = text.concat(&part);
    }
}

/// The parser's error is dropped, because it quotes the text.
fn content(text: &JsString) -> Content {
    match parse_json(text) {
        Ok(value) if Array::is_array(&value) => {
            let values: &Array = value.unchecked_ref();
            Content::Array(values.iter().map(|value| body(&value)).collect())
        }
        Ok(value) if value.is_object() => Content::Object(body(&value)),
        _ => Content::Unusable,
    }
}

fn body(object: &JsValue) -> Body {
    let value = |name| js_value::property(object, name);
    let string = |name| js_value::text(&value(name)?).ok();
    let strings = |value: JsValue| {
        let tags = value.dyn_ref::<Array>()?.iter();
        Some(tags.map(|tag| js_value::text(&tag).ok()).collect())
    };
    Body {
        id: value("id").and_then(|id| id.as_f64()),
        token: string("token"),
        name: string("name"),
        tags: value("tags").and_then(strings),
        valid: value("valid").and_then(|valid| valid.as_bool()),
        message: string("message"),
        request_id: string("requestId"),
        provider_message: string("providerMessage"),
    }
}
