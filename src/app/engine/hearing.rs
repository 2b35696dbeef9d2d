//! What the worker tells, on its way into the signals.

use leptos::prelude::*;

use super::frame::{publish, publish_soon, request_update};
use super::marks::measure;
use crate::app::store::Store;
use elboscope::state::About;
use elboscope::worker::{Change, CurrentReadings, Event, Level, Square};

/// Widths in nats whose time the benchmarks measure.
const CERTIFICATE_WIDTHS: [f64; 2] = [0.01, 0.001];

/// Takes in what the worker says.
pub(super) fn receive(store: Store, event: Event, values: Vec<f64>) {
    match event {
        Event::Progress { square, level, share } => show_progress(store, square, level, share),
        Event::Failed { reason } => {
            leptos::logging::error!("worker: {reason}");
            store.tell(About::Page, [reason]);
        }
        Event::Idle { handled } => {
            if store.engine.with_value(|engine| engine.commands == handled) {
                // Who reads the page once it rests finds the last numbers on it.
                publish(store);
                measure("elboscope:accumulate", "elboscope:x");
                store.is_busy.set(false);
            }
        }
        event => {
            if matches!(event, Event::Field { square: Square::Inner, level: Level::Fine, .. }) {
                measure("elboscope:lattice-x", "elboscope:x");
            }
            let widths = store.engine.try_update_value(|engine| {
                let before = width(&engine.current);
                let change = engine.current.receive(event, values);
                (change, before, width(&engine.current))
            });
            let Some((change, before, after)) = widths else { return };
            for width in CERTIFICATE_WIDTHS {
                if before > width && after <= width {
                    measure(&format!("elboscope:certificate-{width}"), "elboscope:x");
                }
            }
            match change {
                Change::Nothing => {}
                Change::Field => request_update(store),
                Change::Image => publish(store),
                Change::Proposal => publish_soon(store),
            }
        }
    }
}

/// Width in nats of the interval that log p(x) is proven to lie in.
fn width(current: &CurrentReadings) -> f64 {
    current.certified().map_or(f64::INFINITY, |(lower, upper)| upper - lower)
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
