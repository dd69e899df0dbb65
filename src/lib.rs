//! Connects a BigCommerce store through Cloud Elements, from the browser.
//!
//! [`authenticate_big_commerce`] is the one export. A call goes down through these files, and its
//! result comes back the same way:
//!
//! 1. `attempt`: one call, with its signal and timeout. It sends requests until one ends the call.
//! 2. `config`: reads and validates the config, field by field (`fields`, [`issues`]), by the rules
//!    in [`text`], [`url`] and `events`.
//! 3. [`plan`]: what a response means, and which request comes next.
//! 4. `http`: calls `fetch`, and reads the response to its end.
//! 5. `wire`: the service's JSON. It writes request bodies (`json`), and reads instances and
//!    `failure`s from responses, with secrets redacted ([`redact`]).
//!
//! `promise` awaits JavaScript promises, and `memory` zeroes freed memory. The TypeScript around
//! the crate takes a snapshot of the config, loads the module, and converts each failure to an
//! error.

#![deny(missing_docs)]

mod attempt;
mod config;
mod events;
mod failure;
mod fields;
mod http;
pub mod issues;
mod json;
#[cfg(target_arch = "wasm32")]
mod memory;
pub mod plan;
mod promise;
pub mod redact;
pub mod text;
pub mod url;
mod wire;

use js_sys::{Map, Promise};
use wasm_bindgen::prelude::*;

/// Creates an instance of the element `bigcommerce`, or updates the one with the id `instanceId`.
///
/// `config` is the package's `AuthenticateConfig`; inherited fields are ignored. The promise
/// resolves to the package's `ElementInstance`.
///
/// `keys` maps idempotency keys to their states, and is updated: pass the same map to each call. No
/// instance can have a `"new"` key yet, so its first `POST` is sent without a lookup. A key that is
/// `"in flight"` is refused.
///
/// # Errors
/// The promise rejects with a plain object with the fields of the package's `BigCommerceAuthError`:
/// `code`, `message`, `mayHaveCreated` and those of the code. If it rejects with anything else, the
/// module has trapped.
#[wasm_bindgen(js_name = authenticateBigCommerce)]
pub fn authenticate_big_commerce(config: &JsValue, keys: Option<Map>) -> Promise {
    attempt::start(config, keys.unwrap_or_default())
        .unwrap_or_else(|failure| Promise::reject(&failure))
}
