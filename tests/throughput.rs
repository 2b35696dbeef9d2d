//! Measurements for `make bench`: how much one native thread does in a second; printed, never asserted.

#[path = "common/plain_trainer.rs"]
mod plain_trainer;

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use candle_core::DType;
use elboscope::bench::{Noise, draw};
use elboscope::data::{Binarization, gallery};
use elboscope::evidence::annealed::{
    AnnealedRun, GeometricPath, Hmc, Schedule, Spacing, StepSizes,
};
use elboscope::exact::Effort;
use elboscope::family::{BivariateGaussian, DiagonalGaussian};
use elboscope::lab::{LABS, LabState, start_of};
use elboscope::model::{Activation, ImageTerm, LinearGaussian, read_weights};
use elboscope::state::Language;
use elboscope::training::{
    AdamSettings, Batches, DataSource, Dataset, GapTask, Progress, Recipe, Session, Trainer,
    TrainerSettings,
};
use plain_trainer::PlainTrainer;

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

/// One step of Adam on the ELBO of a batch: the written-out pass against candle's autograd with an Adam
/// made of candle's operations, as candle-nn has it.
#[test]
#[ignore = "a measurement: make bench"]
fn training_steps() {
    println!("\n{:<30} {:>9} {:>9} {:>9}  ms per step", "batch 128", "ours", "candle", "ratio");
    for (hidden, latent) in [(400, 20), (64, 2)] {
        let mut batches = Batches::new(Dataset::pen_strokes(1, TRAINING_IMAGES), BATCH, 1);
        let settings = TrainerSettings {
            hidden,
            latent,
            activation: Activation::Relu,
            adam: AdamSettings::default(),
            seed: 1,
        };
        let mut trainer = Trainer::new(settings).unwrap();
        let mut plain = PlainTrainer::new(&trainer.model().unwrap()).unwrap();
        let ours = 1e3
            / per_second(1, || {
                trainer.step(&batches.next_batch(DType::F32).unwrap()).unwrap();
            });
        let candle = 1e3
            / per_second(1, || {
                plain.step(&batches.next_batch(DType::F32).unwrap()).unwrap();
            });
        let name = format!("784-{hidden}-{}, {latent}-{hidden}-784", 2 * latent);
        println!("{name:<30} {ours:>9.3} {candle:>9.3} {:>9.2}", candle / ours);
    }
}

const TRAINING_IMAGES: NonZeroUsize = NonZeroUsize::new(2_000).unwrap();
const BATCH: NonZeroUsize = NonZeroUsize::new(128).unwrap();

/// A classroom's run: how soon it is within 2 nats of where it ends, its longest slice, and the exact
/// split of the gap of 32 images at the end.
#[test]
#[ignore = "a measurement: make bench"]
fn a_training_run() {
    let Recipe { data: DataSource::PenStrokes { count, seed }, .. } = Recipe::default() else {
        panic!("the default is pen strokes")
    };
    let dataset = Dataset::pen_strokes(seed, NonZeroUsize::new(count).unwrap());
    let mut session = Session::new(Recipe::default(), &dataset, None).unwrap();
    let (mut clock, mut slice) = (Vec::new(), Slice::default());
    let began = Instant::now();
    loop {
        match slice.time(|| session.advance().unwrap()) {
            Progress::Measured => clock.push(began.elapsed()),
            Progress::Rests => break,
            Progress::Working | Progress::Stepped(_) => {}
        }
    }
    let points = session.history().points();
    let last = points.last().unwrap().validation.elbo();
    let near = points.iter().position(|point| point.validation.elbo() > last - 2.0).unwrap();
    let spacing = session.steps() as f64 / points.len() as f64;
    println!("\n{} steps to rest at {last:.2} nats in {:.1?}", session.steps(), began.elapsed());
    println!("within 2 nats at step {}", points[near].step);
    println!(
        "{spacing:.0} steps per point, {} points, {} checkpoints",
        points.len(),
        session.checkpoints().len()
    );
    println!(
        "first and last step's speed: {:.1?} {:.1?}",
        clock[1] - clock[0],
        clock[clock.len() - 1] - clock[clock.len() - 2]
    );
    println!("slices: {slice:?}");

    let few = Dataset::new(session.validation_images().images()[..32].to_vec()).unwrap();
    let model = session.model().unwrap();
    let fine = Effort { tolerance: 1e-8, most_evaluations: 400_000 };
    for (name, effort) in [("live", GapTask::LIVE), ("fine", fine)] {
        let mut slice = Slice::default();
        let began = Instant::now();
        let mut task = GapTask::new(&model, few.clone(), effort).unwrap();
        let split = loop {
            if let Some(split) = slice.time(|| task.advance().unwrap()) {
                break split;
            }
        };
        println!(
            "{name}: log p(x) {:.3}, approximation {:.3}, amortization {:.3}, error {:.0e}; {:.1?}, {slice:?}",
            split.log_evidence,
            split.approximation(),
            split.amortization(),
            split.error,
            began.elapsed(),
        );
    }
}

/// The longest of some pieces of work.
#[derive(Debug, Default)]
struct Slice {
    longest: Duration,
    count: usize,
}

impl Slice {
    fn time<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let began = Instant::now();
        let result = work();
        self.longest = self.longest.max(began.elapsed());
        self.count += 1;
        result
    }
}
