//! One call: sends requests until one of them, the signal or the timeout ends it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Map, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use crate::config::Config;
use crate::failure::Failure;
use crate::issues::{Issue, IssueCode, Issues};
use crate::plan::{Code, Outcome, Plan, Request};
use crate::promise::{Settled, Signal, clear_timeout, set_timeout, settled, sleep, spawn};
use crate::wire::{Content, Response, Service};
use crate::{http, wire};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

const IN_USE: &Issue = &Issue::new(
    IssueCode::InUse,
    "Is in use by a call in flight: wait for that one, or abort it.",
);

/// The state of an idempotency key that a call in flight uses.
const IN_FLIGHT: &str = "in flight";

/// The state of an idempotency key that no instance can have yet: the page created it, and has sent
/// no `POST` with it.
const NEW: &str = "new";

/// The state of an idempotency key whose last call may have created an instance without receiving
/// the response.
const UNRESOLVED: &str = "unresolved";

/// Starts a call. `keys` maps idempotency keys to their states.
///
/// # Errors
/// Returns the failure, as JavaScript gets it, if the call ends before its first request.
pub fn start(config: &JsValue, keys: Map) -> Result<Promise, JsValue> {
    // `Service::new` consumes it, so that no secret is in the module's memory while a response is
    // awaited.
    let mut config = Config::read(config).map_err(|issues| Failure::config(issues).to_js(false))?;
    let signal = config.signal.take();
    let timeout = config.timeout;
    let id = config.instance_id;
    let key = JsValue::from(config.idempotency_key.as_deref().filter(|_| id.is_none()));
    let service = Service::new(config).map_err(|failure| failure.to_js(false))?;

    // Before the state of the key is read, because a page's own signal can start another call.
    let reason = signal
        .as_ref()
        .filter(|signal| signal.is_aborted())
        .map(Signal::abort_reason);
    let state = keys.get(&key);
    if state == IN_FLIGHT {
        let issues = Issues::one("idempotencyKey", IN_USE);
        return Err(Failure::config(issues).to_js(true));
    }
    if let Some(reason) = reason {
        return Err(Failure::aborted(&reason).to_js(false));
    }
    let plan = match (id, &service.tag) {
        (Some(id), _) => Plan::once(Request::Update(id)),
        (None, None) => Plan::once(Request::Create),
        (None, Some(_)) if state == NEW => Plan::with_new_key(),
        (None, Some(_)) => Plan::with_key(state == UNRESOLVED),
    };
    let attempt = Rc::new(Attempt {
        service,
        controller: AbortController::new()?,
        limit: RefCell::default(),
        deadline: now() + timeout,
        is_posting: Cell::default(),
        has_posted: Cell::default(),
        last_failure: RefCell::default(),
        keys,
        key,
        state: RefCell::new(state),
    });
    attempt.set_state(&IN_FLIGHT.into());
    let stopped = attempt.stopped(signal, timeout);
    let result = spawn(run(attempt, plan));
    Ok(Promise::race(&Array::of2(&result, &stopped)))
}

/// A call in flight.
struct Attempt {
    service: Service,
    controller: AbortController,
    /// `None` once the call has ended.
    limit: RefCell<Option<Limit>>,
    /// When the timeout expires, in milliseconds of `performance.now()`.
    deadline: f64,
    /// Whether a `POST` is in flight.
    is_posting: Cell<bool>,
    /// Whether an earlier `POST` may have created an instance.
    has_posted: Cell<bool>,
    /// The failure of the last failed request, as JavaScript gets it.
    last_failure: RefCell<JsValue>,
    /// The states of the page's idempotency keys.
    keys: Map,
    /// This call's key; undefined if it has none.
    key: JsValue,
    /// The state that the key gets if the call ends now.
    state: RefCell<JsValue>,
}

impl Attempt {
    /// Returns a promise that rejects when the signal is aborted or the timeout expires. Either
    /// ends the call.
    fn stopped(self: &Rc<Self>, signal: Option<Signal>, timeout: f64) -> Promise {
        let mut signal = Some(signal);
        Promise::new(&mut |_, reject| {
            let attempt = self.clone();
            let on_stop = move |reason: Option<JsValue>| {
                let failure = match reason {
                    Some(reason) => Failure::aborted(&reason),
                    None => Failure::new(Code::Timeout, "The call took longer than its timeout.")
                        .caused_by(&attempt.last_failure.borrow()),
                };
                let failure = failure.to_js(attempt.may_have_created());
                // Never throws: the function is the `Promise` constructor's.
                drop(reject.call1(&JsValue::UNDEFINED, &failure));
                attempt.end(false);
                // Inside a promise, so that an exception from a page's own `abort` is not uncaught.
                let aborted = Promise::new(&mut |_, _| attempt.controller.abort());
                drop(Promise::all_settled(&Array::of1(&aborted)));
            };
            let limit = Limit::new(signal.take().flatten(), timeout, on_stop);
            self.limit.replace(Some(limit));
        })
    }

