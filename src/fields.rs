//! Reading the fields of an object that a caller made, and noting every problem at its place.

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

/// What is wrong with a config: pairs of a path and a message. Kept in JavaScript, where it is told.
pub type Problems = Array;

/// An object that is being read: the fields that nobody has asked for yet, and where it stands.
///
/// What cannot be used is noted and read as absent or empty, so that reading goes on and all
/// problems are found; what was read is of use only where none was. The object is a snapshot of the
/// caller's (`src/authenticate.ts`), without fields that are undefined.
pub struct Fields<'a> {
    fields: Vec<(String, Option<JsValue>)>,
    path: Array,
    problems: &'a Problems,
}

/// What a text comes to, or what is wrong with it.
pub type Rule<'a> = &'a dyn Fn(&str) -> Result<String, &'static str>;

impl<'a> Fields<'a> {
    /// The fields of `object`, which stands at `path`; `None` where it is no object.
    pub fn of(object: &JsValue, path: Array, problems: &'a Problems) -> Option<Self> {
        if !object.is_object() || Array::is_array(object) {
            note(problems, &path, "Must be an object.");
            return None;
        }
        let mut fields = Vec::new();
        // All at once, because asking for one by its name takes the name across the border.
        for entry in Object::entries(object.unchecked_ref()) {
            let entry: Array = entry.unchecked_into();
            let name = entry.get(0).as_string().unwrap_or_default();
            fields.push((name, Some(entry.get(1))));
        }
        Some(Self {
            fields,
            path,
            problems,
        })
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

    /// The field `name`, where it is there and was not read yet.
    pub fn value(&mut self, name: &str) -> Option<JsValue> {
        let mut fields = self.fields.iter_mut();
        fields.find(|(own, _)| own == name)?.1.take()
    }

    /// A text that may be absent.
    pub fn text(&mut self, name: &str, rule: Rule<'_>) -> Option<String> {
        let value = self.value(name)?;
        self.judge(&value, name, None, rule)
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
            texts.extend(self.judge(&value, name, Some(index), rule));
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
        Fields::of(&object, self.path_to(name), self.problems)
    }

    /// The names of the fields, where they are the caller's to choose.
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Notes what is wrong with the field `name`.
    pub fn refuse(&self, name: &str, message: &str) {
        note(self.problems, &self.path_to(name), message);
    }

    /// Refuses the fields that nobody asked for.
    pub fn end(self) {
        for (name, value) in &self.fields {
            if value.is_some() {
                self.refuse(name, "Is not a field here.");
            }
        }
    }

    /// The text `value`, which is the field `name` or stands in it at `index`.
    fn judge(
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
        let path = self.path_to(name);
        if let Some(index) = index {
            path.push(&JsValue::from_f64(index.into()));
        }
        note(self.problems, &path, message);
        None
    }

    fn path_to(&self, name: &str) -> Array {
        self.path.concat(&Array::of1(&name.into()))
    }
}

fn note(problems: &Problems, path: &Array, message: &str) {
    problems.push(&Array::of2(path, &message.into()));
}

/// Whether a lone surrogate may have stood in `text`: it becomes U+FFFD on the way here.
pub fn is_replaced(text: &str) -> bool {
    text.chars().any(|c| c == char::REPLACEMENT_CHARACTER)
}
