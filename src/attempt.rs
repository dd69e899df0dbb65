//! One call of a page: the requests that lead to an instance, until its signal or timeout ends it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Map, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use crate::config::Config;
use crate::failure::Failure;
use crate::http;
use crate::issues::{Issue, IssueCode, Issues};
use crate::plan::{Code, Outcome};
use crate::plan::{Plan, Request};
use crate::promise::Signal;
use crate::promise::{Settled, clear_timeout, pause, set_timeout, settled, spawn};
use crate::wire::Service;
use crate::wire::{Content, Response, read};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

const IN_USE: &Issue = &Issue::new(
    IssueCode::InUse,
    "Is in use by a call in flight: wait for that one, or abort it.",
);

/// What the page knows of an idempotency key.
const IN_FLIGHT: &str = "in flight";

/// No instance can carry the key yet: the page has made it, and no `POST` was sent with it.
const NEW: &str = "new";

/// The last call with it may have created an instance that nobody has seen.
const UNRESOLVED: &str = "unresolved";

/// Starts the call; `keys` has the states of idempotency keys.
///
/// # Errors
/// A failure as JavaScript gets it, if nothing is sent.
pub fn start(config: &JsValue, keys: Map) -> Result<Promise, JsValue> {
    // `Service::new` consumes it: while a response is awaited, the module's memory holds no secret.
    let mut config = Config::read(config).map_err(|issues| Failure::config(issues).to_js(false))?;
    let signal = config.signal.take();
    let timeout = config.timeout;
    let id = config.instance_id;
    let key = JsValue::from(config.idempotency_key.as_deref().filter(|_| id.is_none()));
    let service = Service::new(config).map_err(|failure| failure.to_js(false))?;

    let state = keys.get(&key);
    if state == IN_FLIGHT {
        let issues = Issues::one("idempotencyKey", IN_USE);
        return Err(Failure::config(issues).to_js(true));
    }
    if let Some(signal) = signal.as_ref().filter(|signal| signal.is_aborted()) {
        return Err(Failure::aborted(&signal.reason_of_abort()).to_js(false));
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
    let stopped = attempt.limit(signal, timeout);
    let outcome = spawn(run(attempt, plan));
    Ok(Promise::race(&Array::of2(&outcome, &stopped)))
}

/// A call in flight.
struct Attempt {
    service: Service,
    controller: AbortController,
    /// Present until the call has ended.
    limit: RefCell<Option<Limit>>,
    /// When the time is up, on the clock of `performance.now()`.
    deadline: f64,
    /// Whether a `POST` is in flight.
    is_posting: Cell<bool>,
    /// Whether an earlier `POST` may have created an instance.
    has_posted: Cell<bool>,
    /// The failure of the last request that had one, as JavaScript gets it.
    last_failure: RefCell<JsValue>,
    /// The states of the page's idempotency keys.
    keys: Map,
    /// This call's key; undefined if it has none.
    key: JsValue,
    /// The state of the key if the call ends now.
    state: RefCell<JsValue>,
}

impl Attempt {
    /// A promise that rejects once the signal is aborted or the time is up, which ends the call.
    fn limit(self: &Rc<Self>, signal: Option<Signal>, timeout: f64) -> Promise {
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
                // Nothing can throw here: a promise gave this function.
                drop(reject.call1(&JsValue::UNDEFINED, &failure));
                attempt.end(false);
                // In a promise, so that what a page's own abort throws is not its uncaught error.
                let aborted = Promise::new(&mut |_, _| attempt.controller.abort());
                drop(Promise::all_settled(&Array::of1(&aborted)));
            };
            let limit = Limit::new(signal.take().flatten(), timeout, on_stop);
            self.limit.replace(Some(limit));
        })
    }

    /// Whether an instance may exist because of these requests.
    fn may_have_created(&self) -> bool {
        self.is_posting.get() || self.has_posted.get()
    }

    fn has_ended(&self) -> bool {
        self.limit.borrow().is_none()
    }

    /// Frees the key. What comes after the first time changes nothing.
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
            // An instance of an earlier call has been looked for long enough.
            self.state.take();
        }
        http::send(&self.service, request, &self.controller.signal())
    }

    /// What comes of a request.
    fn content(&self, request: Request, response: Result<Response, JsValue>) -> Content {
        let content = match response {
            Ok(response) => read(&self.service, request, &response),
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

/// Sends the requests of `plan` one after the other.
async fn run(attempt: Rc<Attempt>, mut plan: Plan) -> Settled {
    let signal = attempt.controller.signal();
    let mut last_post = None;
    let outcome = loop {
        // Before the first request, too: a page's own fetch may ignore its signal.
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
                pause(ms, &signal).await;
            }
            None => {
                let failure = last_post
                    .filter(|_| outcome == Outcome::NotFound)
                    .unwrap_or(failure);
                break Err(failure.to_js(attempt.may_have_created()));
            }
        }
    };
    attempt.end(outcome.is_ok());
    outcome
}

/// The signal and the timer of a call. When it is dropped it leaves neither timer nor listener.
struct Limit {
    signal: Option<Signal>,
    timer: JsValue,
    /// The signal's listener and the timer's callback.
    stop: Closure<dyn FnMut()>,
}

impl Limit {
    /// Calls `on_stop` once `signal` is aborted, with its reason, or `timeout` milliseconds are over.
    fn new(
        signal: Option<Signal>,
        timeout: f64,
        on_stop: impl Fn(Option<JsValue>) + 'static,
    ) -> Self {
        let own = signal.clone();
        let stop = Closure::new(move || {
            let aborted = own.as_ref().filter(|signal| signal.is_aborted());
            on_stop(aborted.map(Signal::reason_of_abort));
        });
        let callback: &Function = stop.as_js_value().unchecked_ref();
        if let Some(signal) = &signal {
            // What only resembles a signal may throw; the timer still ends the call.
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
