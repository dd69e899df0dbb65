#![no_main]
use authenticate_bigcommerce_fuzz::properties;

libfuzzer_sys::fuzz_target!(|value: &str| properties::redaction(value));