    /// Whether this call may have created an instance.
    fn may_have_created(&self) -> bool {
        self.is_posting.get() || self.has_posted.get()
    }

    fn has_ended(&self) -> bool {
        self.limit.borrow().is_none()
    }

    /// Ends the call and sets the state of its key. Has no effect if the call has ended already.
    fn end(&self, has_succeeded: bool) {
        let Some(_limit) = self.limit.take() else {
            return;
        };
        if has_succeeded {
            self.state.take();
        } else if self.may_have_created() {
            self.state.replace(UNRESOLVED.into());
        }
        self.set_state(&self.state.borrow());
    }

    fn set_state(&self, state: &JsValue) {
        if state.is_undefined() {
            self.keys.delete(&self.key);
        } else if !self.key.is_undefined() {
            self.keys.set(&self.key, state);
        }
    }

    fn send(&self, request: Request) -> Promise {
        if request == Request::Create {
            self.is_posting.set(true);
            // Enough lookups have found no instance of an earlier call.
            self.state.take();
        }
        http::send(&self.service, request, &self.controller.signal())
    }

    /// Parses the response to a request, and keeps its failure.
    fn content(&self, request: Request, response: Result<Response, JsValue>) -> Content {
        let content = match response {
            Ok(response) => wire::parse(&self.service, request, &response),
            Err(error) => Content::lost(request, self.service.no_response(&error)),
        };
        if let Content::Failure(failure, fate) = &content {
            self.is_posting.set(false);
            if fate.may_have_created {
                self.has_posted.set(true);
            }
            if fate.outcome != Outcome::NotFound {
                let failure = failure.to_js(self.may_have_created());
                self.last_failure.replace(failure);
            }
        }
        content
    }
}

/// Sends the requests of `plan`, one at a time.
async fn run(attempt: Rc<Attempt>, mut plan: Plan) -> Settled {
    let signal = attempt.controller.signal();
    let mut last_post = None;
    let result = loop {
        // Also before the first request: a page's own `fetch` may ignore an aborted signal.
        if attempt.has_ended() {
            return Err(JsValue::UNDEFINED);
        }
        let request = plan.request();
        let sent = now();
        let response = match settled(&attempt.send(request)).await {
            Ok(response) => http::read(response, &signal).await,
            Err(error) => Err(error),
        };
        if attempt.has_ended() {
            return Err(JsValue::UNDEFINED);
        }
        let (failure, outcome) = match attempt.content(request, response) {
            Content::Instance(instance) => break Ok(instance),
            Content::Failure(failure, fate) => (failure, fate.outcome),
        };
        let ended = now();
        match plan.next(outcome, ended - sent, attempt.deadline - ended) {
            Some(ms) => {
                if request == Request::Create {
                    last_post = Some(failure);
                }
                sleep(ms, &signal).await;
            }
            None => {
                let failure = last_post
                    .filter(|_| outcome == Outcome::NotFound)
                    .unwrap_or(failure);
                break Err(failure.to_js(attempt.may_have_created()));
            }
        }
    };
    attempt.end(result.is_ok());
    result
}

/// The signal and the timer of a call. Dropping it clears the timer and removes the listener.
struct Limit {
    signal: Option<Signal>,
    timer: JsValue,
    /// The signal's listener and the timer's callback.
    stop: Closure<dyn FnMut()>,
}

impl Limit {
    /// Calls `on_stop` when `signal` is aborted, with its reason, or after `timeout` milliseconds.
    fn new(
        signal: Option<Signal>,
        timeout: f64,
        on_stop: impl Fn(Option<JsValue>) + 'static,
    ) -> Self {
        let listened = signal.clone();
        let stop = Closure::new(move || {
            let aborted = listened.as_ref().filter(|signal| signal.is_aborted());
            on_stop(aborted.map(Signal::abort_reason));
        });
        let callback: &Function = stop.as_js_value().unchecked_ref();
        if let Some(signal) = &signal {
            // An object that only resembles a signal may throw. The timer still ends the call.
            drop(signal.add_event_listener("abort", callback));
        }
        Self {
            timer: set_timeout(callback, timeout),
            signal,
            stop,
        }
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
        if let Some(signal) = &self.signal {
            let callback = self.stop.as_js_value().unchecked_ref();
            drop(signal.remove_event_listener("abort", callback));
        }
    }
}
