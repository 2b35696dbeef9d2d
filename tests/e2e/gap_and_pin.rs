//! The gap as a field in the plane, a pinned q, draws that fall, and the path that a first visitor sees.

use crate::harness::{Page, visit};

const START: &str = "#/bench?x=digits.3&mu=0.9,-1.4&sigma=0.2,0.12&rho=-0.5&k=64&seed=7";

/// The sum of the opacity of the layer of the draws, in fully opaque CSS pixels.
fn ink(page: &Page) -> f64 {
    let sum = page.eval(
        "const canvas = document.querySelector('.draws-layer');
         const { width, height } = canvas;
         const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
         let sum = 0;
         for (let at = 3; at < data.length; at += 4) sum += data[at];
         return sum / 255 / devicePixelRatio ** 2",
    );
    sum.as_f64().unwrap_or_default()
}

#[test]
fn the_gap_is_a_field_that_melts_as_q_comes_near() {
    visit(|page| {
        page.open(START);
        let draws = ink(page);
        page.click("[data-action='show-gap']");
        page.wait_for("the field", || ink(page) > 3.0 * draws);
        assert!(page.text(".names-layer").contains("too much"), "{}", page.text(".names-layer"));
        let (far, gap) = (ink(page), page.metric("kl-posterior"));
        // Half of the way from q to the posterior, whose middle is near (1.0, −1.6).
        let scale = page.pixels_per_unit();
        page.drag("#handle-mean", 0.06 * scale, 0.1 * scale);
        assert!(page.metric("kl-posterior") < 0.7 * gap, "{}", page.metric("kl-posterior"));
        // Full ink means the same density as before: the field has less of it.
        page.wait_for("a weaker field", || ink(page) < 0.9 * far);
        page.click("[data-action='show-gap']");
        page.wait_for("the draws again", || page.text(".names-layer").contains("draws"));
    });
}

#[test]
fn a_pinned_q_is_compared_with_one_key() {
    visit(|page| {
        page.open(START);
        let (first, pinned) = (page.raw("elbo"), "#plane .gaussian.pinned ellipse");
        page.eval("document.activeElement?.blur()");
        page.keys(&['p']);
        page.wait_for("the pinned ellipse", || page.shows(pinned));
        page.act("encoder");
        let second = page.raw("elbo");
        assert_ne!(first, second);
        let behind = page.text(".tag .pinned");
        assert!(behind.contains("5.52"), "the notch says {behind:?}");
        page.eval("document.activeElement?.blur()");
        page.keys(&['a']);
        page.wait_for("the first q", || page.raw("elbo") == first);
        page.keys(&['a']);
        page.wait_for("the second q", || page.raw("elbo") == second);
        page.keys(&['p']);
        page.wait_for("no pin", || !page.shows(pinned));
        // Letters that are typed are no keys of the bench.
        page.focus("#number-mu1");
        page.keys(&['p']);
        assert!(!page.shows(pinned), "a typed letter pinned q");
    });
}

#[test]
fn new_draws_fall_one_after_the_other() {
    visit(|page| {
        page.open(START);
        let [fewest, last] = fewest_and_last_pixels_of_new_draws(page);
        assert!(fewest < 0.5 * last, "{fewest} of {last}: nothing fell");
        page.prefer("prefers-reduced-motion", "reduce");
        let [fewest, last] = fewest_and_last_pixels_of_new_draws(page);
        // Before the first frame of the new draws those of the old ones are seen.
        assert!(fewest > 0.5 * last, "{fewest} of {last}: draws fell where motion is unwanted");
    });
}

/// Presses the button for new draws and counts the pixels with ink in every frame of the next 2.5 seconds.
fn fewest_and_last_pixels_of_new_draws(page: &Page) -> [f64; 2] {
    let seen = page.eval(
        "const canvas = document.querySelector('.draws-layer');
         const ink = () => {
             const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
             let count = 0;
             for (let at = 3; at < data.length; at += 4) count += data[at] > 0;
             return count;
         };
         document.querySelector('[data-action=new-draw]').click();
         return new Promise((done) => {
             const seen = [];
             const began = performance.now();
             const look = () => {
                 seen.push(ink());
                 performance.now() - began < 2500 ? requestAnimationFrame(look) : done(seen);
             };
             requestAnimationFrame(look);
         })",
    );
    let seen: Vec<f64> =
        seen.as_array().expect("frames").iter().filter_map(serde_json::Value::as_f64).collect();
    let last = *seen.last().expect("a frame");
    assert!(last > 0.0 && seen.len() > 5, "{} frames, {last} pixels", seen.len());
    [seen.iter().copied().fold(f64::INFINITY, f64::min), last]
}

#[test]
fn a_first_visitor_is_shown_the_gesture_once() {
    visit(|page| {
        page.open("");
        page.wait_for("the path to the posterior", || page.shows(".nudge path"));
        page.drag("#handle-mean", 30.0, 40.0);
        assert!(!page.shows(".nudge"), "the path is still there");
        page.open("");
        page.wait_for("the best q", || page.shows("[data-action='best-q']:not([disabled])"));
        assert!(!page.shows(".nudge"), "the second visit is nudged as well");
    });
}

#[test]
fn a_figure_that_has_outgrown_its_axes_offers_to_fit() {
    visit(|page| {
        page.open("#/labs/evidence");
        let axis = || {
            page.text_of(
                "return [...document.querySelectorAll('[data-figure=evidence-area] .axes text')]
                .map((text) => text.textContent).join(' ')",
            )
        };
        let (first, fit) = (axis(), "[data-figure='evidence-area'] [data-action='fit-axes']");
        assert!(!page.shows(fit), "it fits");
        // log p(x) falls by ten nats: the hill is flat on the axis of the scene.
        page.type_number("x", "8");
        page.wait_for("the offer", || page.shows(fit));
        assert_eq!(axis(), first, "an axis moved by itself");
        page.click(fit);
        page.wait_for("other axes", || axis() != first);
        assert!(!page.shows(fit), "it fits again");
        page.click(".presets button");
        page.settle();
        page.wait_for("the axes of another scene", || axis() == first);
    });
}
