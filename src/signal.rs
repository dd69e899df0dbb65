//! What ends a call from outside.

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

use crate::fields::Fields;
use crate::issues::{Issue, IssueCode};

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
    /// By its members, because instanceof would know only this realm's AbortSignal.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let signal = fields.value("signal")?;
        let get = |name: &str| Reflect::get(&signal, &name.into()).unwrap_or_default();
        let is_signal = get("aborted").as_bool().is_some()
            && get("addEventListener").is_function()
            && get("removeEventListener").is_function();
        if !is_signal {
            fields.refuse("signal", NO_SIGNAL);
            return None;
        }
        Some(signal.unchecked_into())
    }

    /// Whether it was aborted.
    pub fn is_aborted(&self) -> bool {
        self.aborted().is_ok_and(|aborted| aborted.is_truthy())
    }

    /// Why it was aborted.
    pub fn reason_of_abort(&self) -> JsValue {
        self.reason().unwrap_or_default()
    }
}

const NO_SIGNAL: &Issue = &Issue::new(IssueCode::Type, "Must be an AbortSignal.");
