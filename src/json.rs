//! JSON values, for the bodies of requests and for failures.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_wasm_bindgen::Serializer as JsSerializer;
use wasm_bindgen::JsValue;

/// A JSON value. Does not implement `Debug`, because it may contain secrets.
///
/// A single type, because deriving `Serialize` for a struct per shape makes the module larger.
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

/// A JSON object. Its members keep their order.
#[derive(Default)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// Appends a member.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Appends a member, if there is a value.
    pub fn set_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Appends the members of `other`.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Serializes the object. Building an object for `JSON.stringify` takes far more JavaScript
    /// calls.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        write_members(&self.0, &mut text);
        text
    }

    /// Converts the object to a plain JavaScript object.
    ///
    /// # Errors
    /// Returns the serializer's error. No value is known to cause one.
    pub fn to_js(&self) -> Result<JsValue, JsValue> {
        // The default serializer would create a `Map`.
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

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Text(string) => {
            text.push('"');
            text.push_str(&escaped(string));
            text.push('"');
        }
        // All numbers in request bodies are integers.
        Value::Number(number) => text.push_str(&(*number as u64).to_string()),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::List(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write(value, text);
            }
            text.push(']');
        }
        Value::Object(object) => write_members(&object.0, text),
    }
}

fn write_members(members: &[(String, Value)], text: &mut String) {
    text.push('{');
    for (index, (name, value)) in members.iter().enumerate() {
        text.push_str(if index > 0 { ",\"" } else { "\"" });
        text.push_str(&escaped(name));
        text.push_str("\":");
        write(value, text);
    }
    text.push('}');
}

/// Escapes `text` as between the quotes of a JSON string.
pub fn escaped(text: &str) -> String {
    let mut result = String::new();
    for c in text.chars() {
        let escaped = match c {
            '"' | '\\' => c,
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\0'..='\u{1f}' => {
                result.push_str("\\u00");
                for digit in [u32::from(c) / 16, u32::from(c) % 16] {
                    result.extend(char::from_digit(digit, 16));
                }
                continue;
            }
            _ => {
                result.push(c);
                continue;
            }
        };
        result.extend(['\\', escaped]);
    }
    result
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
