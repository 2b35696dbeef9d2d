//! log p(x) where one lattice does not resolve the posterior.

use std::time::Instant;

use candle_core::DType;
use elboscope::data::{Binarization, gallery};
use elboscope::exact::{Certificate, DecoderLikelihood, Posterior, PosteriorSearch};
use elboscope::model::{Activation, Vae, read_weights};

fn shipped() -> Vae {
    read_weights(include_bytes!("../public/models/strokes.safetensors"))
        .unwrap()
        .to_dtype(DType::F64)
        .unwrap()
}

#[test]
fn look() {
    for (name, hidden, output, shift, activation) in [
        ("plain", 1.0, 1.0, 0.0, Activation::Tanh),
        ("h5", 5.0, 1.0, 0.0, Activation::Tanh),
        ("h50", 50.0, 1.0, 0.0, Activation::Tanh),
        ("o5", 1.0, 5.0, 0.0, Activation::Tanh),
        ("o300", 1.0, 300.0, 0.0, Activation::Tanh),
        ("s8", 1.0, 1.0, 8.0, Activation::Tanh),
        ("s14", 1.0, 1.0, 14.0, Activation::Tanh),
        ("relu", 1.0, 1.0, 0.0, Activation::Relu),
    ] {
        let mut model = shipped();
        model.activation = activation;
        let [first, second] = &mut model.decoder;
        let bias = first.bias.to_vec1::<f64>().unwrap();
        let weight = first.weight.to_vec2::<f64>().unwrap();
        let moved: Vec<f64> = bias
            .iter()
            .zip(&weight)
            .map(|(b, w)| b - shift * (w[0] + w[1]) / 2_f64.sqrt())
            .collect();
        first.bias = candle_core::Tensor::new(moved.as_slice(), &candle_core::Device::Cpu).unwrap();
        first.weight = (&first.weight * hidden).unwrap();
        second.weight = (&second.weight * output).unwrap();
        for place in [3, 10] {
            let x = Binarization::default().apply(&gallery()[place].image);
            let likelihood = DecoderLikelihood::new(&model, &x).unwrap();
            let leaves = Certificate::new(&model, &x).ok().map(|mut certificate| {
                let start = Instant::now();
                let mut steps = 0;
                while !certificate.is_done(1e-6) && start.elapsed().as_secs() < 6 {
                    certificate.advance(10);
                    steps += 10;
                }
                println!(
                    "{name} {place}: {:?} width {:e} {steps} steps {} cells {:?}",
                    certificate.interval(),
                    certificate.interval().width(),
                    certificate.cells(),
                    start.elapsed()
                );
                certificate
            });
            let searches = [
                leaves.map(|c| PosteriorSearch::from_leaves(c.leaves())),
                Some(PosteriorSearch::by_scan()),
            ];
            for search in searches.into_iter().flatten() {
                let start = Instant::now();
                let found = Posterior::new(search, &likelihood);
                println!(
                    "   {} {:?} {} evaluations {:?} {} nodes\n    {:?}",
                    found.log_evidence,
                    found.resolution,
                    found.evaluations,
                    start.elapsed(),
                    found.nodes.len(),
                    found.spots
                );
            }
        }
    }
}
