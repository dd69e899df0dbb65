//! Reading the fields of an object that a caller made, and noting every problem at its place.

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

use crate::error::{Issue, Segment};
use crate::js_value::{self, NoText};

/// An object that is being read: which fields it may have, and what is wrong with them.
///
/// What cannot be used is noted and read as absent or empty, so that reading goes on and all
/// problems are found; what was read is of use only where none was. The object is a snapshot of the
/// caller's, each field of which was read once, by the loader.
pub struct Fields<'a> {
    object: JsValue,
    path: Vec<Segment>,
    known: Vec<&'static str>,
    issues: &'a mut Vec<Issue>,
}

/// What a text comes to, or what is wrong with it.
pub type Rule = fn(&str) -> Result<String, &'static str>;

impl<'a> Fields<'a> {
    /// The fields of `object`, which stands at `path`; `None` where it is no object.
    pub fn of(object: JsValue, path: Vec<Segment>, issues: &'a mut Vec<Issue>) -> Option<Self> {
        if !object.is_object() || Array::is_array(&object) {
            issues.push(Issue {
                path,
                message: "Must be an object.",
            });
            return None;
        }
        Some(Self {
            object,
            path,
            known: Vec::new(),
            issues,
        })
    }

    /// The field `name`, `None` where it is undefined.
    pub fn value(&mut self, name: &'static str) -> Option<JsValue> {
        self.known.push(name);
        js_value::property(&self.object, name)
    }

    /// A text that may be absent.
    pub fn text(&mut self, name: &'static str, rule: Rule) -> Option<String> {
        let value = self.value(name)?;
        let path = self.path_to(name);
        self.judge(&value, path, rule)
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &'static str, missing: &'static str, rule: Rule) -> String {
        match self.value(name) {
            Some(value) => self.judge(&value, self.path_to(name), rule),
            None => self.refuse(name, missing),
        }
        .unwrap_or_default()
    }

    /// An array of texts that may be absent.
    pub fn texts(&mut self, name: &'static str, rule: Rule) -> Option<Vec<String>> {
        let value = self.value(name)?;
        let Some(array) = value.dyn_ref::<Array>() else {
            return self.refuse(name, "Must be an array of strings.");
        };
        let mut texts = Vec::new();
        for (index, value) in (0..).zip(array.iter()) {
            let mut path = self.path_to(name);
            path.push(Segment::Index(index));
            texts.extend(self.judge(&value, path, rule));
        }
        Some(texts)
    }

    /// A number that may be absent.
    pub fn number(
        &mut self,
        name: &'static str,
        rule: fn(f64) -> bool,
        message: &'static str,
    ) -> Option<f64> {
        let number = self.value(name)?.as_f64().filter(|number| rule(*number));
        number.or_else(|| self.refuse(name, message))
    }

    /// An object that may be absent.
    pub fn object(&mut self, name: &'static str) -> Option<Fields<'_>> {
        let object = self.value(name)?;
        Fields::of(object, self.path_to(name), self.issues)
    }

    /// The objects that stand in this one under names of the caller's.
    pub fn objects<T>(&mut self, read: fn(Fields<'_>) -> T) -> Vec<(String, T)> {
        let mut objects = Vec::new();
        for (name, value) in self.entries() {
            // Set on an object, it would become the prototype and be missing on the wire. And a
            // lone surrogate has become U+FFFD on the way here.
            if name == "__proto__" || name.chars().any(|c| c == char::REPLACEMENT_CHARACTER) {
                self.refuse::<()>(&name, "Is not a usable name.");
            } else if let Some(fields) = Fields::of(value, self.path_to(&name), self.issues) {
                objects.push((name, read(fields)));
            }
        }
        objects
    }

    /// Notes what is wrong with the field `name`, which is then read as absent.
    pub fn refuse<T>(&mut self, name: &str, message: &'static str) -> Option<T> {
        let path = self.path_to(name);
        self.issues.push(Issue { path, message });
        None
    }

    /// Refuses the fields that nobody asked for; to be called last.
    pub fn refuse_unknown(&mut self) {
        for (name, value) in self.entries() {
            if !self.known.contains(&name.as_str()) && !value.is_undefined() {
                self.refuse::<()>(&name, "Is not a field here.");
            }
        }
    }

    fn judge(&mut self, value: &JsValue, path: Vec<Segment>, rule: Rule) -> Option<String> {
        let message = match js_value::text(value) {
            Ok(text) => match rule(&text) {
                Ok(text) => return Some(text),
                Err(message) => message,
            },
            Err(NoText::NoString) => "Must be a string.",
            Err(NoText::LoneSurrogate) => "Must not contain half a character (a lone surrogate).",
        };
        self.issues.push(Issue { path, message });
        None
    }

    fn entries(&self) -> Vec<(String, JsValue)> {
        let entries = Object::entries(self.object.unchecked_ref());
        let entry = |entry: JsValue| {
            let entry: Array = entry.unchecked_into();
            (entry.get(0).as_string().unwrap_or_default(), entry.get(1))
        };
        entries.iter().map(entry).collect()
    }

    fn path_to(&self, name: &str) -> Vec<Segment> {
        let mut path = self.path.clone();
        path.push(Segment::Name(name.to_owned()));
        path
    }
}
