//! The way to the service and back: the one place that touches fetch and the answer's body.

use gloo_net::http::{Method, Request, RequestBuilder, Response};
use js_sys::{Array, Date, JsString, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    ReadableStream, ReadableStreamDefaultReader, ReadableStreamReadResult, ReferrerPolicy,
    RequestCache, RequestCredentials, RequestRedirect, TextDecodeOptions,
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
    // The global one, so that it works in pages, workers and Node. Awaited here and not in
    // gloo-net, whose `send` panics where the promise is rejected with something that is no Error.
    #[wasm_bindgen(catch)]
    fn fetch(request: &web_sys::Request) -> Result<JsValue, JsValue>;

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
        let request = self.request("/instances", attempt).method(Method::POST);
        let may_have_created = attempt.may_have_created();
        let request = with_body(request, body)?;
        let response = send(request, attempt, || attempt.set_may_have_created(true)).await?;
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
        let request = self.request(&path, attempt).method(Method::PUT);
        answer(send(with_body(request, body)?, attempt, || {}).await?).await
    }

    /// Lists the instances that carry `tag`.
    ///
    /// # Errors
    /// As with [`Service::post`].
    pub async fn find(&self, tag: &str, attempt: &Attempt) -> Result<Answer, Failure> {
        let request = self.request("/instances", attempt).query([("tags[]", tag)]);
        let request = request.build().map_err(not_sent)?;
        answer(send(request, attempt, || {}).await?).await
    }

    fn request(&self, path: &str, attempt: &Attempt) -> RequestBuilder {
        let request = RequestBuilder::new(&format!("{}{path}", self.base_url))
            .cache(RequestCache::NoStore)
            // Bodies hold credentials, which must not go where a redirect points.
            .redirect(RequestRedirect::Error)
            .referrer_policy(ReferrerPolicy::NoReferrer)
            .abort_signal(Some(&attempt.signal()));
        match &self.authorization {
            Some(authorization) => request
                .credentials(RequestCredentials::Omit)
                .header("authorization", &String::from(authorization)),
            None => request.credentials(RequestCredentials::SameOrigin),
        }
    }
}

fn with_body(request: RequestBuilder, body: &JsString) -> Result<Request, Failure> {
    request
        .header("content-type", "application/json")
        .body(body)
        .map_err(not_sent)
}

fn not_sent(error: gloo_net::Error) -> Failure {
    Failure::network(JsError::from(error).into())
}

/// Sends `request` unless nobody waits for it any more; `on_send` is called in between.
async fn send(
    request: Request,
    attempt: &Attempt,
    on_send: impl FnOnce(),
) -> Result<Response, Failure> {
    let signal = attempt.signal();
    if signal.aborted() {
        return Err(Failure::aborted(signal.reason()));
    }
    on_send();
    // What a page puts in fetch's place need not return a promise, nor that come to a response.
    let response = match fetch(&request.into()) {
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
    let retry_after = response.headers().get("retry-after");
    Ok(Answer {
        status: response.status(),
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
        tags.map(|tag| js_value::text(&tag).ok()).collect()
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
