//! What the loader hands in: `src/call.ts` and `src/attempt.ts`, as seen from here.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

#[wasm_bindgen]
extern "C" {
    /// One caller's wait.
    pub type Call;

    /// Whether the caller's signal was aborted before anything was sent.
    #[wasm_bindgen(method, getter)]
    pub fn aborted(this: &Call) -> bool;

    /// The reason of the caller's signal.
    #[wasm_bindgen(method, getter)]
    pub fn reason(this: &Call) -> JsValue;

    /// The requests that the call waits for; its own, until it joins others.
    #[wasm_bindgen(method, getter)]
    pub fn attempt(this: &Call) -> Attempt;

    /// Waits for `attempt`, which other calls wait for too.
    #[wasm_bindgen(method)]
    pub fn join(this: &Call, attempt: &Attempt);

    /// The requests that one or more calls wait for.
    #[derive(Clone, PartialEq)]
    pub type Attempt;

    /// Aborted when nobody waits any more.
    #[wasm_bindgen(method, getter)]
    pub fn signal(this: &Attempt) -> AbortSignal;

    /// Milliseconds until the last of those who wait gives up.
    #[wasm_bindgen(method, getter)]
    pub fn remaining(this: &Attempt) -> f64;

    /// Resolves after `ms` milliseconds, and rejects when nobody waits any more.
    #[wasm_bindgen(method)]
    pub fn pause(this: &Attempt, ms: f64) -> Promise;

    /// Whether an instance may exist because of the attempt; the errors tell of it.
    #[wasm_bindgen(method, getter, js_name = mayHaveCreated)]
    pub fn may_have_created(this: &Attempt) -> bool;

    /// Says so.
    #[wasm_bindgen(method, setter, js_name = mayHaveCreated)]
    pub fn set_may_have_created(this: &Attempt, value: bool);
}
