//! Connects a BigCommerce store through Cloud Elements, from the browser.
//!
//! [`authenticate_big_commerce`] is the one export. A call goes down through these files, and its
//! result comes back the same way:
//!
//! 1. `attempt`: one call of a page, with its signal and timeout. It sends requests until one of
//!    them ends the call.
//! 2. `config`: reads and validates what the caller gave, field by field (`fields`, [`issues`]), by
//!    the rules for single values in [`text`], [`url`] and `events`.
//! 3. [`plan`]: what a response means, and which request comes next.
//! 4. `http`: calls fetch, and reads the response to its end.
//! 5. `wire`: the service's JSON, both ways: the body (`json`), and the instance or `failure` that a
//!    response means, without secrets ([`redact`]).
//!
//! `promise` lets Rust await JavaScript's promises, and `memory` wipes what was freed. The TypeScript around the crate loads the module, takes a snapshot
//! of the config before that, and makes an error object of each failure.

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

/// Creates an instance of the element `bigcommerce`, or updates the one that `instanceId` names.
///
/// `config` is the package's `AuthenticateConfig`, with data of its own: fields that it inherits do
/// not count. The promise resolves to the package's `ElementInstance`. `keys` has
/// what the page knows of idempotency keys, and is kept up to date: give the same map to each call.
/// A key that is `"new"` there can be on no instance yet, so its first `POST` is sent without a
/// lookup; one that is `"in flight"` is refused.
///
/// # Errors
/// The promise rejects with the plain object that the package's `BigCommerceAuthError` is made of:
/// `code`, `message`, `mayHaveCreated` and what else the code has. If it rejects with anything else,
/// the module has trapped.
#[wasm_bindgen(js_name = authenticateBigCommerce)]
pub fn authenticate_big_commerce(config: &JsValue, keys: Option<Map>) -> Promise {
    attempt::start(config, keys.unwrap_or_default())
        .unwrap_or_else(|failure| Promise::reject(&failure))
}
