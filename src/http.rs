//! Sends requests with `fetch`, which only this module calls, and reads the responses.

use gloo_net::http::Headers;
use js_sys::{Array, Date, Function, JsString, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{
    AbortSignal, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestRedirect,
};

use crate::plan::{Request, retry_after};
use crate::promise::{Settled, settled, sleep};
use crate::text::concat;
use crate::wire::{Response, Service};

/// The maximum length of a response body, in bytes after decompression.
const MAX_BODY: u32 = 1024 * 1024;

#[wasm_bindgen]
extern "C" {
    // The global function, which pages, workers and Node have. Not gloo-net's `send`, which panics
    // if the promise rejects with anything but an `Error`, nor its builder, which creates two
    // `Request` objects for each request.
    fn fetch(url: &str, init: &RequestInit) -> JsValue;

    /// A response. Unlike web-sys's, it can be any object from a page's own `fetch`.
    type AnyResponse;
    #[wasm_bindgen(method, getter, catch)]
    fn status(this: &AnyResponse) -> Result<u16, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn headers(this: &AnyResponse) -> Result<web_sys::Headers, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn body(this: &AnyResponse) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn text(this: &AnyResponse) -> Result<JsValue, JsValue>;

    type Stream;
    #[wasm_bindgen(method, js_name = getReader, catch)]
    fn get_reader(this: &Stream) -> Result<Reader, JsValue>;

    type Reader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> Result<Promise, JsValue>;

    type Chunk;
    #[wasm_bindgen(method, getter, catch)]
    fn value(this: &Chunk) -> Result<Option<Uint8Array>, JsValue>;

    // web-sys's would copy the text into the module's memory, including a token.
    type TextDecoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextDecoder;
    #[wasm_bindgen(method)]
    fn decode(this: &TextDecoder, bytes: &Uint8Array) -> JsString;
}

/// Sends `request` to the service. Returns a promise of the response.
pub fn send(service: &Service, request: Request, signal: &AbortSignal) -> Promise {
    // Inside a promise, so that an exception from a page's own `fetch` or `Headers` rejects it, and
    // does not leave the module's functions unfinished.
    Promise::new(&mut |resolve, _| {
        let response = start(service, request, signal);
        drop(resolve.call1(&JsValue::UNDEFINED, &response));
    })
}

fn start(service: &Service, request: Request, signal: &AbortSignal) -> JsValue {
    let base_url = &*service.base_url;
    let (method, url) = match request {
        Request::Create => ("POST", concat(&[base_url, "/instances"])),
        Request::Update(id) => {
            // Exact, because ids are safe integers.
            let id = (id as u64).to_string();
            ("PUT", concat(&[base_url, "/instances/", &id]))
        }
        Request::Find => {
            // All of its characters are valid in a query without percent-encoding.
            let tag = service.tag.as_deref().unwrap_or_default();
            ("GET", concat(&[base_url, "/instances?tags%5B%5D=", tag]))
        }
    };
    let headers = Headers::new();
    // Without a prototype, so that `fetch` reads no settings that scripts added to it.
    let init: RequestInit =
        Object::<JsValue>::create(JsValue::NULL.unchecked_ref()).unchecked_into();
    init.set_method(method);
    // A body contains credentials, which must not be sent to a redirect's target.
    init.set_redirect(RequestRedirect::Manual);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_credentials(if service.is_direct {
        RequestCredentials::Omit
    } else {
        RequestCredentials::SameOrigin
    });
    if let Some(authorization) = &service.authorization {
        headers.set("authorization", &String::from(authorization));
    }
    if request == Request::Find {
        init.set_cache(RequestCache::NoStore);
    } else {
        // A cache mode would slow the request down, and no browser stores the response anyway.
        headers.set("content-type", "application/json");
        init.set_body(&service.body);
    }
    init.set_headers(&headers.into_raw());
    init.set_signal(Some(signal));
    fetch(&url, &init)
}

/// Reads the response that `fetch` resolved to.
///
/// # Errors
/// Returns an error if the value is not a response, or if the body of a successful response is
/// incomplete. The body of an error response may be incomplete: its status says enough.
pub async fn read(response: JsValue, signal: &AbortSignal) -> Result<Response, JsValue> {
    if !response.is_object() {
        return Err(JsValue::UNDEFINED);
    }
    // Unchecked, because `instanceof` recognizes only this realm's `Response`.
    let response: AnyResponse = response.unchecked_into();
    let status = response.status()?;
    let header = response.headers()?.get("retry-after").ok().flatten();
    let seconds_until = |date: &str| (Date::parse(date) - Date::now()) / 1000.0;
    let text = match reader(&response)? {
        Some(reader) => chunks(reader, signal).await,
        // Some polyfills have no stream.
        None => text_of(&response).await,
    };
    Ok(Response {
        status,
        retry_after: header.and_then(|header| retry_after(&header, seconds_until)),
        text: match text {
            Err(error) if (200..300).contains(&status) => return Err(error),
            text => text.ok().flatten(),
        },
    })
}

async fn text_of(response: &AnyResponse) -> Result<Option<JsString>, JsValue> {
    let text = settled(&response.text()?).await?.dyn_into::<JsString>();
    Ok(text.ok().filter(|text| text.length() <= MAX_BODY))
}

/// Returns a reader of the body, if it is a `ReadableStream`.
fn reader(response: &AnyResponse) -> Result<Option<Reader>, JsValue> {
    let body = response.body()?;
    let get_reader = Reflect::get(&body, &"getReader".into()).unwrap_or_default();
    if get_reader.has_type::<Function>() {
        return Ok(Some(body.unchecked_into::<Stream>().get_reader()?));
    }
    Ok(None)
}

/// Reads a body as text. Returns `None` if it is too long.
async fn chunks(reader: Reader, signal: &AbortSignal) -> Result<Option<JsString>, JsValue> {
    let chunks = Array::new();
    let mut length = 0;
    while let Some(chunk) = next(settled(&reader.read()?).await)? {
        if chunk.length() == 0 {
            // An endless sequence of empty chunks must not keep timers from firing.
            sleep(0.0, signal).await;
            if signal.aborted() {
                return Ok(None);
            }
        }
        length += chunk.length();
        chunks.push(&chunk);
        if length > MAX_BODY {
            // Not awaited, and may fail: the rest of the body is not needed.
            drop(
                reader
                    .cancel()
                    .map(|end| Promise::all_settled(&Array::of1(&end))),
            );
            return Ok(None);
        }
    }
    let whole = Uint8Array::new_with_length(length);
    let mut end = 0;
    for chunk in chunks {
        let chunk: Uint8Array = chunk.unchecked_into();
        whole.set(&chunk, end);
        end += chunk.length();
    }
    Ok(Some(TextDecoder::new().decode(&whole)))
}

fn next(chunk: Settled) -> Result<Option<Uint8Array>, JsValue> {
    chunk?.unchecked_into::<Chunk>().value()
}
