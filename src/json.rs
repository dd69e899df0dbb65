//! JSON values: the bodies of requests, and failures for JavaScript.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_wasm_bindgen::Serializer as JsSerializer;
use wasm_bindgen::JsValue;

/// A value in JSON. Has no `Debug`: it can hold secrets.
///
/// One type instead of a struct for each shape, because each derived `Serialize` is code of its
/// own.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// A boolean.
    Bool(bool),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Object(Object),
}

/// Members in their order.
#[derive(Default)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// Puts a member behind the others.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// The same, for a value that may be absent.
    pub fn set_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Puts all of `other` behind the members.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The plain object.
    ///
    /// # Errors
    /// None that is known.
    pub fn to_js(&self) -> Result<JsValue, JsValue> {
        // The default serializer would make a Map of it.
        Ok(self.serialize(&JsSerializer::json_compatible())?)
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(values: Vec<Value>) -> Self {
        Self::List(values)
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        let mut values = Vec::new();
        for text in texts {
            values.push(text.into());
        }
        Self::List(values)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}
