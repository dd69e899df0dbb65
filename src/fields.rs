//! Reading the fields of an object that a caller made, and noting every problem at its place.

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

use crate::error::{Issue, Segment};
use crate::js_value::{self, NoText};

/// An object that is being read: which fields it may have, and what is wrong with them.
///
/// It is a snapshot of the caller's: each field of that was read once, by the loader.
pub struct Fields<'a> {
    object: JsValue,
    path: Vec<Segment>,
    known: Vec<&'static str>,
    issues: &'a mut Vec<Issue>,
}

/// A value that is not usable, with its issue already noted.
pub struct Refused;

impl<'a> Fields<'a> {
    /// The fields of `object`, which stands at `path`.
    ///
    /// # Errors
    /// Where it is no object.
    pub fn of(
        object: JsValue,
        path: Vec<Segment>,
        issues: &'a mut Vec<Issue>,
    ) -> Result<Self, Refused> {
        if !object.is_object() || Array::is_array(&object) {
            let message = "Must be an object.";
            issues.push(Issue { path, message });
            return Err(Refused);
        }
        Ok(Self {
            object,
            path,
            known: Vec::new(),
            issues,
        })
    }

    /// The field `name`, `None` where it is undefined.
    ///
    /// # Errors
    /// Where reading throws.
    pub fn value(&mut self, name: &'static str) -> Result<Option<JsValue>, Refused> {
        self.known.push(name);
        js_value::property(&self.object, name).map_err(|_| self.refuse(name, "Cannot be read."))
    }

    /// A text that may be absent, as `rule` leaves it.
    ///
    /// # Errors
    /// Where it is no text, or `rule` refuses it.
    pub fn optional(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(&str) -> Result<String, &'static str>,
    ) -> Result<Option<String>, Refused> {
        let Some(value) = self.value(name)? else {
            return Ok(None);
        };
        match text(&value, rule) {
            Ok(text) => Ok(Some(text)),
            Err(message) => Err(self.refuse(name, message)),
        }
    }

    /// A text that must be there, as `rule` leaves it.
    ///
    /// # Errors
    /// Where it is absent, no text, or `rule` refuses it.
    pub fn required(
        &mut self,
        name: &'static str,
        missing: &'static str,
        rule: impl FnOnce(&str) -> Result<String, &'static str>,
    ) -> Result<String, Refused> {
        self.optional(name, rule)?
            .ok_or_else(|| self.refuse(name, missing))
    }

    /// A number that may be absent.
    ///
    /// # Errors
    /// Where it is no number that `rule` accepts.
    pub fn number(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(f64) -> bool,
        message: &'static str,
    ) -> Result<Option<f64>, Refused> {
        let Some(value) = self.value(name)? else {
            return Ok(None);
        };
        match value.as_f64().filter(|number| rule(*number)) {
            Some(number) => Ok(Some(number)),
            None => Err(self.refuse(name, message)),
        }
    }

    /// The elements of an array that may be absent, each read by `element` or noted at its index.
    ///
    /// # Errors
    /// Where it is no array.
    pub fn array<T>(
        &mut self,
        name: &'static str,
        element: impl Fn(&JsValue) -> Result<T, &'static str>,
    ) -> Result<Option<Vec<T>>, Refused> {
        let Some(value) = self.value(name)? else {
            return Ok(None);
        };
        let Some(array) = value.dyn_ref::<Array>() else {
            return Err(self.refuse(name, "Must be an array of strings."));
        };
        let mut elements = Vec::new();
        for (index, value) in (0..).zip(array.iter()) {
            match element(&value) {
                Ok(element) => elements.push(element),
                Err(message) => {
                    let mut path = self.path_to(name);
                    path.push(Segment::Index(index));
                    self.issues.push(Issue { path, message });
                }
            }
        }
        Ok(Some(elements))
    }

    /// The fields of the object that is the field `name`, which may be absent.
    ///
    /// # Errors
    /// Where it is no object.
    pub fn object(&mut self, name: &'static str) -> Result<Option<Fields<'_>>, Refused> {
        match self.value(name)? {
            Some(object) => Fields::of(object, self.path_to(name), self.issues).map(Some),
            None => Ok(None),
        }
    }

    /// The fields of each of the objects that stand in this one under names of the caller's.
    pub fn objects<T>(
        &mut self,
        mut read: impl FnMut(Fields<'_>) -> Result<T, Refused>,
    ) -> Vec<(String, T)> {
        let mut objects = Vec::new();
        for (name, value) in self.entries() {
            // Set on an object, it would become the prototype and be missing on the wire.
            if name == "__proto__" {
                self.refuse(&name, "Is not a usable name.");
                continue;
            }
            if let Ok(object) =
                Fields::of(value, self.path_to(&name), self.issues).and_then(&mut read)
            {
                objects.push((name, object));
            }
        }
        objects
    }

    /// Notes what is wrong with the field `name`.
    pub fn refuse(&mut self, name: &str, message: &'static str) -> Refused {
        let path = self.path_to(name);
        self.issues.push(Issue { path, message });
        Refused
    }

    /// Refuses the fields that nobody asked for; to be called last.
    pub fn refuse_unknown(&mut self) {
        for (name, value) in self.entries() {
            if !self.known.contains(&name.as_str()) && !value.is_undefined() {
                self.refuse(&name, "Is not a known field.");
            }
        }
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

/// `value` as text, as `rule` leaves it.
///
/// # Errors
/// Where it is no text, or `rule` refuses it.
pub fn text(
    value: &JsValue,
    rule: impl FnOnce(&str) -> Result<String, &'static str>,
) -> Result<String, &'static str> {
    match js_value::text(value) {
        Ok(text) => rule(&text),
        Err(NoText::NoString) => Err("Must be a string."),
        Err(NoText::LoneSurrogate) => Err("Must not contain half a character (a lone surrogate)."),
    }
}
