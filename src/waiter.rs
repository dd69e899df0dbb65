//! A call that waits for an attempt, until its signal or its timeout ends it.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::timer::{clear_timeout, set_timeout};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Why a call stops waiting.
pub enum Stop {
    /// The signal was aborted, for this reason.
    Aborted(JsValue),
    /// The time is up.
    TimedOut,
}

/// A call that waits. When it is dropped it leaves nothing behind: no timer and no listener.
pub struct Waiter {
    /// Tells it from others.
    pub id: u32,
    /// When its time is up, on the clock of `performance.now()`.
    deadline: f64,
    signal: Option<AbortSignal>,
    timer: JsValue,
    /// The signal's listener and the timer's callback.
    stop: Closure<dyn FnMut()>,
}

impl Waiter {
    /// Calls `on_stop` once `signal` is aborted or `timeout` milliseconds are over.
    pub fn new(
        id: u32,
        signal: Option<AbortSignal>,
        timeout: f64,
        on_stop: impl Fn(Stop) + 'static,
    ) -> Self {
        let own = signal.clone();
        let stop = Closure::new(move || {
            on_stop(match own.as_ref().filter(|signal| signal.aborted()) {
                Some(signal) => Stop::Aborted(signal.reason()),
                None => Stop::TimedOut,
            });
        });
        let callback: &Function = stop.as_js_value().unchecked_ref();
        if let Some(signal) = &signal {
            // What only resembles a signal may throw; the timer still ends the wait.
            drop(signal.add_event_listener_with_callback("abort", callback));
        }
        Self {
            id,
            deadline: now() + timeout,
            timer: set_timeout(callback, timeout),
            signal,
            stop,
        }
    }

    /// The milliseconds until its time is up.
    pub fn remaining(&self) -> f64 {
        self.deadline - now()
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
        if let Some(signal) = &self.signal {
            let callback = self.stop.as_js_value().unchecked_ref();
            drop(signal.remove_event_listener_with_callback("abort", callback));
        }
    }
}
