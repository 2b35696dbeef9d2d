//! Prints the numbers of a page's state, as the page shows them, for authors of lessons:
//!
//! ```text
//! cargo run --release --example readings -- '#/labs/evidence?m=0.5&v=0.4'
//! ```

#[cfg(not(target_arch = "wasm32"))]
#[path = "../tests/common/readings.rs"]
mod readings;

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    for text in std::env::args().skip(1) {
        let parsed = elboscope::address::parse(&text);
        println!("{text}");
        for note in &parsed.notes {
            println!("  not taken as it stood: {note:?}");
        }
        for (name, k, value) in readings::readings_of(&parsed.address.page) {
            match k {
                Some(k) => println!("  {name}@{k} = {value}"),
                None => println!("  {name} = {value}"),
            }
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}
