//! Awaits JavaScript promises, like wasm-bindgen-futures, but in futures that await one promise at
//! a time. This makes the module smaller, drops a future as soon as it is ready, and rejects its
//! promise at once if the module traps: each step of a future runs in a callback of the promise
//! that [`spawn`] returns.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

/// The result of a promise.
pub type Settled = Result<JsValue, JsValue>;

type Callback = Closure<dyn FnMut(JsValue) -> Settled>;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Promise)]
    type AnyPromise;
    #[wasm_bindgen(method)]
    fn then(this: &AnyPromise, on_value: &Callback, on_error: &Callback) -> JsValue;

    // The global functions, which pages, workers and Node have. Node's timers are objects.
    #[wasm_bindgen(js_name = setTimeout)]
    pub fn set_timeout(callback: &Function, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    pub fn clear_timeout(timer: &JsValue);
}

thread_local! {
    /// Passes values between a future and its task: the promise to await next, then its result.
    static HANDOVER: Cell<Settled> = const { Cell::new(Ok(JsValue::UNDEFINED)) };
}

/// Stores `next`, and returns the value stored before.
fn hand_over(next: Settled) -> Settled {
    HANDOVER.with(|handover| handover.replace(next))
}

/// Waits until `promise` settles. Any other value counts as a resolved promise.
pub fn settled(promise: &JsValue) -> impl Future<Output = Settled> + use<> {
    let mut promise = Some(promise.clone());
    std::future::poll_fn(move |_| match promise.take() {
        Some(promise) => {
            drop(hand_over(Ok(promise)));
            Poll::Pending
        }
        None => Poll::Ready(hand_over(Ok(JsValue::UNDEFINED))),
    })
}

/// Waits for `ms` milliseconds, or until `signal` is aborted.
pub async fn sleep(ms: f64, signal: &AbortSignal) {
    let mut timer = JsValue::UNDEFINED;
    let elapsed = Promise::new(&mut |resolve, _| {
        signal.set_onabort(Some(&resolve));
        timer = set_timeout(&resolve, ms);
    });
    drop(settled(&elapsed).await);
    clear_timeout(&timer);
}

/// Runs `future`, starting in the next microtask. Returns a promise of its result.
pub fn spawn(future: impl Future<Output = Settled> + 'static) -> Promise {
    let task = Rc::new(Task {
        future: Cell::new(Some(Box::pin(future))),
        callbacks: RefCell::default(),
    });
    let callback = |as_settled: fn(JsValue) -> Settled| {
        let task = Rc::clone(&task);
        Closure::new(move |value| task.resume(as_settled(value)))
    };
    let callbacks = (callback(Ok), callback(Err));
    task.callbacks.replace(Some(callbacks));
    task.wait(&JsValue::UNDEFINED).unchecked_into()
}

/// A future with the callbacks that resume it.
struct Task {
    future: Cell<Option<Pin<Box<dyn Future<Output = Settled>>>>>,
    /// Called when the awaited promise settles.
    callbacks: RefCell<Option<(Callback, Callback)>>,
}

impl Task {
    /// Polls the future. Returns its result, or a promise of it.
    fn resume(&self, settled: Settled) -> Settled {
        drop(hand_over(settled));
        let context = &mut Context::from_waker(Waker::noop());
        let Some(mut future) = self.future.take() else {
            return Ok(JsValue::UNDEFINED);
        };
        if let Poll::Ready(outcome) = future.as_mut().poll(context) {
            // Frees what the callbacks hold without waiting for the garbage collector.
            self.callbacks.take();
            return outcome;
        }
        self.future.set(Some(future));
        Ok(self.wait(&hand_over(Ok(JsValue::UNDEFINED))?))
    }

    /// Resumes the future when `promise` settles. Returns a promise of the future's result.
    fn wait(&self, promise: &JsValue) -> JsValue {
        let promise: AnyPromise = Promise::resolve(promise).unchecked_into();
        match &*self.callbacks.borrow() {
            Some((on_value, on_error)) => promise.then(on_value, on_error),
            None => JsValue::UNDEFINED,
        }
    }
}

#[wasm_bindgen]
extern "C" {
    /// An `AbortSignal` or a similar object, whose members may throw.
    #[derive(Clone)]
    pub type Signal;
    #[wasm_bindgen(method, getter, catch)]
    fn aborted(this: &Signal) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn reason(this: &Signal) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = addEventListener, catch)]
    pub fn add_event_listener(
        this: &Signal,
        name: &str,
        callback: &Function,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = removeEventListener, catch)]
    pub fn remove_event_listener(
        this: &Signal,
        name: &str,
        callback: &Function,
    ) -> Result<(), JsValue>;
}

impl Signal {
    /// Whether the signal is aborted.
    pub fn is_aborted(&self) -> bool {
        self.aborted().is_ok_and(|aborted| aborted.is_truthy())
    }

    /// Returns the reason of the abort.
    pub fn abort_reason(&self) -> JsValue {
        self.reason().unwrap_or_default()
    }
}
