//! Reading the fields of an object that a caller made, and noting every issue at its place.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::issues::{Issue, IssueCode, Issues};
use crate::text::trim_invisible;

#[wasm_bindgen]
extern "C" {
    // js-sys has them without `catch`, and reading a field may throw.
    #[wasm_bindgen(js_namespace = Object, catch)]
    fn keys(object: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_namespace = Object, catch)]
    fn values(object: &JsValue) -> Result<Array, JsValue>;
}

/// That a required value is not there.
pub const MISSING: &Issue = &Issue::new(IssueCode::Missing, "Is missing.");

const NO_OBJECT: &Issue = &Issue::new(IssueCode::Type, "Must be an object.");

const NO_STRING: &Issue = &Issue::new(IssueCode::Type, "Must be a string.");

const NO_STRINGS: &Issue = &Issue::new(IssueCode::Type, "Must be an array of strings.");

const SURROGATE: &Issue = &Issue::new(
    IssueCode::Surrogate,
    "Must not contain half a character (a lone surrogate).",
);

const UNKNOWN: &Issue = &Issue::new(IssueCode::Unknown, "Is not a known field.");

const UNREADABLE: &Issue = &Issue::new(IssueCode::Unreadable, "Cannot be read: reading it throws.");

/// An object that is being read: the fields that were not read yet, and its place in the config.
///
/// What is not usable is noted and read as absent or empty, so that reading goes on and all issues
/// are found; what was read is of use only if there are none.
pub struct Fields<'a> {
    fields: Vec<(String, JsValue)>,
    /// The names of the fields that lead here.
    path: Vec<String>,
    issues: &'a RefCell<Issues>,
}

/// The value that a text stands for, or what is wrong with it.
pub type Rule<'a> = &'a dyn Fn(&str) -> Result<String, &'static Issue>;

impl<'a> Fields<'a> {
    /// The fields of `object`, which stands at `path`; `None` if it is no object.
    pub fn of(object: &JsValue, path: Vec<String>, issues: &'a RefCell<Issues>) -> Option<Self> {
        let issue = if !object.is_object() || Array::is_array(object) {
            NO_OBJECT
        } else if let (Ok(keys), Ok(values)) = (keys(object), values(object)) {
            let mut fields = Vec::new();
            for index in 0..keys.length() {
                let value = values.get(index);
                if !value.is_undefined() {
                    let name = keys.get(index).as_string();
                    fields.push((name.unwrap_or_default(), value));
                }
            }
            return Some(Self {
                fields,
                path,
                issues,
            });
        } else {
            UNREADABLE
        };
        issues.borrow_mut().push(&path, None, issue);
        None
    }

    /// Whether the field `name` is there and was not read yet.
    pub fn has(&self, name: &str) -> bool {
        self.peek(name).is_some()
    }

    /// The field `name`, to be read later.
    pub fn peek(&self, name: &str) -> Option<&JsValue> {
        let mut fields = self.fields.iter();
        Some(&fields.find(|(own, _)| own == name)?.1)
    }

    /// The field `name`, if it is there and was not read yet.
    pub fn value(&mut self, name: &str) -> Option<JsValue> {
        let at = self.fields.iter().position(|(own, _)| own == name)?;
        Some(self.fields.remove(at).1)
    }

    /// Lets a text in which nothing can be seen count as absent.
    pub fn drop_blank(&mut self, name: &str) {
        let text = self.peek(name).and_then(JsValue::as_string);
        if text.is_some_and(|text| trim_invisible(&text).is_empty()) {
            self.value(name);
        }
    }

    /// A text that may be absent.
    pub fn text(&mut self, name: &str, rule: Rule<'_>) -> Option<String> {
        let value = self.value(name)?;
        self.validate(&value, name, None, rule)
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &str, missing: &'static Issue, rule: Rule<'_>) -> String {
        if !self.has(name) {
            self.refuse(name, missing);
        }
        self.text(name, rule).unwrap_or_default()
    }

    /// An array of texts that may be absent; `too_many` has the `max`.
    pub fn texts(
        &mut self,
        name: &str,
        too_many: &'static Issue,
        rule: Rule<'_>,
    ) -> Option<Vec<String>> {
        let value = self.value(name)?;
        let Some(array) = value.dyn_ref::<Array>() else {
            self.refuse(name, NO_STRINGS);
            return None;
        };
        if is_over(array.length(), too_many) {
            self.refuse(name, too_many);
            return None;
        }
        let mut texts = Vec::new();
        for (index, value) in (0..).zip(array.iter()) {
            texts.extend(self.validate(&value, name, Some(index), rule));
        }
        Some(texts)
    }

    /// A number that may be absent; `issue` says what it must be.
    pub fn number(
        &mut self,
        name: &str,
        rule: fn(f64) -> bool,
        issue: &'static Issue,
    ) -> Option<f64> {
        let value = self.value(name)?;
        let number = value.as_f64().filter(|number| rule(*number));
        if number.is_none() {
            self.refuse(name, issue);
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
    pub fn refuse(&self, name: &str, issue: &'static Issue) {
        self.note(name, None, issue);
    }

    fn note(&self, name: &str, index: Option<u32>, issue: &'static Issue) {
        let path = self.path_to(name);
        self.issues.borrow_mut().push(&path, index, issue);
    }

    /// Refuses the fields that were not read.
    pub fn end(self) {
        for (name, _) in &self.fields {
            self.refuse(name, UNKNOWN);
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
        let issue = match value.as_string() {
            None => NO_STRING,
            // It would not arrive as it is, because UTF-8 has no such thing.
            Some(text) if is_replaced(&text) && *value != JsValue::from_str(&text) => SURROGATE,
            Some(text) => match rule(&text) {
                Ok(text) => return Some(text),
                Err(issue) => issue,
            },
        };
        self.note(name, index, issue);
        None
    }

    fn path_to(&self, name: &str) -> Vec<String> {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        path
    }
}

/// Whether a number of entries is over the `max` of the issue that says so.
pub fn is_over(length: u32, too_many: &'static Issue) -> bool {
    too_many
        .params
        .iter()
        .any(|(_, max)| f64::from(length) > *max)
}

/// Whether a lone surrogate may have stood in `text`: it becomes U+FFFD on the way here.
pub fn is_replaced(text: &str) -> bool {
    text.chars().any(|c| c == char::REPLACEMENT_CHARACTER)
}
