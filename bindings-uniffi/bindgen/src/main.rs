//! `axiomo-uniffi-bindgen generate --library FILE --language LANGUAGE --out-dir FOLDER`

fn main() {
    uniffi::uniffi_bindgen_main();
}
