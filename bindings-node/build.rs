//! Tells the linker that the engine gives what this lacks.

fn main() {
    napi_build::setup();
}
