#![no_main]
use authenticate_bigcommerce_fuzz::properties::{self, Answer};

libfuzzer_sys::fuzz_target!(|input: (Option<bool>, Vec<Answer>)| properties::plan(
    input.0, &input.1
));
