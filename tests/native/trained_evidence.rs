//! Bounds of log p(x) after a training run: a sampled lower bound, the lattice's value, and the proven interval
//! around it.

use std::num::NonZeroUsize;

use candle_core::DType;
use elboscope::bench::{Noise, draw};
use elboscope::evidence::ladder;
use elboscope::exact::{Certificate, LatticePair, LogPartitionPair, exact_evidence};
use elboscope::model::{Activation, ImageTerm, Vae, encoder_proposal};
use elboscope::training::{Dataset, Recipe, Session};

const STEPS: usize = 300;
const IMAGES: usize = 4;
const DRAWS: usize = 64;
const REPLICATES: usize = 500;
/// Width of the proven interval, in nats.
const WIDTH: f64 = 0.02;

/// A small trained network, and held-out images.
fn trained(activation: Activation) -> (Vae, Dataset) {
    let recipe =
        Recipe { hidden: 24, batch: 64, learning_rate: 5e-3, activation, ..Recipe::default() };
    let digits = Dataset::pen_strokes(3, NonZeroUsize::new(1000).unwrap());
    let mut session = Session::new(recipe, &digits, None).unwrap();
    for _ in 0..STEPS {
        session.step().unwrap();
    }
    (session.model().unwrap(), session.validation_images().clone())
}

/// L_1 ≤ L_64 ≤ log p(x) ∈ [lower, upper] for every image. L_64 is a mean of 500 replicates, almost normal: the
/// probability that it exceeds its expectation by five standard errors is 3e-7, and that expectation is below log
/// p(x), so that the false-alarm rate for four images is 1e-6. The lattice's error is at most `lattice_error`.
fn check(activation: Activation, lattice_error: f64) {
    let (model, images) = trained(activation);
    let exact = model.to_dtype(DType::F64).unwrap();
    let partitions = LogPartitionPair::new(&exact, LatticePair::FINE).unwrap();
    let mut noise = Noise::new(5);
    for image in &images.images()[..IMAGES] {
        let term = ImageTerm::new(&exact, image).unwrap();
        let evidence = exact_evidence(&partitions.field(&exact, &term).unwrap());
        let log_evidence = evidence.log_evidence;
        assert!(evidence.error < lattice_error, "{evidence:?}");

        let mut certificate = Certificate::new(&model, image).unwrap();
        while !certificate.is_done(WIDTH) {
            certificate.advance(100);
        }
        let proven = certificate.interval();
        assert!(proven.width() <= WIDTH, "{proven:?}");
        assert!(log_evidence > proven.lower() - lattice_error, "{log_evidence} {proven:?}");
        assert!(log_evidence < proven.upper() + lattice_error, "{log_evidence} {proven:?}");

        let q = encoder_proposal(&model, image).unwrap();
        let noise = noise.take(DRAWS * REPLICATES);
        let draws = draw(&exact, &term, &q, &noise).unwrap();
        let ks = [1, DRAWS].map(|k| NonZeroUsize::new(k).unwrap());
        let [elbo, iwae] = ladder(&draws.log_weights, &ks).try_into().unwrap();
        let stderr = iwae.stderr.unwrap();
        println!(
            "ELBO {:.3}, L_64 {:.4} ± {stderr:.4}, log p(x) {log_evidence:.6}, {proven:?}",
            elbo.mean, iwae.mean
        );
        assert!(elbo.mean < iwae.mean);
        assert!(iwae.mean <= proven.upper() + 5.0 * stderr, "{iwae:?} {proven:?}");
        // Neither is trivial: the bound is close, and the network was trained (untrained it has −543).
        assert!(iwae.mean > log_evidence - 5.0, "{iwae:?} {log_evidence}");
        assert!(log_evidence > -300.0);
    }
}

#[test]
fn after_training_the_exact_value_lies_between_the_sampled_bound_and_the_proven_interval() {
    check(Activation::Tanh, 1e-6);
}

/// The kinks cause a noticeable error of the lattice, and do not affect the proof.
#[test]
fn after_training_with_relu_as_well() {
    check(Activation::Relu, 0.05);
}
