//! What the worker tells, on its way into the signals.

use std::sync::Arc;

use leptos::prelude::*;

use super::BenchWorker;
use super::marks::measure;
use crate::app::context::{Phase, TileImages};
use elboscope::bench_worker::{Change, CurrentReadings, Event, Level, Square, TilePlace};
use elboscope::state::About;

/// Widths in nats whose time the benchmarks measure.
const CERTIFICATE_WIDTHS: [f64; 2] = [0.01, 0.001];

impl BenchWorker {
    /// Takes in what the worker says.
    pub(super) fn receive(self, event: Event, values: Vec<f64>) {
        match event {
            Event::Progress { square, level, share } => self.show_progress(square, level, share),
            Event::Failed { reason } => {
                leptos::logging::error!("worker: {reason}");
                self.notices.tell(About::Page, [reason]);
            }
            Event::Idle { handled } => {
                if self.engine.with_value(|engine| engine.commands == handled) {
                    // Who reads the page once it rests finds the last numbers on it.
                    self.publish();
                    measure("elboscope:accumulate", "elboscope:x");
                    self.bench.phase.set(Phase::Idle);
                }
            }
            Event::Tiles { place, number, shades } => {
                let asked =
                    self.engine.try_update_value(|engine| engine.tiles.answered(place, number));
                if let Some(tiling) = asked.flatten() {
                    let images = Some(Arc::new(TileImages { tiling, shades }));
                    match place {
                        TilePlace::Plane => self.numbers.ghosts.set(images),
                        TilePlace::Map => self.numbers.map.set(images),
                    }
                }
            }
            event => {
                if matches!(event, Event::Field { square: Square::Inner, level: Level::Fine, .. }) {
                    measure("elboscope:lattice-x", "elboscope:x");
                }
                let widths = self.engine.try_update_value(|engine| {
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
                    Change::Field => self.request_update(),
                    Change::Image => self.publish(),
                    Change::Proposal => self.publish_soon(),
                }
            }
        }
    }

    fn show_progress(self, square: Square, level: Level, share: f64) {
        // Inside and outside take about one and four parts of the time.
        let progress = match (level, square) {
            (Level::Coarse, _) => 0.0,
            (Level::Fine, Square::Inner) => 0.2 * share,
            (Level::Fine, Square::Outer) => 0.2 + 0.8 * share,
        };
        if level == Level::Fine && square == Square::Inner && share >= 1.0 {
            measure("elboscope:lattice-model", "elboscope:model");
        }
        let phase = if progress < 1.0 { Phase::Preparing(progress) } else { Phase::Computing };
        self.bench.phase.set(phase);
    }
}

/// Width in nats of the interval that log p(x) is proven to lie in.
fn width(current: &CurrentReadings) -> f64 {
    current.certified().map_or(f64::INFINITY, |(lower, upper)| upper - lower)
}
