//! Has the linker keep the relocations of the page's program, by which it is split into parts (scripts/bin/wasm-bindgen).

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32") {
        println!("cargo::rustc-link-arg-bin=elboscope=--emit-relocs");
    }
}
