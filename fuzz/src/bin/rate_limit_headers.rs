//! The fuzz target `axiomo_fuzz::rate_limit_headers`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| axiomo_fuzz::rate_limit_headers(bytes));
