//! What the worker tells, on its way into the signals.

use std::sync::Arc;

use leptos::prelude::*;

use super::frame::{request_update, show_told, show_told_soon};
use super::marks::measure;
use crate::app::store::{Running, Store};
use crate::bench::Scene;
use crate::exact::{BestGaussian, LogLikelihoodField, LogLikelihoodLattice};
use crate::family::BivariateGaussian;
use crate::worker::{Event, Level, Square};

/// Widths in nats whose time the benchmarks measure.
const CERTIFICATE_WIDTHS: [f64; 2] = [0.01, 0.001];

/// Takes in what the worker says.
pub(super) fn receive(store: Store, event: Event, values: Vec<f64>) {
    match event {
        Event::Progress { square, level, share } => show_progress(store, square, level, share),
        Event::Field { image, square, level, lattice } => {
            let Some(values) = LogLikelihoodLattice::from_values(lattice, values) else { return };
            if level == Level::Fine && square == Square::Inner {
                measure("elboscope:lattice-x", "elboscope:x");
            }
            take_field(store, image, square, level, values);
        }
        Event::BestProposal { image, q, elbo, .. } => {
            if let (true, Ok(q)) = (is_current(store, image), BivariateGaussian::try_from(q)) {
                store.best.set(Some(BestGaussian { q, elbo }));
                // It is sought on the new x's lattice, so all else is there.
                store.awaits_x.set(false);
            }
        }
        Event::Certified { image, lower, upper, .. } => {
            if is_current(store, image) {
                for width in CERTIFICATE_WIDTHS {
                    let before = store.certified.get_untracked();
                    let was_wider = before.is_none_or(|(lower, upper)| upper - lower > width);
                    if was_wider && upper - lower <= width {
                        measure(&format!("elboscope:certificate-{width}"), "elboscope:x");
                    }
                }
                store.certified.set(Some((lower, upper)));
            }
        }
        Event::Running { proposal, draws, log_evidence, log_stderr } => {
            store.engine.update_value(|engine| {
                if engine.last_proposal == proposal {
                    engine.told.running = Some(Running { draws, log_evidence, log_stderr });
                }
            });
            show_told_soon(store);
        }
        Event::Ladder { proposal, rungs } => {
            store.engine.update_value(|engine| {
                engine.told.ladder = Some(Arc::from(rungs));
                if engine.exact_ladder_of != proposal {
                    // The curve of another q would only mislead.
                    engine.exact_ladder_of = proposal;
                    engine.told.exact_ladder = Some(Arc::from([]));
                }
            });
            show_told_soon(store);
        }
        Event::ExactLadder { proposal, values } => {
            store.engine.update_value(|engine| {
                engine.exact_ladder_of = proposal;
                engine.told.exact_ladder = Some(Arc::from(values));
            });
            show_told_soon(store);
        }
        Event::Failed { reason } => {
            leptos::logging::error!("worker: {reason}");
            store.tell([reason]);
        }
        Event::Idle { handled } => {
            if store.engine.with_value(|engine| engine.commands == handled) {
                // Who reads the page once it rests finds the last numbers on it.
                show_told(store);
                measure("elboscope:accumulate", "elboscope:x");
                store.is_busy.set(false);
            }
        }
    }
}

/// Whether an event about an x is about the one on the bench.
fn is_current(store: Store, image: u32) -> bool {
    store.engine.with_value(|engine| engine.image.as_ref().is_some_and(|now| now.id == image))
}

fn show_progress(store: Store, square: Square, level: Level, share: f64) {
    // Inside and outside take about one and four parts of the time.
    let progress = match (level, square) {
        (Level::Coarse, _) => 0.0,
        (Level::Fine, Square::Inner) => 0.2 * share,
        (Level::Fine, Square::Outer) => 0.2 + 0.8 * share,
    };
    if level == Level::Fine && square == Square::Inner && share >= 1.0 {
        measure("elboscope:lattice-model", "elboscope:model");
    }
    store.progress.set((progress < 1.0).then_some(progress));
}

fn take_field(store: Store, id: u32, square: Square, level: Level, values: LogLikelihoodLattice) {
    let parts = store.engine.try_update_value(|engine| {
        let image = engine.image.as_mut().filter(|image| image.id == id)?;
        match square {
            Square::Inner => image.inner = Some(values),
            Square::Outer => image.outer = Some(values),
        }
        Some((image.inner.clone()?, image.outer.clone()?, image.encoder))
    });
    if let Some(Some((inner, outer, encoder))) = parts {
        let scene = Scene::new(LogLikelihoodField { inner, outer }, encoder);
        // The outer lattice comes last, so with it both are fine.
        if square == Square::Outer {
            store.is_fine.set(level == Level::Fine);
        }
        store.scene.set(Some(Arc::new(scene)));
        request_update(store);
    }
}
