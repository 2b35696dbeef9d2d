//! What the worker tells, on its way into the signals.

use leptos::prelude::*;

use super::BenchWorker;
use super::marks::measure;
use crate::app::context::Phase;
use elboscope::bench_worker::{BenchEvent, Change, CurrentReadings, LatticeRole, Level};
use elboscope::state::About;

/// Widths in nats whose time the benchmarks measure.
const CERTIFICATE_WIDTHS: [f64; 2] = [0.01, 0.001];

impl BenchWorker {
    /// Takes in what the worker says.
    pub(super) fn receive(self, event: BenchEvent, values: Vec<f64>) {
        match event {
            BenchEvent::Progress { square, level, share } => {
                self.show_progress(square, level, share)
            }
            BenchEvent::Failed { reason } => {
                leptos::logging::error!("worker: {reason}");
                self.notices.tell(About::Page, [reason]);
            }
            BenchEvent::Idle { handled } => {
                if self.inner.with_value(|inner| inner.commands == handled) {
                    // Who reads the page once it rests finds the last numbers on it.
                    self.publish();
                    measure("elboscope:accumulate", "elboscope:x");
                    self.bench.phase.set(Phase::Idle);
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
        // Inside and outside take about one and four parts of the time.
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

/// Width in nats of the interval that log p(x) is proven to lie in.
fn width(current: &CurrentReadings) -> f64 {
    current.certified().map_or(f64::INFINITY, |(lower, upper)| upper - lower)
}
