//! Reads the fields of a JavaScript object, and records each issue with its path.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::issues::{Issue, IssueCode, Issues};
use crate::text::trim_invisible;

#[wasm_bindgen]
extern "C" {
    // js-sys declares them without `catch`, but a getter may throw.
    #[wasm_bindgen(js_namespace = Object, catch)]
    fn keys(object: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_namespace = Object, catch)]
    fn values(object: &JsValue) -> Result<Array, JsValue>;
}

/// The issue of a missing value.
pub const MISSING: &Issue = &Issue::new(IssueCode::Missing, "Is missing.");

const NOT_AN_OBJECT: &Issue = &Issue::new(IssueCode::Type, "Must be an object.");

const NOT_A_STRING: &Issue = &Issue::new(IssueCode::Type, "Must be a string.");

const NOT_STRINGS: &Issue = &Issue::new(IssueCode::Type, "Must be an array of strings.");

const SURROGATE: &Issue = &Issue::new(
    IssueCode::Surrogate,
    "Must not contain half a character (a lone surrogate).",
);

const UNKNOWN: &Issue = &Issue::new(IssueCode::Unknown, "Is not a known field.");

const UNREADABLE: &Issue = &Issue::new(IssueCode::Unreadable, "Cannot be read: reading it throws.");

/// The unread fields of an object, and its path in the config.
///
/// An invalid value is recorded as an issue and read as absent or empty, so that reading continues
/// and finds all issues. Use the values only if there are none.
pub struct Fields<'a> {
    fields: Vec<(String, JsValue)>,
    /// The path of the object in the config.
    path: Vec<String>,
    issues: &'a RefCell<Issues>,
}

/// Validates a string. Returns it in its normal form, or an issue.
pub type Rule<'a> = &'a dyn Fn(&str) -> Result<String, &'static Issue>;

impl<'a> Fields<'a> {
    /// Reads the fields of `object`, which is at `path` in the config. Returns `None` and records
    /// an issue if it is not an object.
    pub fn of(object: &JsValue, path: Vec<String>, issues: &'a RefCell<Issues>) -> Option<Self> {
        let issue = if !object.is_object() || Array::is_array(object) {
            NOT_AN_OBJECT
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

    /// Whether the field `name` is present and unread.
    pub fn has(&self, name: &str) -> bool {
        self.peek(name).is_some()
    }

    /// Returns the field `name`, which stays unread.
    pub fn peek(&self, name: &str) -> Option<&JsValue> {
        let mut fields = self.fields.iter();
        Some(&fields.find(|(key, _)| key == name)?.1)
    }

    /// Takes the field `name`, if it is present and unread.
    pub fn take(&mut self, name: &str) -> Option<JsValue> {
        let at = self.fields.iter().position(|(key, _)| key == name)?;
        Some(self.fields.remove(at).1)
    }

    /// Drops a string without visible characters, so that it counts as absent.
    pub fn drop_blank(&mut self, name: &str) {
        let text = self.peek(name).and_then(JsValue::as_string);
        if text.is_some_and(|text| trim_invisible(&text).is_empty()) {
            self.take(name);
        }
    }

    /// Reads an optional string.
    pub fn text(&mut self, name: &str, rule: Rule<'_>) -> Option<String> {
        let value = self.take(name)?;
        self.validate(&value, name, None, rule)
    }

    /// Reads a required string.
    pub fn required(&mut self, name: &str, missing: &'static Issue, rule: Rule<'_>) -> String {
        if !self.has(name) {
            self.refuse(name, missing);
        }
        self.text(name, rule).unwrap_or_default()
    }

    /// Reads an optional array of strings, at most as many as the `max` of `too_many`.
    pub fn texts(
        &mut self,
        name: &str,
        too_many: &'static Issue,
        rule: Rule<'_>,
    ) -> Option<Vec<String>> {
        let value = self.take(name)?;
        let Some(array) = value.dyn_ref::<Array>() else {
            self.refuse(name, NOT_STRINGS);
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

    /// Reads an optional number. Records `issue` if `rule` rejects it.
    pub fn number(
        &mut self,
        name: &str,
        rule: fn(f64) -> bool,
        issue: &'static Issue,
    ) -> Option<f64> {
        let value = self.take(name)?;
        let number = value.as_f64().filter(|number| rule(*number));
        if number.is_none() {
            self.refuse(name, issue);
        }
        number
    }

    /// Reads an optional object.
    pub fn object(&mut self, name: &str) -> Option<Fields<'a>> {
        let object = self.take(name)?;
        Self::of(&object, self.path_to(name), self.issues)
    }

    /// Returns the names of the unread fields.
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Records an issue with the field `name`.
    pub fn refuse(&self, name: &str, issue: &'static Issue) {
        self.record(name, None, issue);
    }

    fn record(&self, name: &str, index: Option<u32>, issue: &'static Issue) {
        let path = self.path_to(name);
        self.issues.borrow_mut().push(&path, index, issue);
    }

    /// Records an issue for each unread field, because it is unknown.
    pub fn end(self) {
        for (name, _) in &self.fields {
            self.refuse(name, UNKNOWN);
        }
    }

    /// Validates a string, which is the field `name` or its entry at `index`.
    fn validate(
        &self,
        value: &JsValue,
        name: &str,
        index: Option<u32>,
        rule: Rule<'_>,
    ) -> Option<String> {
        let issue = match value.as_string() {
            None => NOT_A_STRING,
            // UTF-8 cannot encode it, so the service would receive another value.
            Some(text)
                if has_replacement_character(&text) && *value != JsValue::from_str(&text) =>
            {
                SURROGATE
            }
            Some(text) => match rule(&text) {
                Ok(text) => return Some(text),
                Err(issue) => issue,
            },
        };
        self.record(name, index, issue);
        None
    }

    fn path_to(&self, name: &str) -> Vec<String> {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        path
    }
}

/// Whether `length` exceeds the `max` of `too_many`.
pub fn is_over(length: u32, too_many: &'static Issue) -> bool {
    too_many
        .params
        .iter()
        .any(|(_, max)| f64::from(length) > *max)
}

/// Whether `text` may have contained a lone surrogate, which becomes U+FFFD in a Rust string.
pub fn has_replacement_character(text: &str) -> bool {
    text.chars().any(|c| c == char::REPLACEMENT_CHARACTER)
}
