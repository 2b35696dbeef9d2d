//! The names of the plane's marks, each beside its mark with a line to it.

use std::fmt::Write;
use std::sync::Arc;

use leptos::prelude::*;

use super::draws::ring_radius;
use super::handles::axis_handles;
use super::{PlaneWindow, covered};
use crate::app::context::{Bench, BenchNumbers, Preferences};
use crate::app::shared::shared;
use elboscope::bench::GapField;
use elboscope::family::BivariateGaussian;
use elboscope::figure::{Callout, Ring, callouts, text_width};
use elboscope::state::{Language, PlaneView, Term, number, say, text};

/// Font sizes of a main name and of the others, in font sizes of the axes, and the height of their lines.
const MAIN: f64 = 1.38;
const OTHER: f64 = 1.0;
const LEADING: f64 = 1.3;
/// Letters are wider where they are semibold.
const SEMIBOLD: f64 = 1.06;
/// A plane that is narrower, in font sizes of the axes, shows the main names alone.
const WIDE: f64 = 38.0;
/// Half the side of the square that a handle takes, in pixels.
const HANDLE: f64 = 14.0;
/// Width of the numbers at the right, in font sizes of the axes.
const NUMBERS: f64 = 4.0;
/// Radius of the place that is meant by "here", in pixels.
const MARK_OF_A_PLACE: f64 = 6.0;
/// A draw with a smaller share of the weight is not pointed at.
const LEAST_SHARE: f64 = 0.05;

/// One name: the class of its colour, what it names, and its lines; `<i>` is for letters of formulas.
struct Name {
    class: &'static str,
    ring: Ring,
    main: Option<&'static str>,
    lines: Vec<String>,
}

impl Name {
    /// Width and height of what is written, in pixels.
    fn size(&self, line: f64) -> [f64; 2] {
        let main = self.main.map(|text| SEMIBOLD * MAIN * width(text));
        let others = self.lines.iter().map(|text| OTHER * width(text));
        let widest = main.into_iter().chain(others).fold(0.0, f64::max);
        let main = if self.main.is_some() { MAIN } else { 0.0 };
        [widest * line, LEADING * (main + OTHER * self.lines.len() as f64) * line]
    }
}

/// Width of a text without its tags, in font sizes.
fn width(text: &str) -> f64 {
    let parts = text.split('<').map(|part| part.rsplit('>').next().unwrap_or_default());
    parts.map(text_width).sum()
}

/// The layer of names.
pub fn names(line: Memo<f64>, gap: Memo<Option<Arc<GapField>>>) -> AnyView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let before = StoredValue::new(Vec::new());
    let drawn = move || {
        let (view, line, language) = (view.get(), line.get(), preferences.language.get());
        let Ok(q) = bench.state.with(|state| state.proposal()) else { return String::new() };
        let names = match gap.get() {
            Some(gap) => disagreement(&view, language, numbers, &gap),
            None => present(&view, line, language, numbers, &q, bench.pinned.get().as_ref()),
        };
        let asked: Vec<_> =
            names.iter().map(|name| Callout { ring: name.ring, size: name.size(line) }).collect();
        let handles = axis_handles(&view, &q).into_iter().chain([view.screen_from_data(q.mean())]);
        let handles = handles.map(|[x, y]| [x - HANDLE, y - HANDLE, x + HANDLE, y + HANDLE]);
        let [width, height] = view.size;
        let numbers_of_z2 = [width - NUMBERS * line, 0.0, width, height];
        let numbers_of_z1 = [0.0, height - 2.0 * line, width, height];
        let taken: Vec<_> =
            handles.chain(covered(view.size, line)).chain([numbers_of_z1, numbers_of_z2]).collect();
        let spot = numbers.best.get().map(|best| ring(&view, &best.q, 2.0));
        let clear: Vec<_> = [ring(&view, &q, 1.0)].into_iter().chain(spot).collect();
        let places =
            before.with_value(|before| callouts(&asked, view.size, &taken, &clear, before));
        before.set_value(places.iter().map(|place| place.map(|place| place.candidate)).collect());
        let mut out = String::with_capacity(2048);
        for (name, place) in names.iter().zip(places) {
            let Some(place) = place else { continue };
            let ([x, y], [to_x, to_y], [left, top]) = (place.from, place.to, place.corner);
            // Writing into a String cannot fail.
            let _ = write!(
                out,
                "<div class=\"name {}\"><svg><path d=\"M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}\"/></svg>\
                 <p style=\"left:{left:.1}px;top:{top:.1}px\">",
                name.class
            );
            if let Some(main) = name.main {
                let _ = write!(out, "<b>{main}</b>");
            }
            for line in &name.lines {
                let _ = write!(out, "<span>{line}</span>");
            }
            out.push_str("</p></div>");
        }
        out
    };
    view! { <div class="names-layer" aria-hidden="true" inner_html=drawn></div> }.into_any()
}

