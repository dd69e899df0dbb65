//! Connects a BigCommerce store through Cloud Elements, from the browser.
//!
//! [`Requests`] is what the package's TypeScript has of this crate: it makes one of a config, lets
//! it send a request, waits for the answer, and asks what comes next. A call goes through three
//! files: `config` reads and judges what the caller gave, [`idempotency`] decides what is sent how
//! often, `transport` sends it. The rules for single values are in [`text`] and [`url`].
//!
//! Waiting is not done here: with futures, and the executor that they need, the module would be
//! 7 kB (brotli) larger. Neither are answers read here, because the package's proxy, which has no
//! WebAssembly, reads the same ones: `src/answer.ts`.

#![deny(missing_docs)]

mod body;
mod config;
mod events;
mod fields;
pub mod idempotency;
#[cfg(target_arch = "wasm32")]
mod memory;
pub mod text;
mod transport;
pub mod url;
mod value;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use config::Config;
use idempotency::{Plan, Request};
use transport::Service;

/// What one attempt sends, one request after the other, until it comes to something.
#[wasm_bindgen]
pub struct Requests {
    service: Service,
    plan: Plan,
}

#[wasm_bindgen]
impl Requests {
    /// The requests that create an instance of the element `bigcommerce`, or update one, as
    /// `config` asks for it: a snapshot of the caller's object, in a page of `origin`, where there
    /// is one. `is_open` says that an earlier attempt with the same key may have created an
    /// instance that lookups do not find yet.
    ///
    /// # Errors
    /// The config's problems: pairs of a path and a message.
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
        })
    }

    /// Whether the request to send now, or under way, is a `POST`.
    #[wasm_bindgen(getter)]
    pub fn creates(&self) -> bool {
        self.plan.request() == Request::Create
    }

    /// Whether the service would get the same of `other`.
    #[wasm_bindgen(js_name = isSameAs)]
    pub fn is_same_as(&self, other: &Requests) -> bool {
        self.service == other.service
    }

    /// Sends the next request; the promise comes to a `Response`.
    ///
    /// # Errors
    /// What a fetch throws that a page has put in the place of the platform's.
    pub fn send(&self, signal: &AbortSignal) -> Result<Promise, JsValue> {
        self.service.send(self.plan.request(), signal)
    }

    /// The milliseconds to wait before the next request, as [`Plan::next`] says.
    pub fn next(
        &mut self,
        status: Option<u16>,
        retry_after: Option<f64>,
        remaining: f64,
    ) -> Option<f64> {
        self.plan.next(status, retry_after, remaining)
    }
}
