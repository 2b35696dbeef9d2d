//! The lines of the overlay: the prior's circles, the Gaussians' ellipses, the path of a climb.

use leptos::prelude::*;

use super::PlaneWindow;
use crate::app::bench::climb::ClimbPlayer;
use crate::app::context::{Bench, BenchNumbers};
use crate::app::shared::shared;
use elboscope::family::BivariateGaussian;

/// Circles at one, two and three standard deviations of the prior, dotted.
#[component]
pub fn PriorCircles() -> impl IntoView {
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let circles = [1.0, 2.0, 3.0].map(|radius| {
        let centre = move || view.get().screen_from_data([0.0; 2]);
        view! {
            <circle
                class="prior"
                cx=move || centre()[0]
                cy=move || centre()[1]
                r=move || radius * view.get().scale
            ></circle>
        }
    });
    circles.collect_view()
}

/// The ellipses of q, of the encoder's q and of the best q.
#[component]
pub fn Ellipses() -> impl IntoView {
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let q = Signal::derive(move || bench.state.get().proposal().ok());
    let encoder = Signal::derive(move || numbers.scene.get().map(|scene| scene.encoder));
    let best = Signal::derive(move || numbers.best.get().map(|best| best.q));
    let pinned = Signal::derive(move || bench.pinned.get());
    view! {
        <Ellipse class="pinned" of=pinned sds=1.0 />
        <Ellipse class="best" of=best sds=1.0 />
        <Ellipse class="best outer" of=best sds=2.0 />
        <Ellipse class="encoder" of=encoder sds=1.0 />
        <Ellipse class="encoder outer" of=encoder sds=2.0 />
        <Ellipse class="q outer" of=q sds=2.0 />
        <Ellipse class="q" of=q sds=1.0 />
    }
}

/// The ellipse at `sds` standard deviations of a Gaussian.
#[component]
fn Ellipse(class: &'static str, of: Signal<Option<BivariateGaussian>>, sds: f64) -> impl IntoView {
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    // Centre, radii and rotation in degrees, in screen coordinates.
    let shape = Memo::new(move |_| {
        let q = of.get()?;
        let view = view.get();
        let [x, y] = view.screen_from_data(q.mean());
        let [first, second] = q.principal_axes();
        let turn = -first.direction[1].atan2(first.direction[0]).to_degrees();
        Some([x, y, sds * first.sd * view.scale, sds * second.sd * view.scale, turn])
    });
    let part = move |index: usize| shape.get().map_or(0.0, |shape| shape[index]);
    view! {
        <g class=format!("gaussian {class}") hidden=move || shape.get().is_none()>
            <ellipse
                cx=move || part(0)
                cy=move || part(1)
                rx=move || part(2)
                ry=move || part(3)
                transform=move || format!("rotate({} {} {})", part(4), part(0), part(1))
            ></ellipse>
        </g>
    }
}

/// The path of q's mean during a climb.
#[component]
pub fn Trace() -> impl IntoView {
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let signals = expect_context::<ClimbPlayer>();
    let points = move || {
        let view = view.get();
        signals.trace.with(|trace| {
            let points = trace.iter().map(|&z| {
                let [x, y] = view.screen_from_data(z);
                format!("{x:.1},{y:.1}")
            });
            points.collect::<Vec<_>>().join(" ")
        })
    };
    view! { <polyline class="trace" points=points></polyline> }
}
