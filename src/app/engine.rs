//! Between the signals and the mathematics: at most once per frame, what changed is computed or sent.

mod hearing;

use std::cell::Cell;
use std::sync::Arc;

use candle_core::Result;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::store::{Breakdown, Running, Store};
use super::worker_link::{Program, WorkerLink};
use crate::bench::{Noise, Readings, encoder_proposal};
use crate::data::{Binarization, BinaryImage, Threshold};
use crate::evidence::Rung;
use crate::exact::LogLikelihoodLattice;
use crate::family::BivariateGaussian;
use crate::model::{ImageTerm, Vae, read_weights};
use crate::state::{BenchState, BinarizeState, XSource};
use crate::worker::Command;

/// While the state has changed within so many milliseconds, what the worker tells waits for the frame of
/// the next change: a frame of its own would delay that one. Once the hand is still the worker tells more.
const MOVING: f64 = 40.0;

/// The shipped weights, beside the page.
const SHIPPED_MODEL: &str = "./models/strokes.safetensors";

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
        request_update(store);
    });
}

/// The file of the model in use, if it has arrived, and the number of models so far.
pub fn model_file(store: Store) -> Option<(u32, Vec<u8>)> {
    store.engine.with_value(|engine| {
        engine.model.as_ref().map(|model| (engine.models, model.bytes.clone()))
    })
}

/// Fetches the model that comes with the page.
pub fn fetch_shipped_model(store: Store) {
    store.breakdown.set(None);
    spawn_local(async move {
        let loaded = async {
            let bytes = fetch(SHIPPED_MODEL).await.map_err(|error| format!("{error:?}"))?;
            let vae = read_weights(&bytes).map_err(|error| error.to_string())?;
            Ok::<_, String>((vae, bytes))
        };
        match loaded.await {
            Ok((vae, bytes)) => use_model(store, vae, bytes, None),
            Err(reason) => store.breakdown.set(Some(Breakdown::Model(reason))),
        }
    });
}

