//! Handles the events of the bench's worker.

use std::sync::Arc;

use leptos::prelude::*;

use super::BenchWorker;
use super::marks::measure;
use crate::app::context::{Phase, TileImages};
use elboscope::bench_worker::{BenchEvent, Change, CurrentReadings, LatticeRole, Level, TilePlace};
use elboscope::state::About;

/// Widths of the proven interval in nats whose times the benchmarks measure.
const CERTIFICATE_WIDTHS: [f64; 2] = [0.01, 0.001];

impl BenchWorker {
    /// Handles an event.
    pub(super) fn receive(self, event: BenchEvent, values: Vec<f64>) {
        match event {
            BenchEvent::Progress { square, level, share } => {
                self.show_progress(square, level, share)
            }
            BenchEvent::Failed { reason } => {
                leptos::logging::error!("worker: {reason}");
                self.notices.show(About::Page, [reason]);
            }
            BenchEvent::Idle { handled } => {
                if self.inner.with_value(|inner| inner.commands == handled) {
                    // Published at once: a script that waits for the idle page then reads the final numbers.
                    self.publish();
                    measure("elboscope:accumulate", "elboscope:x");
                    self.bench.phase.set(Phase::Idle);
                }
            }
            BenchEvent::Tiles { place, number, shades } => {
                let asked =
                    self.inner.try_update_value(|inner| inner.tiles.answered(place, number));
                if let Some(tiling) = asked.flatten() {
                    let images = Some(Arc::new(TileImages { tiling, shades }));
                    match place {
                        TilePlace::Plane => self.numbers.ghosts.set(images),
                        TilePlace::Map => self.numbers.map.set(images),
                    }
                }
            }
            event => {
                if matches!(
                    event,
                    BenchEvent::Field { square: LatticeRole::Inner, level: Level::Fine, .. }
                ) {
                    measure("elboscope:lattice-x", "elboscope:x");
                }
                let widths = self.inner.try_update_value(|inner| {
                    let before = width(&inner.current);
                    let change = inner.current.receive(event, values);
                    (change, before, width(&inner.current))
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

    fn show_progress(self, square: LatticeRole, level: Level, share: f64) {
        // The inner and the outer square take about one and four fifths of the time.
        let progress = match (level, square) {
            (Level::Coarse, _) => 0.0,
            (Level::Fine, LatticeRole::Inner) => 0.2 * share,
            (Level::Fine, LatticeRole::Outer) => 0.2 + 0.8 * share,
        };
        if level == Level::Fine && square == LatticeRole::Inner && share >= 1.0 {
            measure("elboscope:lattice-model", "elboscope:model");
        }
        let phase = if progress < 1.0 { Phase::Preparing(progress) } else { Phase::Computing };
        self.bench.phase.set(phase);
    }
}

/// Width in nats of the proven interval around log p(x).
fn width(current: &CurrentReadings) -> f64 {
    current.certified().map_or(f64::INFINITY, |(lower, upper)| upper - lower)
}