/// The ellipse at so many standard deviations, on the screen.
fn ring(view: &PlaneView, of: &BivariateGaussian, sds: f64) -> Ring {
    let axes = of.principal_axes().map(|axis| {
        let [x, y] = axis.direction.map(|part| part * sds * axis.sd * view.scale);
        [x, -y]
    });
    Ring { centre: view.screen_from_data(of.mean()), axes }
}

/// What the field of the gap shows.
fn disagreement(
    view: &PlaneView,
    language: Language,
    numbers: BenchNumbers,
    gap: &GapField,
) -> Vec<Name> {
    let place =
        |z: Option<[f64; 2]>| z.map(|z| Ring::circle(view.screen_from_data(z), MARK_OF_A_PLACE));
    let name =
        |ring, main| Name { class: Term::Gap.name(), ring, main: Some(main), lines: Vec::new() };
    let mut names = Vec::new();
    if let Some(ring) = place(gap.too_much) {
        let nats = numbers.terms.get().map_or(0.0, |terms| terms.decomposition.kl_posterior);
        let gap = number::nats(nats, numbers.decimals.get(), language);
        let all = say!(language, "all the orange together is the gap: {gap} nats", gap);
        let main = text!("too much <i>q</i> here").say(language);
        names.push(Name { lines: vec![all], ..name(ring, main) });
    }
    if let Some(ring) = place(gap.too_little) {
        names.push(name(ring, text!("too little <i>q</i> here").say(language)));
    }
    names
}

/// What the plane shows now, the most important first.
fn present(
    view: &PlaneView,
    line: f64,
    language: Language,
    numbers: BenchNumbers,
    q: &BivariateGaussian,
    pinned: Option<&BivariateGaussian>,
) -> Vec<Name> {
    let is_wide = view.size[0] >= WIDE * line;
    let mine = text!("<i>q</i>, your guess").say(language);
    let how = text!("drag the dot, or pull a handle").say(language).to_owned();
    let lines = if is_wide { vec![how] } else { Vec::new() };
    let mut names = vec![Name { class: "q", ring: ring(view, q, 2.0), main: Some(mine), lines }];
    let Some(best) = numbers.best.get() else { return names };
    names.push(Name {
        class: "posterior",
        ring: ring(view, &best.q, 0.6),
        main: Some(text!("posterior <i>p</i>(<i>z|x</i>), exact").say(language)),
        lines: Vec::new(),
    });
    if !is_wide {
        return names;
    }
    if let Some(readings) = numbers.readings.get() {
        let draws = &readings.draws;
        let heaviest = draws.latents.iter().zip(draws.shares()).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((z, share)) = heaviest.filter(|(_, share)| *share >= LEAST_SHARE) {
            let count = draws.latents.len();
            let radius = ring_radius(share, count);
            let share = number::share(share, language);
            names.push(Name {
                class: "sampling",
                ring: Ring::circle(view.screen_from_data(*z), radius),
                main: None,
                lines: vec![
                    say!(language, "{count} draws, ring = weight:", count = count.to_string()),
                    say!(language, "this one holds {share} of it all", share),
                ],
            });
        }
    }
    let other = |class, of: &BivariateGaussian, text: &'static str| Name {
        class,
        ring: ring(view, of, 1.0),
        main: None,
        lines: vec![text.to_owned()],
    };
    if let Some(pinned) = pinned {
        names.push(other("pinned", pinned, text!("pinned <i>q</i>").say(language)));
    }
    if let Some(scene) = numbers.scene.get() {
        let text = text!("encoder’s <i>q</i>").say(language);
        names.push(other("encoder-q", &scene.encoder, text));
    }
    names.push(other("best", &best.q, text!("best <i>q</i>").say(language)));
    names
}
