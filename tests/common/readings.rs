//! The numbers of a page's state by their documented names, computed without the page.

use std::sync::OnceLock;

use candle_core::DType;
use elboscope::address::Page;
use elboscope::bench::{Noise, Readings, Scene, draw};
use elboscope::data::{Binarization, BinaryImage, Threshold, gallery};
use elboscope::evidence::{LADDER_STEPS, LogWeights, ladder};
use elboscope::exact::{LatticePair, LogPartitionPair, best_gaussian, exact_iwae_ladder};
use elboscope::lab::{LabState, start_of};
use elboscope::model::{ImageTerm, Vae, encoder_proposal, read_weights};
use elboscope::quantity::Quantity;
use elboscope::state::{BenchState, BinarizeState, Language, XSource};

const MODEL: &[u8] = include_bytes!("../../public/models/strokes.safetensors");

/// Draws behind the ladder of the bench.
const LADDER_DRAWS: usize = 16 * 1024;

/// A number on the page: its quantity, K if it exists once for each K, and its value.
pub type Reading = (Quantity, Option<usize>, f64);

/// Every number of a page in a state, once everything is computed; training has none before it runs.
pub fn readings_of(page: &Page) -> Vec<Reading> {
    match page {
        Page::Bench(state) => bench(state),
        Page::Lab(state) => lab(state),
        Page::Train(_) | Page::Course(_) => Vec::new(),
    }
}

/// The model that the page opens with.
pub fn model() -> Vae {
    read_weights(MODEL).expect("the shipped model")
}

fn lab(state: &LabState) -> Vec<Reading> {
    let Some(start) = start_of(state.lab.name) else { return Vec::new() };
    let mut run = start(state.values(), Some(&model())).expect("a state that can be computed");
    while run.advance() {}
    let sheet = run.sheet(run.steps(), Language::En);
    let metrics = sheet.metrics.into_iter();
    metrics.filter_map(|m| Some((m.quantity, m.k, m.value?))).collect()
}

/// x in black and white.
pub fn image(state: &BenchState) -> BinaryImage {
    let binarization = match state.bin {
        BinarizeState::Threshold(level) => {
            Binarization::Threshold(Threshold::new(level as f32).expect("inside its range"))
        }
        BinarizeState::Bernoulli(seed) => Binarization::Bernoulli { seed: u64::from(seed) },
    };
    match state.x {
        XSource::Digit(index) => binarization.apply(&gallery()[index].image),
        XSource::Pixels(image) => image,
    }
}

/// The part of the fine lattices that does not depend on x, for the shipped model.
fn partitions() -> &'static LogPartitionPair {
    static PARTITIONS: OnceLock<LogPartitionPair> = OnceLock::new();
    PARTITIONS.get_or_init(|| {
        let model = model().to_dtype(DType::F64).expect("a model");
        LogPartitionPair::new(&model, LatticePair::FINE).expect("lattices")
    })
}

/// An image under the shipped model, with its exact numbers.
pub fn scene(image: &BinaryImage) -> Scene {
    let model = model();
    let exact_model = model.to_dtype(DType::F64).expect("a model");
    let exact_term = ImageTerm::new(&exact_model, image).expect("an image");
    let field = partitions().field(&exact_model, &exact_term).expect("a field");
    let encoder = encoder_proposal(&model, image).expect("a model with an encoder");
    Scene::new(field, encoder)
}

fn bench(state: &BenchState) -> Vec<Reading> {
    let (model, image) = (model(), image(state));
    let scene = scene(&image);
    let term = ImageTerm::new(&model, &image).expect("an image");
    let q = state.proposal().expect("a state inside its ranges");
    let noise = Noise::new(state.seed).take(state.k.get());
    let found = Readings::new(&scene, &model, &term, &q, &noise).expect("weights");
    let best = best_gaussian(&scene.field, &[scene.encoder], BenchState::admits).expect("a start");

    let decomposition = &found.decomposition;
    let mut readings: Vec<Reading> = [
        (Quantity::LogEvidence, Some(scene.evidence.log_evidence)),
        (Quantity::Elbo, Some(decomposition.elbo())),
        (Quantity::KlPosterior, Some(decomposition.kl_posterior)),
        (Quantity::Reconstruction, Some(decomposition.reconstruction)),
        (Quantity::KlPrior, Some(decomposition.kl_prior)),
        (Quantity::ExpectedLogJoint, Some(decomposition.expected_log_joint)),
        (Quantity::Entropy, Some(decomposition.entropy)),
        (Quantity::Importance, Some(found.importance.log_evidence)),
        (Quantity::Ess, found.effective_sample_size),
        (Quantity::MaxShare, found.max_share),
        (Quantity::KHat, found.k_hat.map(|k_hat| k_hat.value)),
        (Quantity::EncoderElbo, Some(scene.encoder_elbo)),
        (Quantity::BestQElbo, Some(best.elbo)),
    ]
    .into_iter()
    .filter_map(|(quantity, value)| Some((quantity, None, value?)))
    .collect();

    let pool =
        draw(&model, &term, &q, &Noise::new(state.seed).take(LADDER_DRAWS)).expect("weights");
    let pool = LogWeights::new(pool.log_weights.as_slice().to_vec()).expect("weights");
    let rungs = ladder(&pool, &LADDER_STEPS).into_iter();
    readings.extend(rungs.map(|rung| (Quantity::Iwae, Some(rung.k.get()), rung.mean)));
    let exact = exact_iwae_ladder(&q, &scene.field, &LADDER_STEPS).expect("a field");
    let exact = LADDER_STEPS.iter().zip(exact);
    readings.extend(exact.map(|(k, value)| (Quantity::IwaeExact, Some(k.get()), value)));
    readings
}
