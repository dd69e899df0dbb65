//! Reading JavaScript values that somebody else made.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// The property `name` of `object`; `None` where it is undefined, `object` is none, or reading
/// throws.
pub fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined()).then_some(value)
}

/// Why a value cannot be taken as text.
pub enum NoText {
    /// It is no string.
    NoString,
    /// A surrogate stands alone in it: it would not arrive as it is, because UTF-8 has no such thing.
    LoneSurrogate,
}

/// `value` as text.
///
/// # Errors
/// See [`NoText`].
pub fn text(value: &JsValue) -> Result<String, NoText> {
    let text = value.as_string().ok_or(NoText::NoString)?;
    if is_replaced(&text) && *value != JsValue::from_str(&text) {
        return Err(NoText::LoneSurrogate);
    }
    Ok(text)
}

/// Whether a lone surrogate may have stood in `text`: it becomes U+FFFD on the way here.
pub fn is_replaced(text: &str) -> bool {
    text.chars().any(|c| c == char::REPLACEMENT_CHARACTER)
}
