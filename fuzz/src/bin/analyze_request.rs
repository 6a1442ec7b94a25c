//! The fuzz target `axiomo_fuzz::analyze_request`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| axiomo_fuzz::analyze_request(bytes));
