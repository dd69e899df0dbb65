#![no_main]
use authenticate_bigcommerce_fuzz::properties::{self, Response};

libfuzzer_sys::fuzz_target!(|input: (Option<bool>, Vec<Response>)| properties::plan(
    input.0, &input.1
));
