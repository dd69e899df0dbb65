//! Ordinary Rust, to test that the package's build does not change what it does.

use std::cell::RefCell;
use std::hint::black_box;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;
use wasm_bindgen::prelude::*;

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only {:?} reads some fields")]
struct Store {
    name: String,
    visits: u8,
    rating: f64,
    state: State,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only {:?} reads the field")]
enum State {
    Open,
    Closed { since: (u32, Option<char>) },
}

/// How `{:?}` and `{:#?}` write values of every kind.
#[wasm_bindgen]
pub fn debug() -> Vec<String> {
    let store = Store {
        name: "Büro \"1\"\n\u{301}".to_owned(),
        visits: 7,
        rating: 4.0,
        state: State::Closed {
            since: (1999, Some('\'')),
        },
    };
    vec![
        format!("{store:?}"),
        format!("{:#?}", State::Open),
        format!("{:#?}", State::Closed { since: (1, None) }),
        format!("{:?}", [f64::NAN, -0.0, 1e21, 0.1 + 0.2]),
        format!("{:02x?}", b"wasm"),
        format!("{:?}", "256".parse::<u8>()),
        format!("{:?}", RefCell::new(())),
    ]
}

/// How widths, precisions and signs shape `number`.
#[wasm_bindgen]
pub fn shaped(number: f64) -> String {
    let whole = number as i64;
    let width = 6;
    format!(
        "{number:>8.2}|{number:<8.1}|{number:^+9.0}|{number:e}|{whole:08}|{whole:#x}|{whole:>width$}"
    )
}

/// `to_string()` of values other than strings.
#[wasm_bindgen(js_name = toStrings)]
pub fn to_strings(number: f64) -> Vec<String> {
    vec![
        number.to_string(),
        (number as u64).to_string(),
        (number as f32).to_string(),
        (number > 0.0).to_string(),
        i128::MIN.to_string(),
        "x".parse::<f64>().unwrap_err().to_string(),
        String::from_utf8(vec![0xff]).unwrap_err().to_string(),
    ]
}

/// Reads a store.
///
/// # Errors
/// serde-wasm-bindgen's, as an `Error`.
#[wasm_bindgen(js_name = readStore)]
pub fn read_store(value: JsValue) -> Result<String, JsValue> {
    let store: Store = serde_wasm_bindgen::from_value(value)?;
    Ok(format!("{} {:?}", store.name, store.state))
}

/// The text of serde's own error for a number in place of a string.
#[wasm_bindgen(js_name = serdeError)]
pub fn serde_error(number: f64) -> String {
    let read = String::deserialize(IntoDeserializer::<Error>::into_deserializer(number));
    read.unwrap_err().to_string()
}

/// Panics in one of Rust's ways. Each needs `zero` to be one, which the compiler cannot know.
#[wasm_bindgen(js_name = panicBy)]
pub fn panic_by(way: &str, zero: usize) -> usize {
    let numbers = [1; 3];
    let none = numbers.get(zero + 3);
    match way {
        "panic!" => panic!("{zero} is not {way}"),
        "unreachable!" => unreachable!("{way}"),
        "assert_eq!" => {
            assert_eq!(zero, 1, "{way}");
            zero
        }
        "index" => numbers[zero + 3],
        "slice" => numbers[zero + 4..].len(),
        "character boundary" => "ü"[zero + 1..].len(),
        "unwrap of None" => *none.unwrap(),
        "expect of Err" => "x".parse().expect(way),
        "division by zero" => 1 / zero,
        "borrow" => {
            let cell = RefCell::new(zero);
            let _first = cell.borrow_mut();
            *cell.borrow_mut()
        }
        "capacity" => Vec::<usize>::with_capacity(usize::MAX - zero).len(),
        // Together they are more than there can be.
        "allocation" => black_box([usize::MAX / 2; 2].map(Vec::<u8>::with_capacity)).len(),
        _ => zero,
    }
}
