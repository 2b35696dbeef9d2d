//! The bench's verdict on the weights where the right verdict is known: at the best q of every digit and at the
//! encoder's.

use candle_core::DType;
use elboscope::bench::{Noise, Readings, Scene};
use elboscope::data::{Binarization, gallery};
use elboscope::evidence::Verdict;
use elboscope::exact::{LatticePair, LogPartitionPair, best_gaussian};
use elboscope::model::{ImageTerm, encoder_proposal, read_weights};
use elboscope::state::BenchState;

#[test]
fn at_the_best_q_nothing_is_orange_and_with_a_poor_ess_nothing_is_green() {
    let bytes = include_bytes!("../../public/models/strokes.safetensors");
    let model = read_weights(bytes).unwrap();
    let wide = model.to_dtype(DType::F64).unwrap();
    let partitions = LogPartitionPair::new(&wide, LatticePair::FINE).unwrap();
    // K = 64 and seed 7 are the bench's own.
    let noise = Noise::new(7).take(64);
    let (mut good, mut poor, mut wrong) = (0, 0, Vec::new());
    for digit in gallery() {
        let image = Binarization::default().apply(&digit.image);
        let exact = ImageTerm::new(&wide, &image).unwrap();
        let encoder = encoder_proposal(&model, &image).unwrap();
        let scene = Scene::new(partitions.field(&wide, &exact).unwrap(), encoder);
        let best = best_gaussian(&scene.field, &[encoder], BenchState::admits).unwrap();
        let term = ImageTerm::new(&model, &image).unwrap();
        for q in [best.q, encoder] {
            let found = Readings::new(&scene, &model, &term, &q, &noise).unwrap();
            let (gap, pool) = (found.decomposition.kl_posterior, found.pool());
            let (ess, verdict) = (pool.effective.unwrap(), pool.verdict());
            println!("gap {gap:.3}, ESS {ess:.1}, {pool:?}: {verdict:?}");
            let is_good = ess >= 0.9 * 64.0;
            let is_poor = ess < 0.6 * 64.0 || gap > 0.4;
            good += usize::from(is_good);
            poor += usize::from(is_poor);
            let is_green = verdict == Verdict::Fine;
            let is_orange = verdict.is_doubt();
            if (is_good && !is_green) || (is_poor && is_green) || (gap < 0.05 && is_orange) {
                wrong.push(format!("gap {gap}: {pool:?} is {verdict:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(good >= 5 && poor >= 2, "{good} and {poor}");
}
