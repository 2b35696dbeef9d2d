//! The code of the lesson on the VAE: the version that it calls right must run unchanged.

use elboscope::course::Block;
use elboscope::state::Language;

use crate::course::{course, steps};

/// The code of a step's listings.
fn code_of(place: &str, language: Language) -> String {
    let course = course(language);
    let found = steps(&course).filter(|(step, ..)| step == place);
    let blocks = found.flat_map(|(_, _, step)| &step.blocks);
    let lines = blocks.flat_map(|block| match block {
        Block::Listing(lines) => lines.as_slice(),
        _ => &[],
    });
    lines.map(|line| format!("{}\n", line.code)).collect()
}

#[test]
fn the_right_loop_takes_pairs_and_is_whole() {
    for language in Language::ALL {
        let code = code_of("vae/6", language);
        // A loader of labelled images yields (x, y); the model takes x alone.
        assert!(code.contains("\n    for batch, _ in data_loader:\n"), "{code}");
        assert!(!code.contains("for batch in "), "{code}");
        let order = [
            "return -(BCE + KLD)",
            "batch = (batch > 0.5).float()",
            "model(batch)",
            "loss = -model.elbo(",
            "/ len(batch)",
            "optimizer.zero_grad()",
            "loss.backward()",
            "optimizer.step()",
        ];
        let places = order.map(|part| code.find(part).unwrap_or_else(|| panic!("{part}: {code}")));
        assert!(places.is_sorted(), "{code}");
    }
}
