//! Connects a BigCommerce store through Cloud Elements, from the browser.
//!
//! One call goes through four files: [`config`] reads and judges what the caller gave, [`request`]
//! says what is sent, [`transport`] sends it and reads the answer, [`response`] judges that. Where
//! the caller names the attempt with a key, [`idempotency`] decides what is sent how often.
//! The rules for single values are in [`text`] and [`url`], what can go wrong in [`error`].
//!
//! Loading this module, the call's timer and its abort signal are the business of the TypeScript
//! beside it, which also makes the errors that the caller sees; [`call`] is what is shared with it.

#![deny(missing_docs)]

pub mod call;
pub mod config;
pub mod error;
pub mod events;
pub mod fields;
pub mod idempotency;
pub mod js_value;
#[cfg(target_arch = "wasm32")]
mod memory;
pub mod redaction;
pub mod request;
pub mod response;
pub mod text;
pub mod transport;
pub mod url;

use js_sys::{JSON, JsString, Promise};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use call::{Attempt, Call};
use config::Config;
use error::Failure;
use request::{InstanceBody, key_tag};
use response::Instance;
use transport::Service;

/// Creates an instance of the element `bigcommerce`, or updates one, as `config` asks for it: a
/// snapshot of the caller's object.
///
/// # Errors
/// The plain object of a [`Failure`], thrown before anything is sent or rejected with later.
#[wasm_bindgen(js_name = authenticateBigCommerce)]
pub fn authenticate_big_commerce(config: JsValue, call: &Call) -> Result<Promise, JsValue> {
    begin(config, call).map_err(Failure::into_js)
}

/// All that needs the config, which is dropped here: while an answer is awaited, no secret stands
/// in the module's memory.
fn begin(config: JsValue, call: &Call) -> Result<Promise, Failure> {
    let config = Config::read(config)?;
    let service = Service::new(&config);
    let task = match (config.instance_id, &config.idempotency_key) {
        (Some(id), _) => Task::Update(id),
        (None, Some(key)) => Task::CreateOnce(key.clone()),
        (None, None) => Task::Create,
    };
    let body = body(&config, &task)?;
    let shared = match &task {
        Task::CreateOnce(key) => idempotency::under_way(key, &service, &body)?,
        _ => None,
    };
    if call.aborted() {
        return Err(Failure::aborted(call.reason()));
    }
    if let Some((attempt, outcome)) = shared {
        call.join(&attempt);
        return Ok(outcome);
    }
    Ok(start(task, service, body, call.attempt()))
}

enum Task {
    Create,
    CreateOnce(String),
    Update(f64),
}

fn body(config: &Config, task: &Task) -> Result<JsString, Failure> {
    let tag = match task {
        Task::CreateOnce(key) => Some(key_tag(key)),
        _ => None,
    };
    // The plain serializer would make a Map of what serde flattens or has no fixed fields.
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    InstanceBody::new(config, tag.as_deref())
        .serialize(&serializer)
        .map_err(JsValue::from)
        .and_then(|body| JSON::stringify(&body))
        .map_err(Failure::network)
}

fn start(task: Task, service: Service, body: JsString, attempt: Attempt) -> Promise {
    let shared = match &task {
        Task::CreateOnce(key) => {
            Some((key.clone(), service.clone(), body.clone(), attempt.clone()))
        }
        _ => None,
    };
    let outcome = future_to_promise(async move {
        let outcome = run(&task, &service, &body, &attempt).await;
        if let Task::CreateOnce(key) = &task {
            idempotency::unshare(key, &attempt, outcome.is_ok());
        }
        Ok(serde_wasm_bindgen::to_value(
            &outcome.map_err(Failure::into_js)?,
        )?)
    });
    if let Some((key, service, body, attempt)) = shared {
        idempotency::share(key, service, body, attempt, outcome.clone());
    }
    outcome
}

async fn run(
    task: &Task,
    service: &Service,
    body: &JsString,
    attempt: &Attempt,
) -> Result<Instance, Failure> {
    let answer = match task {
        Task::Create => service.post(body, attempt).await?,
        Task::Update(id) => service.put(*id, body, attempt).await?,
        Task::CreateOnce(key) => {
            return idempotency::create_once(service, body, key, attempt).await;
        }
    };
    answer.instance(|text, max| service.redacted(text, max))
}
