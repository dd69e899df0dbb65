#![no_main]
use authenticate_bigcommerce_fuzz::properties;

libfuzzer_sys::fuzz_target!(|value: &str| properties::callback_url(value));
