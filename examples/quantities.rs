//! Prints the registry of quantities as Markdown: `cargo run --example quantities > docs/quantities.md`.

fn main() {
    print!("{}", elboscope::quantity::markdown());
}
