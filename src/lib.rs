//! Connects a BigCommerce store through Cloud Elements, from the browser.
//!
//! [`Requests`] is what the package's TypeScript has of this crate: it makes one of a config, lets
//! it send a request, waits for the answer and hands that in, until there is an instance or a
//! failure. One call goes through four files: [`config`] reads and judges what the caller gave,
//! [`idempotency`] decides what is sent how often, [`transport`] sends it, [`response`] judges the
//! answer. The rules for single values are in [`text`] and [`url`], what can go wrong in [`error`].
//!
//! Waiting is not done here: with futures, and the executor that they need, the module would be
//! 7 kB (brotli) larger.

#![deny(missing_docs)]

pub mod config;
pub mod error;
pub mod events;
pub mod fields;
pub mod idempotency;
#[cfg(target_arch = "wasm32")]
mod memory;
pub mod redaction;
pub mod request;
pub mod response;
pub mod text;
pub mod transport;
pub mod url;
pub mod value;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use config::Config;
use error::Failure;
use idempotency::{Plan, Request};
use transport::Service;
use value::Object;

#[wasm_bindgen]
extern "C" {
    /// One or more callers' wait for the same requests: `src/attempt.ts`, as seen from here.
    pub type Attempt;

    /// Aborted when nobody waits any more.
    #[wasm_bindgen(method, getter)]
    fn signal(this: &Attempt) -> AbortSignal;

    /// Says that an instance may exist because of the attempt; the errors tell of it.
    #[wasm_bindgen(method, setter, js_name = mayHaveCreated)]
    fn set_may_have_created(this: &Attempt, value: bool);
}

/// What one attempt sends, one request after the other, until it comes to something.
#[wasm_bindgen]
pub struct Requests {
    service: Service,
    plan: Plan,
    /// What the last `POST` came to, which another try may mend.
    failure: Option<Failure>,
}

#[wasm_bindgen]
impl Requests {
    /// The requests that create an instance of the element `bigcommerce`, or update one, as
    /// `config` asks for it: a snapshot of the caller's object, in a page of `origin`, where there
    /// is one. `is_open` says that an earlier attempt with the same key may have created an
    /// instance that lookups do not find yet.
    ///
    /// # Errors
    /// The config's problems: an array of pairs of a path and a message.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &JsValue, origin: Option<String>, is_open: bool) -> Result<Self, JsValue> {
        let config = Config::read(config, origin.as_deref())?;
        Ok(Self {
            plan: match (config.instance_id, &config.idempotency_key) {
                (Some(id), _) => Plan::once(Request::Update(id)),
                (None, None) => Plan::once(Request::Create),
                (None, Some(_)) => Plan::idempotent(is_open),
            },
            service: Service::new(config)?,
            failure: None,
        })
    }

    /// Sends the next request; the promise comes to a `Response`.
    ///
    /// # Errors
    /// What a fetch throws that a page has put in the place of the platform's.
    pub fn send(&self, attempt: &Attempt) -> Result<Promise, JsValue> {
        let request = self.plan.request();
        if request == Request::Create {
            attempt.set_may_have_created(true);
        }
        self.service.send(request, &attempt.signal())
    }

    /// Takes in the answer to the request: the status, undefined where no whole answer came, the
    /// seconds of a `Retry-After` header, and the body as JSON, undefined where it is none. Returns
    /// the instance, or the milliseconds until the next request is to be sent; `remaining` are left
    /// for it.
    ///
    /// # Errors
    /// The plain object of a [`Failure`].
    pub fn receive(
        &mut self,
        status: Option<u16>,
        retry_after: Option<f64>,
        body: &JsValue,
        remaining: f64,
    ) -> Result<JsValue, JsValue> {
        let request = self.plan.request();
        let outcome = match status {
            Some(status) => self.service.judge(request, status, retry_after, body),
            None => Err(Failure::network()),
        };
        let pause = self.plan.next(&outcome, remaining);
        match (pause, outcome) {
            (Some(pause), outcome) => {
                if request == Request::Create {
                    self.failure = outcome.err();
                }
                Ok(pause.into())
            }
            (None, Ok(Some(instance))) => Object::from(instance).to_js(),
            (None, outcome) => {
                let failure = outcome.err().or(self.failure.take());
                Err(Object::from(failure.unwrap_or_else(Failure::network)).to_js()?)
            }
        }
    }
}
