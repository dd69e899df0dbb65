//! Reading what fetch resolves to, chunk by chunk: its body stays in JavaScript.

use js_sys::{Array, Date, JsString, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::Headers;

use crate::response::{Response, is_success};
use crate::rules::retry_after::retry_after;

/// Longest body that is read, in bytes after decoding.
const MAX_BODY: u32 = 1024 * 1024;

#[wasm_bindgen]
extern "C" {
    /// A response; unlike web-sys's, it may be an object that a page's own fetch gave.
    type AnyResponse;
    #[wasm_bindgen(method, getter, catch)]
    fn status(this: &AnyResponse) -> Result<u16, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn headers(this: &AnyResponse) -> Result<Headers, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn body(this: &AnyResponse) -> Result<Option<Stream>, JsValue>;

    type Stream;
    #[wasm_bindgen(method, js_name = getReader, catch)]
    fn get_reader(this: &Stream) -> Result<Reader, JsValue>;

    type Reader;
    #[wasm_bindgen(method)]
    fn read(this: &Reader) -> Promise;
    #[wasm_bindgen(method)]
    fn cancel(this: &Reader) -> Promise;

    type Chunk;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Chunk) -> Option<Uint8Array>;

    // web-sys would copy the text into the module's memory, and a token with it.
    type TextDecoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextDecoder;
    #[wasm_bindgen(method)]
    fn decode(this: &TextDecoder, bytes: &Uint8Array) -> JsString;
}

/// A response whose body is being read.
pub struct Incoming {
    /// The HTTP status.
    pub status: u16,
    retry_after: Option<f64>,
    /// Absent once there is nothing more to read.
    reader: Option<Reader>,
    chunks: Array,
    length: u32,
    /// Whether the body was read to its end, or what broke it off.
    outcome: Result<bool, JsValue>,
}

impl Incoming {
    /// Starts to read what fetch has resolved to.
    ///
    /// # Errors
    /// If that is no response, or its body cannot be read.
    pub fn new(response: JsValue) -> Result<Self, JsValue> {
        if !response.is_object() {
            return Err(JsValue::UNDEFINED);
        }
        // Unchecked, because instanceof would know only this realm's Response.
        let response: AnyResponse = response.unchecked_into();
        let headers = response.headers()?;
        let header = headers.get("retry-after").ok().flatten();
        let seconds_until = |date: &str| (Date::parse(date) - Date::now()) / 1000.0;
        Ok(Self {
            status: response.status()?,
            retry_after: header.and_then(|header| retry_after(&header, seconds_until)),
            reader: match response.body()? {
                Some(stream) => Some(stream.get_reader()?),
                None => None,
            },
            chunks: Array::new(),
            length: 0,
            outcome: Ok(true),
        })
    }

    /// The promise of the next chunk; `None` if there is nothing more to read.
    pub fn read(&self) -> Option<Promise> {
        self.reader.as_ref().map(Reader::read)
    }

    /// Takes what that promise settled to.
    pub fn receive(&mut self, chunk: Result<JsValue, JsValue>) {
        match chunk.map(|chunk| chunk.unchecked_into::<Chunk>().value()) {
            Ok(Some(chunk)) => {
                self.length += chunk.length();
                self.chunks.push(&chunk);
                if self.length <= MAX_BODY {
                    return;
                }
                self.outcome = Ok(false);
                if let Some(reader) = &self.reader {
                    // Whether that succeeds does not matter, nor when.
                    drop(Promise::all_settled(&Array::of1(&reader.cancel())));
                }
            }
            Ok(None) => {}
            Err(error) => self.outcome = Err(error),
        }
        self.reader = None;
    }

    /// The response, once its body is read.
    ///
    /// # Errors
    /// What broke the body of a success off; an error's status says enough without one.
    pub fn finish(self) -> Result<Response, JsValue> {
        let Self {
            status,
            retry_after,
            ..
        } = self;
        let text = match self.outcome {
            Ok(true) => {
                let whole = Uint8Array::new_with_length(self.length);
                let mut end = 0;
                for chunk in self.chunks {
                    let chunk: Uint8Array = chunk.unchecked_into();
                    whole.set(&chunk, end);
                    end += chunk.length();
                }
                Some(TextDecoder::new().decode(&whole))
            }
            Err(error) if is_success(status) => return Err(error),
            _ => None,
        };
        Ok(Response::new(status, retry_after, text))
    }
}
