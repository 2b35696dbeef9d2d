//! The bench's worker, and what the page itself computes, at most twice per frame.

mod events;
mod frame;
mod marks;
mod network;

use std::cell::Cell;

use candle_core::Result;
use leptos::prelude::*;

use super::dedicated_worker::{DedicatedWorker, Program};
use crate::app::context::{
    Bench, BenchNumbers, Breakdown, Labs, ModelInUse, Notices, Phase, Stage, StagePage,
};
use elboscope::bench::{DrawError, Noise, Readings};
use elboscope::bench_worker::{BenchCommand, CurrentReadings, TilePlace};
use elboscope::data::BinaryImage;
use elboscope::model::{ImageTerm, Vae, encoder_proposal};
use elboscope::state::{BenchState, Frames, Tiling};

/// The bench's worker with the contexts that it uses. Cheap to copy.
#[derive(Clone, Copy)]
pub struct BenchWorker {
    inner: StoredValue<BenchWorkerState, LocalStorage>,
    bench: Bench,
    numbers: BenchNumbers,
    model: ModelInUse,
    notices: Notices,
}

/// The state between frames that no view depends on.
#[derive(Default)]
struct BenchWorkerState {
    model: Option<LoadedModel>,
    /// Counts the models that have been on the bench.
    models: u32,
    image: Option<Image>,
    /// Every reading that belongs to the present model, x and q.
    current: CurrentReadings,
    noise: Option<(u32, Vec<[f64; 2]>)>,
    worker: Option<DedicatedWorker<BenchCommand>>,
    decoded_at: Option<[f64; 2]>,
    tiles: AskedTiles,
    commands: u32,
    frames: Frames,
}

/// The points whose images were asked for and have not come, with their numbers.
#[derive(Default)]
struct AskedTiles {
    newest: u32,
    asked: Vec<(TilePlace, u32, Tiling)>,
}

impl AskedTiles {
    fn ask(&mut self, place: TilePlace, tiling: Tiling) -> u32 {
        self.newest = self.newest.wrapping_add(1);
        self.asked.retain(|(other, ..)| *other != place);
        self.asked.push((place, self.newest, tiling));
        self.newest
    }

    /// The points of an answer, unless others have been asked for since.
    fn answered(&mut self, place: TilePlace, number: u32) -> Option<Tiling> {
        let is_it = |(of, asked, _): &(TilePlace, u32, Tiling)| (*of, *asked) == (place, number);
        let index = self.asked.iter().position(is_it)?;
        Some(self.asked.swap_remove(index).2)
    }
}

struct LoadedModel {
    vae: Vae,
    bytes: Vec<u8>,
}

/// The x on the bench.
struct Image {
    pixels: BinaryImage,
    term: ImageTerm,
}

impl BenchWorkerState {
    fn send(&mut self, command: BenchCommand) {
        if let Some(worker) = &self.worker {
            self.commands = self.commands.wrapping_add(1);
            worker.send(command);
        }
    }

    fn set_image(&mut self, pixels: BinaryImage) -> Result<()> {
        let Some(model) = &self.model else { return Ok(()) };
        let term = ImageTerm::new(&model.vae, &pixels)?;
        let number = self.current.begin_image(encoder_proposal(&model.vae, &pixels)?);
        self.image = Some(Image { pixels, term });
        self.send(BenchCommand::SetImage { image: number, pixels: pixels.to_base64() });
        Ok(())
    }

    /// Sends the q of a state to the worker, unless it was already sent.
    fn propose(&mut self, state: &BenchState) -> bool {
        let Ok(q) = state.proposal() else { return false };
        let Some(proposal) = self.current.begin_proposal(q, state.seed, state.k) else {
            return false;
        };
        self.send(BenchCommand::SetProposal { proposal, q: (&q).into(), seed: state.seed });
        true
    }

    /// p(x|z) at the probe or at q's mean, if that point has changed; `None` without a model.
    fn decode(&mut self, state: &BenchState) -> Result<Option<Option<Vec<f32>>>> {
        let Some(model) = &self.model else { return Ok(None) };
        let point = state.probe.unwrap_or(state.mu);
        let is_new = self.decoded_at != Some(point);
        let decoded = is_new.then(|| model.vae.mean_image(&point)).transpose()?;
        self.decoded_at = Some(point);
        Ok(Some(decoded))
    }

