//! One call of a page: from its config to the promise that it gets.

use js_sys::{Promise, Set};
use wasm_bindgen::JsValue;

use crate::attempt::{Attempt, is_unresolved};
use crate::config::{Config, Issues};
use crate::failure::Failure;
use crate::idempotency::{Plan, Request};
use crate::request::Service;

/// Starts the call, or lets it join the attempt with the same key that is in flight. `new_keys` are
/// those that no instance can carry yet.
///
/// # Errors
/// A [`Failure`] as JavaScript gets it, where nothing is to be sent for this call.
pub fn start(config: &JsValue, new_keys: Set) -> Result<Promise, JsValue> {
    // `Service::new` consumes it: while anything is awaited, the module's memory holds no secret.
    let mut config = Config::read(config).map_err(Failure::config)?;
    let signal = config.signal.take();
    let timeout = config.timeout;
    let id = config.instance_id;
    let key = JsValue::from(config.idempotency_key.as_deref());
    let service = Service::new(config)?;

    let in_flight = service.tag.as_deref().and_then(Attempt::find);
    if in_flight
        .as_ref()
        .is_some_and(|attempt| attempt.service != service)
    {
        const IN_USE: &str = "Is in use by a call with other values: a key names one attempt.";
        let mut issues = Issues::default();
        issues.push(&["idempotencyKey".to_owned()], None, IN_USE);
        return Err(Failure::config(issues).into());
    }
    if let Some(signal) = signal.as_ref().filter(|signal| signal.aborted()) {
        return Err(Failure::aborted(&signal.reason()).into());
    }
    let attempt = match in_flight {
        Some(attempt) => attempt,
        None => {
            let plan = match (id, &service.tag) {
                (Some(id), _) => Plan::once(Request::Update(id)),
                (None, None) => Plan::once(Request::Create),
                (None, Some(_)) if new_keys.has(&key) => Plan::with_new_key(),
                (None, Some(tag)) => Plan::with_key(is_unresolved(tag)),
            };
            Attempt::start(service, plan, new_keys)?
        }
    };
    Ok(attempt.join(signal, timeout))
}
