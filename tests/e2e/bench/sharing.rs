//! Whether a second worker would be faster: one worker with whole batches against two with half of each batch, which
//! exchange gradients in transferred buffers.

use serde_json::json;

use super::quantile;
use super::training::{SHAPES, Shape, begin, folder, milliseconds};
use crate::harness::visit_folder;

const TURNS: u32 = 15;

#[test]
#[ignore = "a measurement: make bench"]
fn two_workers_share_a_batch() {
    visit_folder(&folder(), |page| {
        begin(page);
        println!("\nOne worker with batches of 128 against two with 64 of them each");
        for shape in &SHAPES {
            let Shape { hidden, latent, steps_per_turn } = shape;
            let found = page.run(
                "return window.share(...arguments)",
                json!([hidden, latent, steps_per_turn, TURNS]),
            );
            let [whole, half, shared] =
                ["whole", "half", "shared"].map(|name| milliseconds(&found[name]));
            for (name, share) in [("best", 0.0), ("median", 0.5)] {
                let [whole, half, shared] =
                    [&whole, &half, &shared].map(|times| quantile(times, share));
                println!(
                    "{:<24} {name:<7} one {whole:>6.2} ms, two {shared:>6.2} ms ({half:>6.2} without \
                     the messages): {:.2} times as fast",
                    shape.name(),
                    whole / shared
                );
            }
        }
    });
}
