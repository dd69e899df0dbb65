//! The failure of a call, as JavaScript gets it.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::issues::Issues;
use crate::json::{Object, Value};
use crate::plan::Code;
use crate::text::{concat, truncate};

/// The maximum length of `message`, in UTF-16 code units.
const MAX_MESSAGE: usize = 500;

/// The fields of a `BigCommerceAuthError`, except `mayHaveCreated`, which depends on the call.
pub struct Failure {
    fields: Object,
    cause: JsValue,
}

impl Failure {
    /// Creates a failure with a code and a message.
    pub fn new(code: Code, message: &str) -> Self {
        let mut fields = Object::default();
        fields.set("code", code.as_str());
        fields.set("message", truncate(message, MAX_MESSAGE));
        let cause = JsValue::UNDEFINED;
        Self { fields, cause }
    }

    /// Adds a field, if there is a value.
    pub fn with_some(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        self.fields.set_some(name, value);
        self
    }

    /// Sets the cause.
    pub fn caused_by(mut self, cause: &JsValue) -> Self {
        self.cause = cause.clone();
        self
    }

    /// Creates the failure of an invalid config.
    pub fn config(issues: Issues) -> Self {
        let message = concat(&["The config is not usable: ", &issues.text, "."]);
        Self::new(Code::Config, &message).with_some("issues", Some(issues.list))
    }

    /// Creates the failure of an aborted call.
    pub fn aborted(reason: &JsValue) -> Self {
        Self::new(Code::Aborted, "The call was aborted by its signal.").caused_by(reason)
    }

    /// Converts the failure to a plain JavaScript object.
    pub fn to_js(&self, may_have_created: bool) -> JsValue {
        // If the conversion fails, its error replaces the failure.
        let failure = self.fields.to_js().unwrap_or_else(|error| error);
        let set = |name: &str, value: &JsValue| drop(Reflect::set(&failure, &name.into(), value));
        set("mayHaveCreated", &may_have_created.into());
        if !self.cause.is_undefined() {
            set("cause", &self.cause);
        }
        failure
    }
}
