//! Awaiting JavaScript's promises: what wasm-bindgen-futures does for any number of tasks, done for
//! futures that await one promise at a time. It makes the module smaller, frees what a future holds
//! as soon as that is ready, and rejects at once should the module trap: each step of a future runs
//! in a callback of the promise that [`spawn`] returns.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

/// How a promise has settled.
pub type Settled = Result<JsValue, JsValue>;

type Callback = Closure<dyn FnMut(JsValue) -> Settled>;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Promise)]
    type AnyPromise;
    #[wasm_bindgen(method)]
    fn then(this: &AnyPromise, on_value: &Callback, on_error: &Callback) -> JsValue;

    // The global ones, which pages, workers and Node have. Node's timers are objects.
    #[wasm_bindgen(js_name = setTimeout)]
    pub fn set_timeout(callback: &Function, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    pub fn clear_timeout(timer: &JsValue);
}

thread_local! {
    /// Hands over between a future and what polls it: the promise to await next, and then how that
    /// has settled.
    static HANDOVER: Cell<Settled> = const { Cell::new(Ok(JsValue::UNDEFINED)) };
}

/// Puts `next` into the place of what was handed over.
fn hand_over(next: Settled) -> Settled {
    HANDOVER.with(|handover| handover.replace(next))
}

/// Waits until `promise` has settled; what is no promise counts as resolved.
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
pub async fn pause(ms: f64, signal: &AbortSignal) {
    let mut timer = JsValue::UNDEFINED;
    let elapsed = Promise::new(&mut |resolve, _| {
        signal.set_onabort(Some(&resolve));
        timer = set_timeout(&resolve, ms);
    });
    drop(settled(&elapsed).await);
    clear_timeout(&timer);
}

/// Runs `future` from the next microtask on; the promise settles as it does.
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

/// A future that is not ready yet.
struct Task {
    future: Cell<Option<Pin<Box<dyn Future<Output = Settled>>>>>,
    /// What is called when the awaited promise has settled.
    callbacks: RefCell<Option<(Callback, Callback)>>,
}

impl Task {
    /// Polls the future: gives what it is ready with, or the promise of that.
    fn resume(&self, settled: Settled) -> Settled {
        drop(hand_over(settled));
        let context = &mut Context::from_waker(Waker::noop());
        let Some(mut future) = self.future.take() else {
            return Ok(JsValue::UNDEFINED);
        };
        if let Poll::Ready(outcome) = future.as_mut().poll(context) {
            // Frees what the callbacks hold now, and not with the garbage.
            self.callbacks.take();
            return outcome;
        }
        self.future.set(Some(future));
        Ok(self.wait(&hand_over(Ok(JsValue::UNDEFINED))?))
    }

    /// Resumes once `promise` has settled; gives the promise of that.
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
    /// An AbortSignal, or what resembles one: its members may throw.
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
    /// Whether it was aborted.
    pub fn is_aborted(&self) -> bool {
        self.aborted().is_ok_and(|aborted| aborted.is_truthy())
    }

    /// Why it was aborted.
    pub fn reason_of_abort(&self) -> JsValue {
        self.reason().unwrap_or_default()
    }
}
