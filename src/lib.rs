//! Connects a BigCommerce store through Cloud Elements, from the browser.
//!
//! [`authenticate_big_commerce`] is the one export. A call goes down through these files, and its
//! result comes back the same way:
//!
//! 1. `call`: one call of a page, with its signal and timeout. Calls with the same idempotency key
//!    share an attempt.
//! 2. `config`: reads and validates what the caller gave, by the rules for single values in
//!    [`rules`].
//! 3. `attempt`: sends requests until one of them ends the attempt; [`idempotency`] decides which
//!    comes next.
//! 4. `request`: builds URL, headers and body, and calls fetch.
//! 5. `incoming`: reads the response to its end.
//! 6. `response`: makes an instance or a `failure` of it.
//!
//! `waiter` ends a call by its signal or timeout, `promise` lets Rust await JavaScript's promises,
//! `timer` has the platform's timers, `json` builds what goes to JavaScript, and `memory` wipes what
//! was freed. The TypeScript around the crate loads the module, takes a snapshot of the config
//! before that, and makes an error object of each failure.

#![deny(missing_docs)]

mod attempt;
mod call;
mod config;
mod failure;
pub mod idempotency;
mod incoming;
mod json;
#[cfg(target_arch = "wasm32")]
mod memory;
mod promise;
mod request;
mod response;
pub mod rules;
mod timer;
mod waiter;

use js_sys::{Promise, Set};
use wasm_bindgen::prelude::*;

/// Creates an instance of the element `bigcommerce`, or updates the one that `instanceId` names.
///
/// `config` is the package's `AuthenticateConfig`, with data of its own: fields that it inherits do
/// not count. The promise resolves to the package's `ElementInstance`; calls that share an attempt
/// get the same object. A key among `new_keys` was made in this page and not used yet, so its first
/// `POST` is sent without a lookup; it is deleted there as soon as that is done.
///
/// # Errors
/// The promise rejects with the plain object that the package's `BigCommerceAuthError` is made of:
/// `code`, `message`, `mayHaveCreated` and what else the code has. If it rejects with anything else,
/// the module has trapped.
#[wasm_bindgen(js_name = authenticateBigCommerce)]
pub fn authenticate_big_commerce(config: &JsValue, new_keys: Option<Set>) -> Promise {
    let new_keys = new_keys.unwrap_or_else(|| Set::new(&JsValue::UNDEFINED));
    call::start(config, new_keys).unwrap_or_else(|failure| Promise::reject(&failure))
}
