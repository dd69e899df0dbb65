//! Reading the fields of an object that a caller made, and noting every issue at its place.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::json::{Object, Value};
use crate::rules::text::{concat, decimal};

#[wasm_bindgen]
extern "C" {
    // js-sys has it without `catch`, and reading a field may throw.
    #[wasm_bindgen(js_namespace = Object, catch)]
    fn entries(object: &JsValue) -> Result<Array, JsValue>;
}

/// One thing that is wrong with a config.
pub struct Issue {
    path: Vec<Step>,
    message: &'static str,
}

/// A part of the path to a value.
#[derive(Clone)]
enum Step {
    Field(String),
    Index(u32),
}

impl Issue {
    /// An issue with the config's field `name`.
    pub fn new(name: &str, message: &'static str) -> Self {
        let path = vec![Step::Field(name.to_owned())];
        Self { path, message }
    }

    /// As a part of a sentence.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            text = match step {
                Step::Field(name) if text.is_empty() => name.clone(),
                Step::Field(name) => concat(&[&text, ".", name]),
                Step::Index(index) => concat(&[&text, "[", &decimal((*index).into()), "]"]),
            };
        }
        let separator = if text.is_empty() { "" } else { ": " };
        let message = self.message.strip_suffix(".").unwrap_or(self.message);
        concat(&[&text, separator, message])
    }
}

/// In the shape of [Standard Schema](https://standardschema.dev).
impl From<&Issue> for Value {
    fn from(issue: &Issue) -> Self {
        let mut object = Object::default();
        object.set("path", issue.path.clone());
        object.set("message", issue.message);
        object.into()
    }
}

impl From<Step> for Value {
    fn from(step: Step) -> Self {
        match step {
            Step::Field(name) => name.into(),
            Step::Index(index) => f64::from(index).into(),
        }
    }
}

/// Every issue of a config, as far as it was read.
pub type Issues = RefCell<Vec<Issue>>;

/// An object that is being read: the fields that were not read yet, and its place in the config.
///
/// What is not usable is noted and read as absent or empty, so that reading goes on and all issues
/// are found; what was read is of use only if there are none.
pub struct Fields<'a> {
    fields: Vec<(String, Option<JsValue>)>,
    path: Vec<Step>,
    issues: &'a Issues,
}

/// The value that a text stands for, or what is wrong with it.
pub type Rule<'a> = &'a dyn Fn(&str) -> Result<String, &'static str>;

impl<'a> Fields<'a> {
    /// The fields of `config`; `None` if it is no object.
    pub fn of(config: &JsValue, issues: &'a Issues) -> Option<Self> {
        Self::at(Vec::new(), config, issues)
    }

    fn at(path: Vec<Step>, object: &JsValue, issues: &'a Issues) -> Option<Self> {
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
        issues.borrow_mut().push(Issue { path, message });
        None
    }

    /// Whether the field `name` is there and was not read yet.
    pub fn has(&self, name: &str) -> bool {
        self.peek(name).is_some()
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

    /// An array of texts that may be absent.
    pub fn texts(&mut self, name: &str, rule: Rule<'_>) -> Option<Vec<String>> {
        let value = self.value(name)?;
        let Some(array) = value.dyn_ref::<Array>() else {
            self.refuse(name, "Must be an array of strings.");
            return None;
        };
        let mut texts = Vec::new();
        for (index, value) in (0..).zip(array.iter()) {
            texts.extend(self.validate(&value, name, Some(index), rule));
        }
        Some(texts)
    }

    /// A number that may be absent.
    pub fn number(
        &mut self,
        name: &str,
        rule: fn(f64) -> bool,
        message: &'static str,
    ) -> Option<f64> {
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
        Self::at(self.path_to(name), &object, self.issues)
    }

    /// The names of the fields, where they are the caller's to choose.
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Notes what is wrong with the field `name`.
    pub fn refuse(&self, name: &str, message: &'static str) {
        let path = self.path_to(name);
        self.issues.borrow_mut().push(Issue { path, message });
    }

    /// Refuses the fields that were not read.
    pub fn end(self) {
        for (name, value) in &self.fields {
            if value.is_some() {
                self.refuse(name, "Is not a field here.");
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
        let mut path = self.path_to(name);
        path.extend(index.map(Step::Index));
        self.issues.borrow_mut().push(Issue { path, message });
        None
    }

    fn path_to(&self, name: &str) -> Vec<Step> {
        let mut path = self.path.clone();
        path.push(Step::Field(name.to_owned()));
        path
    }
}

/// Whether a lone surrogate may have stood in `text`: it becomes U+FFFD on the way here.
pub fn is_replaced(text: &str) -> bool {
    text.chars().any(|c| c == char::REPLACEMENT_CHARACTER)
}
