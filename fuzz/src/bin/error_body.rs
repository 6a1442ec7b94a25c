//! The fuzz target `axiomo_fuzz::error_body`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| axiomo_fuzz::error_body(bytes));