    /// Computes the readings of q for the present x, unless they are computed or log p(x|z) is missing.
    fn read(&mut self, state: &BenchState) -> std::result::Result<(), DrawError> {
        let (Some(scene), None) = (self.current.scene().cloned(), self.current.readings()) else {
            return Ok(());
        };
        let noise = self.noise(state.seed, state.k.get()).to_vec();
        if let (Some(model), Some(image), Ok(q)) = (&self.model, &self.image, state.proposal()) {
            let readings = Readings::new(&scene, &model.vae, &image.term, &q, &noise)?;
            self.current.set_readings(readings);
        }
        Ok(())
    }

    /// The first `count` ε of a seed, cached per seed.
    fn noise(&mut self, seed: u32, count: usize) -> &[[f64; 2]] {
        let is_enough = |kept: &(u32, Vec<[f64; 2]>)| kept.0 == seed && kept.1.len() >= count;
        let kept = self.noise.take().filter(is_enough);
        let (_, noise) =
            self.noise.insert(kept.unwrap_or_else(|| (seed, Noise::new(seed).take(count))));
        &noise[..count]
    }
}

impl BenchWorker {
    /// The worker is started when a page first needs it.
    pub fn new(bench: Bench, numbers: BenchNumbers, model: ModelInUse, notices: Notices) -> Self {
        let inner = StoredValue::new_local(BenchWorkerState::default());
        Self { inner, bench, numbers, model, notices }
    }

    /// Fetches the model and starts the worker as soon as the page on the screen needs them, and keeps the numbers up
    /// to date from then on.
    pub fn follow(self, stage: Stage, labs: Labs) {
        let has_fetched = Cell::new(false);
        let has_started = Cell::new(false);
        Effect::new(move |_| {
            if stage.is_on(StagePage::Bench) && !has_started.replace(true) {
                self.start();
            }
            // A network that was trained in this session is not replaced.
            if labs.needs_model() && !has_fetched.replace(true) && self.model_file().is_none() {
                self.fetch_shipped_model();
            }
        });
        Effect::new(move |_| {
            self.bench.state.track();
            untrack(|| self.update_at_once());
        });
    }

    /// Ends the worker, if there is one, and starts another, which is sent everything again.
    pub fn start(self) {
        self.notices.breakdown.set(None);
        let fail = move |reason| self.notices.breakdown.set(Some(Breakdown::BenchWorker(reason)));
        let worker = DedicatedWorker::spawn(
            Program::Bench,
            move |event, values| self.receive(event, values),
            fail,
        );
        match worker {
            Ok(worker) => self.inner.update_value(|inner| {
                inner.worker = Some(worker);
                inner.commands = 0;
                if let Some(model) = &inner.model {
                    let bytes = model.bytes.clone();
                    self.bench.phase.set(Phase::Preparing(0.0));
                    inner.send(BenchCommand::LoadModel { bytes });
                    inner.image = None;
                }
            }),
            Err(error) => fail(format!("{error:?}")),
        }
        self.request_update();
    }

    /// Has the worker decode the images of some points, in place of those asked for before for the same place.
    pub fn decode_tiles(self, place: TilePlace, tiling: Tiling) {
        if tiling.centres.is_empty() {
            return;
        }
        self.inner.update_value(|inner| {
            let latents = tiling.centres.clone();
            let number = inner.tiles.ask(place, tiling);
            inner.send(BenchCommand::DecodeTiles { place, number, latents });
        });
    }

    /// Calls `read` with the model and the x on the bench, for gradients; `None` while one is missing.
    pub fn with_model_and_term<T>(self, read: impl FnOnce(&Vae, &ImageTerm) -> T) -> Option<T> {
        self.inner
            .with_value(|inner| Some(read(&inner.model.as_ref()?.vae, &inner.image.as_ref()?.term)))
    }
}
