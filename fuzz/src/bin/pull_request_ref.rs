//! The fuzz target `axiomo_fuzz::pull_request_ref`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| axiomo_fuzz::pull_request_ref(bytes));
