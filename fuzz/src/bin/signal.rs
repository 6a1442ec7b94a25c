//! The fuzz target `axiomo_fuzz::signal`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| axiomo_fuzz::signal(bytes));