/// Puts another model on the bench; `bytes` are the file that it was read from.
pub fn use_model(store: Store, vae: Vae, bytes: Vec<u8>, name: Option<String>) {
    store.hidden.set(Some([vae.encoder_hidden(), vae.hidden()]));
    store.model_name.set(name);
    store.is_busy.set(true);
    mark("elboscope:model");
    store.engine.update_value(|engine| {
        if engine.link.is_some() {
            store.progress.set(Some(0.0));
        }
        engine.send(Command::LoadModel { bytes: bytes.clone() });
        engine.model = Some(Model { vae, bytes });
        engine.models = engine.models.wrapping_add(1);
        engine.image = None;
        engine.decoded_at = None;
    });
    request_update(store);
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

/// Asks for an update at the next frame; asking again before it comes changes nothing.
fn request_update(store: Store) {
    store.engine.with_value(|engine| engine.is_stale.set(true));
    request_frame(store);
}

/// Asks for the next frame, which shows what the worker told and brings up to date what is stale.
fn request_frame(store: Store) {
    let is_new = store.engine.with_value(|engine| !engine.is_frame_due.replace(true));
    if is_new {
        request_animation_frame(move || {
            let is_stale = store.engine.with_value(|engine| {
                engine.is_frame_due.set(false);
                engine.is_stale.take()
            });
            show_told(store);
            if is_stale {
                update(store);
            }
        });
    }
}

/// Shows what the worker told at the next frame, unless a hand is moving q.
fn show_told_soon(store: Store) {
    let last_change = store.engine.with_value(|engine| engine.last_change.get());
    if js_sys::Date::now() - last_change > MOVING {
        request_frame(store);
    }
}

/// Shows what the worker told since the last frame.
fn show_told(store: Store) {
    let told = store.engine.try_update_value(|engine| std::mem::take(&mut engine.told));
    let Some(Told { running, ladder, exact_ladder }) = told else { return };
    if running.is_some() {
        store.running.set(running);
    }
    if let Some(ladder) = ladder {
        store.ladder.set(ladder);
    }
    if let Some(exact_ladder) = exact_ladder {
        store.exact_ladder.set(exact_ladder);
    }
}

/// The x of a state as black and white pixels.
pub fn pixels_of(store: Store, state: &BenchState) -> BinaryImage {
    match state.x {
        XSource::Pixels(pixels) => pixels,
        XSource::Digit(index) => store.gallery.with_value(|gallery| {
            // The index is clamped to the gallery, which is never empty.
            let digit = &gallery[index.min(gallery.len() - 1)];
            binarization(state.bin).apply(&digit.image)
        }),
    }
}

/// The binarization that a state describes.
pub fn binarization(bin: BinarizeState) -> Binarization {
    match bin {
        BinarizeState::Threshold(level) => {
            // Its range lies inside (0, 1), so the default is never needed.
            Threshold::new(level as f32)
                .map_or_else(|_| Binarization::default(), Binarization::Threshold)
        }
        BinarizeState::Bernoulli(seed) => Binarization::Bernoulli { seed: u64::from(seed) },
    }
}

/// Brings everything that depends on the state up to date.
fn update(store: Store) {
    let state = store.state.get_untracked();
    let pixels = pixels_of(store, &state);
    let Ok(q) = state.proposal() else { return };
    let mut is_new_image = false;
    let updated = store.engine.try_update_value(|engine| -> std::result::Result<_, String> {
        if engine.model.is_some() && engine.image.as_ref().is_none_or(|i| i.pixels != pixels) {
            // Before the fine lattice is there, the time would be the model's.
            if store.is_fine.get_untracked() {
                mark("elboscope:x");
            }
            engine.set_image(pixels).map_err(|error| error.to_string())?;
            engine.decoded_at = None;
            is_new_image = true;
        }
        let is_new_proposal = engine.propose(q, state.seed);
        let noise = engine.noise(state.seed, state.k.get()).to_vec();
        let (Some(model), Some(image)) = (&engine.model, &engine.image) else {
            return Ok((is_new_proposal, None, None));
        };
        let point = state.probe.unwrap_or(state.mu);
        let decoded = (engine.decoded_at != Some(point))
            .then(|| model.vae.mean_image(&point))
            .transpose()
            .map_err(|error| error.to_string())?;
        let has_fields = image.inner.is_some() && image.outer.is_some();
        let scene = store.scene.get_untracked().filter(|_| has_fields);
        let readings = scene
            .map(|scene| Readings::new(&scene, &model.vae, &image.term, &q, &noise))
            .transpose()
            .map_err(|error| error.to_string())?;
        engine.decoded_at = Some(point);
        Ok((is_new_proposal, decoded, readings))
    });
    if is_new_image {
        // An interval around another x would contradict this one's value.
        store.certified.set(None);
        store.awaits_x.set(true);
    }
    match updated {
        Some(Ok((is_new_proposal, decoded, readings))) => {
            if is_new_proposal {
                store.is_busy.set(true);
            }
            if let Some(decoded) = decoded {
                store.decoded.set(Some(Arc::from(decoded)));
            }
            if let Some(readings) = readings {
                store.readings.set(Some(Arc::new(readings)));
            }
        }
        Some(Err(reason)) => store.tell([reason]),
        None => {}
    }
}

async fn fetch(url: &str) -> std::result::Result<Vec<u8>, JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str(url)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::from_str(&format!("{} {}", response.status(), response.url())));
    }
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Marks the start of something that the benchmarks measure.
fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        // A mark that cannot be set is only missing from the benchmarks.
        let _ = performance.mark(name);
    }
}

/// Records the time since a mark.
fn measure(name: &str, since: &str) {
    if let Some(performance) = window().performance() {
        // As above.
        let _ = performance.measure_with_start_mark(name, since);
    }
}
