//! The page after opening: complete, consistent, drawn, idle.

use crate::harness::{Page, visit};

#[test]
fn opens_complete_sound_and_with_a_gap_worth_closing() {
    visit(|page| {
        page.open("");
        page.assert_sound();
        assert!(!page.shows("#notice"), "a notice on a plain start: {}", page.text("#notice"));
        assert!(!page.shows("#fault"));
        page.picture("opening.png");
        let (gap, best) = (page.metric("kl-posterior"), page.metric("best-q-elbo"));
        assert!(gap > 0.1, "the gap is {gap}");
        assert!(best > page.metric("elbo"));
        assert_no_number_has_two_values(page);
        assert_the_ladder_goes_to_1024(page);
        assert_the_posterior_is_drawn(page);
    });
}

fn assert_no_number_has_two_values(page: &Page) {
    let metrics = page.metrics();
    let mut shown_again = 0;
    for (place, one) in metrics.iter().enumerate() {
        for other in &metrics[place + 1..] {
            if (&one.name, &one.k) == (&other.name, &other.k) {
                shown_again += 1;
                assert_eq!(one.value, other.value, "{} is shown with two values", one.name);
            }
        }
    }
    // log p(x), the ELBO and the gap are shown at the thermometer and in the equation.
    assert!(shown_again >= 3, "{shown_again} numbers are shown again");
}

fn assert_the_ladder_goes_to_1024(page: &Page) {
    let rungs: Vec<_> =
        page.metrics().into_iter().filter(|m| m.name == "iwae").filter_map(|m| m.k).collect();
    for k in (0..=10).map(|power| (1_u32 << power).to_string()) {
        assert!(rungs.contains(&k), "no rung for K = {k} among {rungs:?}");
    }
}

fn assert_the_posterior_is_drawn(page: &Page) {
    // A blank canvas has one colour; the posterior's heatmap has many.
    let script = "return Math.max(0, ...[...document.querySelectorAll('#plane canvas')].map(
        (canvas) => {
            const { width, height } = canvas;
            const { buffer } = canvas.getContext('2d').getImageData(0, 0, width, height).data;
            return new Set(new Uint32Array(buffer)).size;
        }))";
    let colours = page.eval(script).as_u64().unwrap_or_default();
    assert!(colours > 16, "the plane shows {colours} colours");
}

#[test]
fn the_background_comes_to_rest() {
    visit(|page| {
        page.come_as_a_visitor();
        page.open("");
        page.wait_until_idle();
        page.assert_sound();
        let off = (page.metric("importance-running") - page.metric("log-evidence")).abs();
        // Six standard errors: a false alarm about once in 500 million, and the seed is fixed.
        let allowed = 6.0 * page.metric("importance-running-stderr") + 1e-3;
        assert!(off <= allowed, "the running estimate is {off} nats off, {allowed} allowed");
    });
}
