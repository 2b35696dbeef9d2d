//! One step of Adam on the ELBO of 128 images, beside the same step in plain candle; the page's default run; and the
//! exact split of the gap that is shown beside it.

use std::num::NonZeroUsize;

use candle_core::DType;
use divan::Bencher;
use elboscope::exact::Effort;
use elboscope::model::{Activation, Vae};
use elboscope::training::{
    AdamSettings, Batches, DataSource, Dataset, GapTask, Progress, Recipe, Session, Trainer,
    TrainerSettings,
};

use crate::plain_trainer::PlainTrainer;

/// Hidden units and latent dimensions: the network of the papers, and that of the page.
const NETWORKS: [(usize, usize); 2] = [(400, 20), (64, 2)];
const IMAGES: NonZeroUsize = NonZeroUsize::new(2_000).unwrap();
const BATCH: NonZeroUsize = NonZeroUsize::new(128).unwrap();
/// Steps of the run whose model is used for the split of the gap.
const STEPS: u32 = 1_000;
const IMAGES_OF_THE_SPLIT: usize = 8;

fn trainer((hidden, latent): (usize, usize)) -> Trainer {
    let adam = AdamSettings::default();
    let activation = Activation::Relu;
    Trainer::new(TrainerSettings { hidden, latent, activation, adam, seed: 1 }).unwrap()
}

fn batches() -> Batches {
    Batches::new(Dataset::pen_strokes(1, IMAGES), BATCH, 1)
}

/// The written-out pass.
#[divan::bench(args = NETWORKS, max_time = 2)]
fn step(bencher: Bencher, network: (usize, usize)) {
    let (mut trainer, mut batches) = (trainer(network), batches());
    bencher
        .with_inputs(|| batches.next_batch(DType::F32).unwrap())
        .bench_local_refs(|batch| trainer.step(batch).unwrap());
}

/// Candle's autograd, with an Adam made of candle's operations as candle-nn has it.
#[divan::bench(args = NETWORKS, max_time = 2)]
fn step_in_plain_candle(bencher: Bencher, network: (usize, usize)) {
    let model = trainer(network).model().unwrap();
    let (mut plain, mut batches) = (PlainTrainer::new(&model).unwrap(), batches());
    bencher
        .with_inputs(|| batches.next_batch(DType::F32).unwrap())
        .bench_local_refs(|batch| plain.step(batch).unwrap());
}

fn session() -> Session {
    let DataSource::PenStrokes { count, seed } = Recipe::default().data else {
        panic!("the default is pen strokes")
    };
    let dataset = Dataset::pen_strokes(seed, NonZeroUsize::new(count).unwrap());
    Session::new(Recipe::default(), &dataset, None).unwrap()
}

/// The default run of the page Train, until the bound has plateaued.
#[divan::bench(sample_count = 1)]
fn run_to_rest(bencher: Bencher) {
    bencher
        .with_inputs(session)
        .bench_local_refs(|session| while session.advance().unwrap() != Progress::Plateaued {});
}

fn trained() -> (Vae, Dataset) {
    let mut session = session();
    while session.steps() < STEPS {
        session.advance().unwrap();
    }
    let images = &session.validation_images().images()[..IMAGES_OF_THE_SPLIT];
    (session.model().unwrap(), Dataset::new(images.to_vec()).unwrap())
}

fn split(bencher: Bencher, effort: Effort) {
    let (model, images) = trained();
    bencher.bench_local(|| {
        let mut task = GapTask::new(&model, images.clone(), effort).unwrap();
        loop {
            if let Some(split) = task.advance().unwrap() {
                break split;
            }
        }
    });
}

/// With the page's precision during training.
#[divan::bench(sample_count = 3)]
fn gap_live(bencher: Bencher) {
    split(bencher, GapTask::LIVE);
}

#[divan::bench(sample_count = 3)]
fn gap_to_1e_8(bencher: Bencher) {
    split(bencher, Effort { tolerance: 1e-8, most_evaluations: 400_000 });
}
