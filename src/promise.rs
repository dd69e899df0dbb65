//! Awaiting JavaScript's promises: what wasm-bindgen-futures does for any number of tasks, done for
//! futures that await one promise at a time. It makes the module smaller, frees what a future holds
//! as soon as that is ready, and rejects at once should the module trap: each step of a future runs
//! in a callback of the promise that [`spawn`] returns.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use js_sys::{Array, Function, Promise, PromiseState};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

/// How a promise has settled.
pub type Settled = Result<JsValue, JsValue>;

type Resume = Closure<dyn FnMut(Array) -> Settled>;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Promise)]
    type Results;
    #[wasm_bindgen(js_namespace = Promise, js_name = allSettled)]
    fn all_settled(promises: &Array) -> Results;
    #[wasm_bindgen(method)]
    fn then(this: &Results, resume: &Resume) -> Promise;

    // The global ones, which pages, workers and Node have. Node's timers are objects.
    #[wasm_bindgen(js_name = setTimeout)]
    pub fn set_timeout(callback: &Function, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    pub fn clear_timeout(timer: &JsValue);

    /// js-sys's has no difference between null and undefined.
    #[wasm_bindgen(extends = PromiseState)]
    type State;
    #[wasm_bindgen(method, getter)]
    fn value(this: &State) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn reason(this: &State) -> JsValue;
}

thread_local! {
    /// Hands over between a future and the callback that polls it: the promise to await next, and
    /// then how that has settled.
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
    let mut future = Some(Box::pin(future));
    let resume: Rc<RefCell<Option<Resume>>> = Rc::default();
    let own = Rc::clone(&resume);
    let poll = move |results: Array| {
        let state: State = results.get(0).unchecked_into();
        drop(hand_over(if state.is_fulfilled() {
            Ok(state.value())
        } else {
            Err(state.reason())
        }));
        let Some(running) = &mut future else {
            return Ok(JsValue::UNDEFINED);
        };
        let context = &mut Context::from_waker(Waker::noop());
        match running.as_mut().poll(context) {
            Poll::Pending => {
                let promise = hand_over(Ok(JsValue::UNDEFINED));
                Ok(continue_with(&own, &promise?))
            }
            Poll::Ready(outcome) => {
                // Frees what the future and this callback hold, now and not with the garbage.
                future = None;
                own.take();
                outcome
            }
        }
    };
    resume.replace(Some(Closure::new(poll)));
    continue_with(&resume, &JsValue::UNDEFINED).unchecked_into()
}

fn continue_with(resume: &RefCell<Option<Resume>>, promise: &JsValue) -> JsValue {
    let results = all_settled(&Array::of1(promise));
    match &*resume.borrow() {
        Some(resume) => results.then(resume).into(),
        None => JsValue::UNDEFINED,
    }
}
