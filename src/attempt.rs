//! An attempt: the requests that lead to one instance, and the calls that wait for it.

use std::cell::{Cell, OnceCell, RefCell};
use std::ops::ControlFlow;
use std::rc::Rc;

use js_sys::{Array, Promise, Set};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal};

use crate::failure::Failure;
use crate::idempotency::{Outcome, Plan, Request};
use crate::incoming::Incoming;
use crate::promise::{Settled, settled, spawn};
use crate::request::Service;
use crate::response::{Content, Response};
use crate::rules::text::KEY_TAG;
use crate::timer::{clear_timeout, set_timeout};
use crate::waiter::{Stop, Waiter};

/// Requests in flight, and the calls that wait for their outcome.
pub struct Attempt {
    /// What it talks to.
    pub service: Service,
    /// The calls; the attempt is abandoned when the last one has ended.
    waiters: RefCell<Vec<Waiter>>,
    /// Resolves to the instance or rejects with a [`Failure`].
    outcome: OnceCell<JsValue>,
    controller: AbortController,
    /// Whether a `POST` was sent that was not refused so far.
    is_posting: Cell<bool>,
    /// Whether an earlier `POST` may have created an instance.
    has_posted: Cell<bool>,
    /// The failure of the last request that had one, as JavaScript gets it.
    last_failure: RefCell<JsValue>,
    /// The keys that were not used yet.
    new_keys: Set,
}

/// What the calls of one page have to know of each other.
struct Registry {
    /// The attempts with a key that other calls can join.
    in_flight: Vec<Rc<Attempt>>,
    /// The tags of attempts that failed, though the service may have created an instance.
    unresolved: Vec<String>,
    /// The id of the next waiter.
    next_id: u32,
}

thread_local! {
    static REGISTRY: RefCell<Registry> = const {
        RefCell::new(Registry {
            in_flight: Vec::new(),
            unresolved: Vec::new(),
            next_id: 0,
        })
    };
}

fn with_registry<T>(work: impl FnOnce(&mut Registry) -> T) -> T {
    REGISTRY.with(|registry| work(&mut registry.borrow_mut()))
}

/// Whether an earlier attempt with this tag may have created an instance that nobody has seen.
pub fn is_unresolved(tag: &str) -> bool {
    with_registry(|registry| registry.unresolved.iter().any(|other| other == tag))
}

fn set_unresolved(tag: &str, is_unresolved: bool) {
    with_registry(|Registry { unresolved, .. }| {
        match unresolved.iter().position(|other| other == tag) {
            Some(at) if !is_unresolved => drop(unresolved.swap_remove(at)),
            None if is_unresolved => unresolved.push(tag.to_owned()),
            _ => {}
        }
    });
}

impl Attempt {
    /// Sends the requests of `plan`, from the next microtask on.
    ///
    /// # Errors
    /// None that is known.
    pub fn start(service: Service, plan: Plan, new_keys: Set) -> Result<Rc<Self>, JsValue> {
        let attempt = Rc::new(Self {
            service,
            waiters: RefCell::default(),
            outcome: OnceCell::new(),
            controller: AbortController::new()?,
            is_posting: Cell::default(),
            has_posted: Cell::default(),
            last_failure: RefCell::default(),
            new_keys,
        });
        attempt
            .outcome
            .get_or_init(|| spawn(run(attempt.clone(), plan)).into());
        if attempt.service.tag.is_some() {
            with_registry(|registry| registry.in_flight.push(attempt.clone()));
        }
        Ok(attempt)
    }

    /// The attempt in flight whose instance carries `tag`.
    pub fn find(tag: &str) -> Option<Rc<Self>> {
        with_registry(|registry| {
            let mut attempts = registry.in_flight.iter();
            attempts
                .find(|attempt| attempt.service.tag.as_deref() == Some(tag))
                .cloned()
        })
    }

    /// Lets a call wait for the outcome: the promise resolves to the instance, or rejects with a
    /// [`Failure`].
    pub fn join(self: &Rc<Self>, signal: Option<AbortSignal>, timeout: f64) -> Promise {
        let mut signal = Some(signal);
        let stopped = Promise::new(&mut |_, reject| {
            let attempt = self.clone();
            let id = with_registry(|registry| {
                registry.next_id = registry.next_id.wrapping_add(1);
                registry.next_id
            });
            let waiter = Waiter::new(id, signal.take().flatten(), timeout, move |stop| {
                let failure = match stop {
                    Stop::Aborted(reason) => Failure::aborted(&reason),
                    Stop::TimedOut => {
                        Failure::new("ERR_TIMEOUT", "The call took longer than its timeout.")
                            .caused_by(&attempt.last_failure.borrow())
                    }
                };
                let failure = failure.to_js(attempt.may_have_created());
                // Nothing can throw here: a promise gave this function.
                drop(reject.call1(&JsValue::UNDEFINED, &failure));
                attempt.leave(id);
            });
            self.waiters.borrow_mut().push(waiter);
        });
        let outcome = self.outcome.get().unwrap_or(&stopped);
        Promise::race(&Array::of2(outcome, &stopped))
    }

    /// Whether an instance may exist because of these requests.
    fn may_have_created(&self) -> bool {
        self.is_posting.get() || self.has_posted.get()
    }

