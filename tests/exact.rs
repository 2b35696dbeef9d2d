//! The exact values of the shipped model against its identities, over everything that can be dragged.

use candle_core::DType;
use elboscope::bench::{Scene, encoder_proposal};
use elboscope::data::{Binarization, Threshold, gallery};
use elboscope::exact::{
    Decomposition, Lattice, LatticePair, LogLikelihoodField, LogLikelihoodLattice, LogPartitionLattice,
};
use elboscope::family::BivariateGaussian;
use elboscope::model::{ImageTerm, read_weights};

#[test]
fn explore() {
    let model = read_weights(include_bytes!("../public/models/strokes.safetensors")).unwrap();
    let exact = model.to_dtype(DType::F64).unwrap();
    let w = exact.decoder[0].weight.to_vec2::<f64>().unwrap();
    println!("max |w| {}", w.iter().flatten().fold(0.0f64, |m, v| m.max(v.abs())));
    let image = Binarization::Threshold(Threshold::new(0.5).unwrap()).apply(&gallery()[3].image);
    let term = ImageTerm::new(&exact, &image).unwrap();
    let build = |lattice| {
        let t = std::time::Instant::now();
        let partition = LogPartitionLattice::new(&exact, lattice).unwrap();
        let t1 = t.elapsed();
        let f = LogLikelihoodLattice::new(&exact, &term, &partition).unwrap();
        println!("{lattice:?}: A {t1:?}, x {:?}", t.elapsed() - t1);
        f
    };
    for outer in [600, 400, 300] {
    let field = LogLikelihoodField { inner: build(LatticePair::FINE.inner), outer: build(Lattice::new(24.0, outer)) };
    let t = std::time::Instant::now();
    let scene = Scene::new(field, encoder_proposal(&model, &image).unwrap());
    println!("{:?} {} encoder {:?} {}", t.elapsed(), scene.evidence.log_evidence, scene.evidence.error, scene.encoder_elbo);
    for (s1, s2) in [(0.02, 0.02), (0.02, 3.0), (3.0, 0.02), (3.0, 3.0), (0.3, 0.3), (0.19, 0.19), (0.21, 0.21), (1.0, 0.1), (3.0, 0.5)] {
        for m in [[4.0, 4.0], [-4.0, 4.0], [0.0, 0.0], [4.0, -2.0]] {
            for rho in [-0.99, 0.0, 0.99] {
                let q = BivariateGaussian::new(m, [s1, s2], rho).unwrap();
                let t = std::time::Instant::now();
                let d = Decomposition::new(&q, &scene.field, &scene.evidence);
                let e = t.elapsed();
                println!("{s1} {s2} {m:?} {rho}: residual {:.2e} elbo {:.3} kl {:.3} rec {:.2} [{:.1?}]", d.identity_residual(), d.elbo(), d.kl_posterior, d.reconstruction, e);
            }
        }
    }
    }
}
