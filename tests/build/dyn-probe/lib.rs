//! Formats through trait objects alone: nothing here calls `core::fmt` by name.

use std::cell::RefCell;
use std::error::Error;
use std::fmt::Display;
use std::hint::black_box;

use wasm_bindgen::prelude::*;

/// The texts of a number and of an error that a panic can also have.
#[wasm_bindgen(js_name = toStrings)]
pub fn to_strings(number: u32) -> Vec<String> {
    let cell = RefCell::new(number);
    let _borrowed = cell.borrow_mut();
    let displayed: Box<dyn Display> = Box::new(number);
    let error: Result<(), Box<dyn Error>> = cell.try_borrow().map(drop).map_err(Into::into);
    let mut texts = vec![(*black_box(displayed)).to_string()];
    texts.extend(black_box(error).err().map(|error| (*error).to_string()));
    texts
}
