//! Measurements for `make bench`: how much one native thread does in a second; printed, never asserted.

use std::time::{Duration, Instant};

use elboscope::bench::{Noise, draw};
use elboscope::data::{Binarization, gallery};
use elboscope::evidence::annealed::{
    AnnealedRun, GeometricPath, Hmc, Schedule, Spacing, StepSizes,
};
use elboscope::family::{BivariateGaussian, DiagonalGaussian};
use elboscope::lab::{LABS, LabState, start_of};
use elboscope::model::{ImageTerm, LinearGaussian, read_weights};
use elboscope::state::Language;

/// How long each is repeated.
const LONG: Duration = Duration::from_secs(2);

/// Repeats a piece of work for a while; how many of its units were done per second.
fn per_second(units: usize, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut done = 0;
    while start.elapsed() < LONG {
        work();
        done += units;
    }
    done as f64 / start.elapsed().as_secs_f64()
}

/// What a hand feels in each lab as it opens: the first sheet, the longest slice, the whole.
#[test]
#[ignore = "a measurement: make bench"]
fn labs() {
    let model = read_weights(include_bytes!("../public/models/strokes.safetensors")).unwrap();
    println!("\n{:<12} {:>10} {:>10} {:>10} {:>10}  ms", "lab", "start", "slice", "whole", "sheet");
    let milliseconds = |start: Instant| 1e3 * start.elapsed().as_secs_f64();
    for lab in LABS {
        let began = Instant::now();
        let mut run =
            start_of(lab.name).unwrap()(LabState::new(lab).values(), Some(&model)).unwrap();
        let (first, mut longest, mut goes_on) = (milliseconds(began), 0.0_f64, true);
        while goes_on {
            let slice = Instant::now();
            goes_on = run.advance();
            longest = longest.max(milliseconds(slice));
        }
        let whole = milliseconds(began);
        let sheet = Instant::now();
        run.sheet(run.steps(), Language::En);
        let sheet = milliseconds(sheet);
        println!("{:<12} {first:>10.2} {longest:>10.2} {whole:>10.2} {sheet:>10.2}", lab.name);
    }
}

#[test]
#[ignore = "a measurement: make bench"]
fn native_throughput() {
    let model = read_weights(include_bytes!("../public/models/strokes.safetensors")).unwrap();
    let x = Binarization::default().apply(&gallery()[3].image);
    let term = ImageTerm::new(&model, &x).unwrap();
    let q = BivariateGaussian::new([0.9, -1.4], [0.2, 0.12], -0.5).unwrap();
    let mut noise = Noise::new(7);
    let draws = per_second(1024, || {
        draw(&model, &term, &q, &noise.take(1024)).unwrap();
    });

    let joint = LinearGaussian::independent(10, 1.5, 0.25, 0.8, 1.75).unwrap();
    let prior = DiagonalGaussian::standard(10).unwrap();
    let path = GeometricPath::new(&prior, &joint).unwrap();
    let steps = 100.try_into().unwrap();
    let kernel = Hmc::new(StepSizes::constant(0.3).unwrap(), 5.try_into().unwrap());
    let chains = per_second(256, || {
        let schedule = Schedule::spaced(Spacing::Uniform, steps);
        let run =
            AnnealedRun::new(&path, schedule, kernel.clone(), 256.try_into().unwrap(), 7).unwrap();
        run.complete(&path).unwrap();
    });
    println!("\nOne native thread\n{draws:>12.0} importance draws per second through the decoder");
    println!("{chains:>12.0} AIS chains per second, 100 temperatures, D = 10, 5 leapfrog steps");
}
