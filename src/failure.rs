//! Why a call failed, as JavaScript gets it.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::issues::Issues;
use crate::json::{Object, Value};
use crate::plan::Code;
use crate::text::{concat, cut};

/// Longest `message`, in UTF-16 code units.
const MAX_MESSAGE: usize = 500;

/// What a `BigCommerceAuthError` is made of, but for `mayHaveCreated`, which the call knows.
pub struct Failure {
    fields: Object,
    cause: JsValue,
}

impl Failure {
    /// A failure without further fields.
    pub fn new(code: Code, message: &str) -> Self {
        let mut fields = Object::default();
        fields.set("code", code.as_str());
        fields.set("message", cut(message, MAX_MESSAGE));
        let cause = JsValue::UNDEFINED;
        Self { fields, cause }
    }

    /// The same with a further field, if there is a value.
    pub fn with_some(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        self.fields.set_some(name, value);
        self
    }

    /// The same with its cause.
    pub fn caused_by(mut self, cause: &JsValue) -> Self {
        self.cause = cause.clone();
        self
    }

    /// A config that is not usable.
    pub fn config(issues: Issues) -> Self {
        let message = concat(&["The config is not usable: ", &issues.text, "."]);
        Self::new(Code::Config, &message).with_some("issues", Some(issues.list))
    }

    /// A call whose signal was aborted.
    pub fn aborted(reason: &JsValue) -> Self {
        Self::new(Code::Aborted, "The call was aborted by its signal.").caused_by(reason)
    }

    /// As JavaScript gets it.
    pub fn to_js(&self, may_have_created: bool) -> JsValue {
        // If the conversion fails, its error takes the place of the failure.
        let failure = self.fields.to_js().unwrap_or_else(|error| error);
        let set = |name: &str, value: &JsValue| drop(Reflect::set(&failure, &name.into(), value));
        set("mayHaveCreated", &may_have_created.into());
        if !self.cause.is_undefined() {
            set("cause", &self.cause);
        }
        failure
    }
}