    /// Removes a waiter, and aborts what is in flight if it was the last.
    fn leave(self: &Rc<Self>, id: u32) {
        let mut waiters = self.waiters.borrow_mut();
        let position = waiters.iter().position(|waiter| waiter.id == id);
        let left = position.map(|at| waiters.swap_remove(at));
        let is_abandoned = waiters.is_empty();
        drop(waiters);
        if left.is_some() && is_abandoned {
            self.end(false);
            self.controller.abort();
        }
    }

    fn is_abandoned(&self) -> bool {
        self.waiters.borrow().is_empty()
    }

    fn end(self: &Rc<Self>, succeeded: bool) {
        drop(self.waiters.take());
        let Some(tag) = &self.service.tag else {
            return;
        };
        let was_in_flight = with_registry(|Registry { in_flight, .. }| {
            let position = in_flight
                .iter()
                .position(|attempt| Rc::ptr_eq(attempt, self));
            position.map(|at| in_flight.swap_remove(at)).is_some()
        });
        // An abandoned attempt has ended already: the outcome of its last request changes nothing.
        if was_in_flight && (succeeded || self.may_have_created()) {
            set_unresolved(tag, !succeeded);
        }
    }

    fn send(&self, request: Request) -> Settled {
        if request == Request::Create {
            self.is_posting.set(true);
            if let Some(tag) = &self.service.tag {
                // An instance of an earlier attempt has been looked for long enough.
                set_unresolved(tag, false);
                let key = tag.strip_prefix(KEY_TAG).unwrap_or_default();
                self.new_keys.delete(&key.into());
            }
        }
        self.service.send(request, &self.controller.signal())
    }

    /// Notes that a `POST` has created nothing, if its response says so by its status.
    fn note_status(&self, status: u16) {
        // 408 and 499 say that somebody gave up waiting, not that nothing was created.
        if matches!(status, 400..=407 | 409..=498) {
            self.is_posting.set(false);
        }
    }

    /// Waits for `ms` milliseconds, or until the attempt is abandoned.
    async fn pause(&self, ms: f64) {
        let mut timer = JsValue::UNDEFINED;
        let elapsed = Promise::new(&mut |resolve, _| {
            self.controller.signal().set_onabort(Some(&resolve));
            timer = set_timeout(&resolve, ms);
        });
        drop(settled(&elapsed).await);
        clear_timeout(&timer);
    }

    /// The milliseconds until the last waiter's time is up.
    fn remaining(&self) -> f64 {
        let waiters = self.waiters.borrow();
        waiters
            .iter()
            .map(|waiter| waiter.remaining())
            .fold(0.0, f64::max)
    }

    /// Ends the attempt with this response, or gives the milliseconds until the next request.
    fn decide(
        &self,
        plan: &mut Plan,
        last_post: &mut Option<Failure>,
        response: Result<Response, JsValue>,
    ) -> ControlFlow<Settled, f64> {
        let service = &self.service;
        let request = plan.request();
        let (failure, outcome) = match response {
            Err(error) => (Some(service.no_response(&error)), Outcome::Lost),
            Ok(response) => match response.read(request, service) {
                Content::Instance(instance) => return ControlFlow::Break(Ok(instance)),
                Content::Nothing => (None, Outcome::NotFound),
                Content::Failure {
                    failure,
                    outcome,
                    has_created_nothing,
                } => {
                    if has_created_nothing {
                        self.is_posting.set(false);
                    }
                    (Some(failure), outcome)
                }
            },
        };
        if self.is_posting.take() {
            self.has_posted.set(true);
        }
        if let Some(failure) = &failure {
            let failure = failure.to_js(self.may_have_created());
            self.last_failure.replace(failure);
        }
        match plan.next(outcome, self.remaining()) {
            Some(pause) => {
                if request == Request::Create {
                    *last_post = failure;
                }
                ControlFlow::Continue(pause)
            }
            None => ControlFlow::Break(Err(failure
                .or_else(|| last_post.take())
                .map(|failure| failure.to_js(self.may_have_created()))
                .unwrap_or_default())),
        }
    }
}

/// Sends the requests of `plan` one after the other. What is done between two awaits is in plain
/// functions: an async one grows with each value that it keeps over an await.
async fn run(attempt: Rc<Attempt>, mut plan: Plan) -> Settled {
    let mut last_post = None;
    let outcome = loop {
        if attempt.is_abandoned() {
            break Err(JsValue::UNDEFINED);
        }
        let response = match attempt.send(plan.request()) {
            Ok(promise) => settled(&promise).await.and_then(Incoming::new),
            Err(error) => Err(error),
        };
        let response = match response {
            Ok(mut incoming) => {
                attempt.note_status(incoming.status);
                while let Some(chunk) = incoming.read() {
                    incoming.receive(settled(&chunk).await);
                }
                incoming.finish()
            }
            Err(error) => Err(error),
        };
        match attempt.decide(&mut plan, &mut last_post, response) {
            ControlFlow::Break(outcome) => break outcome,
            ControlFlow::Continue(pause) if pause > 0.0 => attempt.pause(pause).await,
            ControlFlow::Continue(_) => {}
        }
    };
    attempt.end(outcome.is_ok());
    outcome
}
