//! Reading the fields of an object that a caller made, and noting every issue at its place.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::json::{Object, Value};
use crate::rules::text::{concat, trim};

#[wasm_bindgen]
extern "C" {
    // js-sys has it without `catch`, and reading a field may throw.
    #[wasm_bindgen(js_namespace = Object, catch)]
    fn entries(object: &JsValue) -> Result<Array, JsValue>;
}

/// Everything that is wrong with a config, as far as it was read.
#[derive(Default)]
pub struct Issues {
    /// In the shape of [Standard Schema](https://standardschema.dev).
    pub list: Vec<Value>,
    /// The same as a part of a sentence.
    pub text: String,
}

impl Issues {
    /// Notes what is wrong with the value at `path`, or with its entry at `index`.
    pub fn push(&mut self, path: &[String], index: Option<u32>, message: &str) {
        if !self.list.is_empty() {
            self.text.push_str("; ");
        }
        let mut steps: Vec<Value> = Vec::new();
        for name in path {
            self.text.push_str(if steps.is_empty() { "" } else { "." });
            self.text.push_str(name);
            steps.push(name.as_str().into());
        }
        if let Some(index) = index {
            self.text
                .push_str(&concat(&["[", &u64::from(index).to_string(), "]"]));
            steps.push(f64::from(index).into());
        }
        self.text.push_str(if steps.is_empty() { "" } else { ": " });
        self.text
            .push_str(message.strip_suffix(".").unwrap_or(message));
        let mut issue = Object::default();
        issue.set("path", steps);
        issue.set("message", message);
        self.list.push(issue.into());
    }
}

/// An object that is being read: the fields that were not read yet, and its place in the config.
///
/// What is not usable is noted and read as absent or empty, so that reading goes on and all issues
/// are found; what was read is of use only if there are none.
pub struct Fields<'a> {
    fields: Vec<(String, Option<JsValue>)>,
    /// The names of the fields that lead here.
    path: Vec<String>,
    issues: &'a RefCell<Issues>,
}

/// The value that a text stands for, or what is wrong with it.
pub type Rule<'a> = &'a dyn Fn(&str) -> Result<String, &'static str>;

impl<'a> Fields<'a> {
    /// The fields of `object`, which stands at `path`; `None` if it is no object.
    pub fn of(object: &JsValue, path: Vec<String>, issues: &'a RefCell<Issues>) -> Option<Self> {
        let message = if !object.is_object() || Array::is_array(object) {
            "Must be an object."
        } else if let Ok(entries) = entries(object) {
            let mut fields = Vec::new();
            for entry in entries {
                let entry: Array = entry.unchecked_into();
                let value = entry.get(1);
                if !value.is_undefined() {
                    fields.push((entry.get(0).as_string().unwrap_or_default(), Some(value)));
                }
            }
            return Some(Self {
                fields,
                path,
                issues,
            });
        } else {
            "Cannot be read: reading it throws."
        };
        issues.borrow_mut().push(&path, None, message);
        None
    }

    /// Whether the field `name` is there and was not read yet.
    pub fn has(&self, name: &str) -> bool {
        self.peek(name).is_some()
    }

    /// The same, where a text of nothing but white space counts as absent: it is dropped.
    pub fn has_nonblank(&mut self, name: &str) -> bool {
        let text = self.peek(name).and_then(JsValue::as_string);
        if text.is_some_and(|text| trim(&text).is_empty()) {
            self.value(name);
        }
        self.has(name)
    }

    /// The field `name`, to be read later.
    pub fn peek(&self, name: &str) -> Option<&JsValue> {
        let mut fields = self.fields.iter();
        fields.find(|(own, _)| own == name)?.1.as_ref()
    }

    /// The field `name`, if it is there and was not read yet.
    pub fn value(&mut self, name: &str) -> Option<JsValue> {
        let mut fields = self.fields.iter_mut();
        fields.find(|(own, _)| own == name)?.1.take()
    }

    /// A text that may be absent.
    pub fn text(&mut self, name: &str, rule: Rule<'_>) -> Option<String> {
        let value = self.value(name)?;
        self.validate(&value, name, None, rule)
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &str, missing: &'static str, rule: Rule<'_>) -> String {
        if !self.has(name) {
            self.refuse(name, missing);
        }
        self.text(name, rule).unwrap_or_default()
    }

    /// An array of at most `max` texts that may be absent.
    pub fn texts(&mut self, name: &str, max: u32, rule: Rule<'_>) -> Option<Vec<String>> {
        let value = self.value(name)?;
        let Some(array) = value.dyn_ref::<Array>() else {
            self.refuse(name, "Must be an array of strings.");
            return None;
        };
        if array.length() > max {
            self.refuse(name, "Has too many entries.");
            return None;
        }
        let mut texts = Vec::new();
        for (index, value) in (0..).zip(array.iter()) {
            texts.extend(self.validate(&value, name, Some(index), rule));
        }
        Some(texts)
    }

    /// A number that may be absent.
    pub fn number(&mut self, name: &str, rule: fn(f64) -> bool, message: &str) -> Option<f64> {
        let value = self.value(name)?;
        let number = value.as_f64().filter(|number| rule(*number));
        if number.is_none() {
            self.refuse(name, message);
        }
        number
    }

    /// An object that may be absent.
    pub fn object(&mut self, name: &str) -> Option<Fields<'a>> {
        let object = self.value(name)?;
        Self::of(&object, self.path_to(name), self.issues)
    }

    /// The names of the fields, where they are the caller's to choose.
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Notes what is wrong with the field `name`.
    pub fn refuse(&self, name: &str, message: &str) {
        self.note(name, None, message);
    }

    fn note(&self, name: &str, index: Option<u32>, message: &str) {
        let path = self.path_to(name);
        self.issues.borrow_mut().push(&path, index, message);
    }

    /// Refuses the fields that were not read.
    pub fn end(self) {
        for (name, value) in &self.fields {
            if value.is_some() {
                self.refuse(name, "Is not a known field.");
            }
        }
    }

    /// The text `value`, which is the field `name` or stands in it at `index`.
    fn validate(
        &self,
        value: &JsValue,
        name: &str,
        index: Option<u32>,
        rule: Rule<'_>,
    ) -> Option<String> {
        let message = match value.as_string() {
            None => "Must be a string.",
            // It would not arrive as it is, because UTF-8 has no such thing.
            Some(text) if is_replaced(&text) && *value != JsValue::from_str(&text) => {
                "Must not contain half a character (a lone surrogate)."
            }
            Some(text) => match rule(&text) {
                Ok(text) => return Some(text),
                Err(message) => message,
            },
        };
        self.note(name, index, message);
        None
    }

    fn path_to(&self, name: &str) -> Vec<String> {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        path
    }
}

/// Whether a lone surrogate may have stood in `text`: it becomes U+FFFD on the way here.
pub fn is_replaced(text: &str) -> bool {
    text.chars().any(|c| c == char::REPLACEMENT_CHARACTER)
}
