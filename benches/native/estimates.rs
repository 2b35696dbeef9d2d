//! Draws and chains per second.

use divan::{Bencher, counter::ItemsCount};
use elboscope::bench::{Noise, draw};
use elboscope::data::{Binarization, gallery};
use elboscope::evidence::annealed::{
    AnnealedRun, GeometricPath, Hmc, Schedule, Spacing, StepSizes,
};
use elboscope::family::{BivariateGaussian, DiagonalGaussian};
use elboscope::model::{ImageTerm, LinearGaussian};

use crate::shipped;

const DRAWS: usize = 1024;
const CHAINS: usize = 256;

/// Draws of q, each weighted through the decoder.
#[divan::bench(max_time = 2)]
fn importance_draws(bencher: Bencher) {
    let model = shipped();
    let x = Binarization::default().apply(&gallery()[3].image);
    let term = ImageTerm::new(&model, &x).unwrap();
    let q = BivariateGaussian::new([0.9, -1.4], [0.2, 0.12], -0.5).unwrap();
    let mut noise = Noise::new(7);
    bencher
        .counter(ItemsCount::new(DRAWS))
        .bench_local(|| draw(&model, &term, &q, &noise.take(DRAWS)).unwrap());
}

/// Chains of annealed importance sampling: 100 temperatures, D = 10, five leapfrog steps.
#[divan::bench(max_time = 2)]
fn annealed_chains(bencher: Bencher) {
    let joint = LinearGaussian::independent(10, 1.5, 0.25, 0.8, 1.75).unwrap();
    let prior = DiagonalGaussian::standard(10).unwrap();
    let path = GeometricPath::new(&prior, &joint).unwrap();
    let steps = 100.try_into().unwrap();
    let kernel = Hmc::new(StepSizes::constant(0.3).unwrap(), 5.try_into().unwrap());
    bencher.counter(ItemsCount::new(CHAINS)).bench_local(|| {
        let schedule = Schedule::spaced(Spacing::Uniform, steps);
        let count = CHAINS.try_into().unwrap();
        let run = AnnealedRun::new(&path, schedule, kernel.clone(), count, 7).unwrap();
        run.complete(&path).unwrap()
    });
}
