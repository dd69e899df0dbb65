//! The way to the service and back: the one place that touches fetch and the answer's body.

use gloo_net::http::{Request, Response};
use js_sys::{Array, Date, JSON, JsString, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, ReadableStream, ReadableStreamDefaultReader, ReadableStreamReadResult,
    ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect, TextDecodeOptions,
};

use crate::config::Config;
use crate::error::Failure;
use crate::js_value;
use crate::request::{InstanceBody, authorization};
use crate::response::{Answer, Body, retry_after};

/// Longest body that is read, in bytes after decoding.
const MAX_BODY: u32 = 1024 * 1024;

#[wasm_bindgen]
extern "C" {
    /// What the loader and this module know of one call together.
    pub type Call;

    /// Aborted when the call is over, for whatever reason.
    #[wasm_bindgen(method, getter)]
    fn signal(this: &Call) -> AbortSignal;

    /// Whether an instance may exist because of the call; written here, read by the loader.
    #[wasm_bindgen(method, setter, js_name = mayHaveCreated)]
    fn set_may_have_created(this: &Call, value: bool);

    // The global one, so that it works in pages, workers and Node. Awaited here and not in
    // gloo-net, whose `send` panics where the promise is rejected with something that is no Error.
    #[wasm_bindgen(catch)]
    fn fetch(request: &web_sys::Request) -> Result<Promise, JsValue>;

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

/// The request that creates the instance, ready to be sent.
///
/// # Errors
/// Where the browser refuses to make it; nothing was sent then.
pub fn request(config: &Config, call: &Call) -> Result<web_sys::Request, Failure> {
    let body = serde_wasm_bindgen::to_value(&InstanceBody::new(config))
        .map_err(JsValue::from)
        .and_then(|body| JSON::stringify(&body))
        .map_err(Failure::network)?;
    let request = Request::post(&format!("{}/instances", config.base_url))
        .header("content-type", "application/json")
        .cache(RequestCache::NoStore)
        // The body holds credentials, which must not go where a redirect points.
        .redirect(RequestRedirect::Error)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(Some(&call.signal()));
    let request = match authorization(config) {
        Some(value) => request
            .credentials(RequestCredentials::Omit)
            .header("authorization", &value),
        None => request.credentials(RequestCredentials::SameOrigin),
    };
    match request.body(body) {
        Ok(request) => Ok(request.into()),
        Err(error) => Err(Failure::network(JsError::from(error).into())),
    }
}

/// Sends `request`, a `POST`, and reads the answer.
///
/// # Errors
/// Where no whole answer comes; an error's status is answer enough without its body.
pub async fn send(request: &web_sys::Request, call: &Call) -> Result<Answer, Failure> {
    let signal = call.signal();
    if signal.aborted() {
        return Err(Failure::aborted(signal.reason()));
    }
    call.set_may_have_created(true);
    let response = match fetch(request) {
        Ok(promise) => JsFuture::from(promise).await,
        Err(error) => Err(error),
    };
    let response: web_sys::Response = response.map_err(Failure::network)?.unchecked_into();
    let response = Response::from(response);
    let status = response.status();
    // 408 and 499 say that somebody gave up waiting, not that nothing was done.
    call.set_may_have_created(!matches!(status, 400..=407 | 409..=498));
    let text = match response.body() {
        Some(body) => read(body).await,
        None => Ok(None),
    };
    let text = match text {
        Ok(text) => text,
        Err(error) if response.ok() => return Err(Failure::network(error)),
        Err(_) => None,
    };
    Ok(Answer {
        status,
        retry_after: response
            .headers()
            .get("retry-after")
            .and_then(|header| retry_after(&header, Date::now(), Date::parse)),
        body: text.and_then(|text| members(&text)),
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

/// The members of a JSON object; the parser's error is dropped, because it quotes the text.
fn members(text: &JsString) -> Option<Body> {
    let object = parse_json(text).ok()?;
    let value = |name| js_value::property(&object, name).ok().flatten();
    let string = |name| js_value::text(&value(name)?).ok();
    let strings = |value: JsValue| {
        value
            .dyn_ref::<Array>()?
            .iter()
            .map(|tag| js_value::text(&tag).ok())
            .collect()
    };
    object.is_object().then(|| Body {
        id: value("id").and_then(|id| id.as_f64()),
        token: string("token"),
        name: string("name"),
        tags: value("tags").and_then(strings),
        valid: value("valid").and_then(|valid| valid.as_bool()),
        message: string("message"),
        request_id: string("requestId"),
        provider_message: string("providerMessage"),
    })
}
