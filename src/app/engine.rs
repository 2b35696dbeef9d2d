//! Between the signals and the mathematics: what changed is computed or sent, at most twice per frame.

mod frame;
mod hearing;
mod image;
mod marks;
mod network;

use std::cell::Cell;
use std::sync::Arc;

use candle_core::Result;
use leptos::prelude::*;

use self::frame::{request_update, update_at_once};
pub use self::image::{binarization, pixels_of};
pub use self::network::{fetch_shipped_model, model_file, use_model};
use super::store::{Breakdown, Running, Store};
use super::worker_link::{Program, WorkerLink};
use crate::bench::{Noise, encoder_proposal};
use crate::data::BinaryImage;
use crate::evidence::Rung;
use crate::exact::LogLikelihoodLattice;
use crate::family::BivariateGaussian;
use crate::model::{ImageTerm, Vae};
use crate::worker::Command;

/// What is kept between frames and is no signal.
#[derive(Default)]
pub struct Engine {
    model: Option<Model>,
    /// How many models have been put on the bench.
    models: u32,
    image: Option<Image>,
    noise: Option<(u32, Vec<[f64; 2]>)>,
    link: Option<WorkerLink<Command>>,
    last_image: u32,
    last_proposal: u32,
    proposed: Option<(u32, BivariateGaussian, u32)>,
    decoded_at: Option<[f64; 2]>,
    commands: u32,
    /// What the worker told of the present q since the last frame.
    told: Told,
    exact_ladder_of: u32,
    /// When the state changed last, in milliseconds.
    last_change: Cell<f64>,
    is_frame_due: Cell<bool>,
    /// Something that the readings depend on has changed since the last frame.
    is_stale: Cell<bool>,
}

/// The newest estimates that no frame has shown yet: between two frames only the last ones count.
#[derive(Default)]
struct Told {
    running: Option<Running>,
    ladder: Option<Arc<[Rung]>>,
    exact_ladder: Option<Arc<[f64]>>,
}

struct Model {
    vae: Vae,
    bytes: Vec<u8>,
}

/// The x on the bench and its fields, as far as they have arrived.
struct Image {
    id: u32,
    pixels: BinaryImage,
    term: ImageTerm,
    encoder: BivariateGaussian,
    inner: Option<LogLikelihoodLattice>,
    outer: Option<LogLikelihoodLattice>,
}

impl Engine {
    fn send(&mut self, command: Command) {
        if let Some(link) = &self.link {
            self.commands = self.commands.wrapping_add(1);
            link.send(command);
        }
    }

    fn set_image(&mut self, pixels: BinaryImage) -> Result<()> {
        let Some(model) = &self.model else { return Ok(()) };
        self.last_image = self.last_image.wrapping_add(1);
        self.image = Some(Image {
            id: self.last_image,
            pixels,
            term: ImageTerm::new(&model.vae, &pixels)?,
            encoder: encoder_proposal(&model.vae, &pixels)?,
            inner: None,
            outer: None,
        });
        self.proposed = None;
        self.send(Command::SetImage { image: self.last_image, pixels: pixels.to_base64() });
        Ok(())
    }

    /// Sends q to the worker unless it has it already.
    fn propose(&mut self, q: BivariateGaussian, seed: u32) -> bool {
        let Some(image) = &self.image else { return false };
        let wanted = (image.id, q, seed);
        if self.proposed == Some(wanted) {
            return false;
        }
        self.proposed = Some(wanted);
        self.last_proposal = self.last_proposal.wrapping_add(1);
        self.send(Command::SetProposal { proposal: self.last_proposal, q: (&q).into(), seed });
        true
    }

    /// The first `count` ε of a seed, kept while the seed stays.
    fn noise(&mut self, seed: u32, count: usize) -> &[[f64; 2]] {
        let is_enough = |kept: &(u32, Vec<[f64; 2]>)| kept.0 == seed && kept.1.len() >= count;
        let kept = self.noise.take().filter(is_enough);
        let (_, noise) =
            self.noise.insert(kept.unwrap_or_else(|| (seed, Noise::new(seed).take(count))));
        &noise[..count]
    }

    /// The model and the x on the bench, for gradients.
    pub fn model_and_term(&self) -> Option<(&Vae, &ImageTerm)> {
        Some((&self.model.as_ref()?.vae, &self.image.as_ref()?.term))
    }
}

/// Fetches the model and starts the worker as soon as a page wants them, and keeps the readings up to
/// date from then on.
pub fn run(store: Store) {
    let has_fetched = Cell::new(false);
    let has_started = Cell::new(false);
    Effect::new(move |_| {
        let (is_bench, needs_model) = store
            .lab
            .with(|lab| (lab.is_none(), lab.as_ref().is_none_or(|state| state.lab.needs_model)));
        if is_bench && !has_started.replace(true) {
            start_worker(store);
        }
        // A network that was trained here before is not replaced.
        if needs_model && !has_fetched.replace(true) && model_file(store).is_none() {
            fetch_shipped_model(store);
        }
    });
    Effect::new(move |_| {
        store.state.track();
        store.engine.with_value(|engine| engine.last_change.set(js_sys::Date::now()));
        untrack(|| update_at_once(store));
    });
}

/// Ends the worker, if there is one, and starts another that is told everything again.
pub fn start_worker(store: Store) {
    store.breakdown.set(None);
    let link = WorkerLink::spawn(
        Program::Page,
        move |event, values| hearing::receive(store, event, values),
        move |reason| store.breakdown.set(Some(Breakdown::Worker(reason))),
    );
    match link {
        Ok(link) => store.engine.update_value(|engine| {
            engine.link = Some(link);
            engine.commands = 0;
            if let Some(model) = &engine.model {
                let bytes = model.bytes.clone();
                store.progress.set(Some(0.0));
                engine.send(Command::LoadModel { bytes });
                engine.image = None;
            }
        }),
        Err(error) => store.breakdown.set(Some(Breakdown::Worker(format!("{error:?}")))),
    }
    request_update(store);
}
