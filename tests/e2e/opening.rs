//! The page as it opens: complete, sound, drawn, at rest.

use crate::harness::visit;

#[test]
fn opens_complete_and_sound() {
    visit(|page| {
        page.open("");
        page.assert_sound();
        assert!(!page.shows("#notice"), "a notice on a plain start: {}", page.text("#notice"));
        assert!(!page.shows("#fault"));
        page.picture("opening.png");
    });
}

#[test]
fn opens_with_a_gap_worth_closing() {
    visit(|page| {
        page.open("");
        let (gap, best) = (page.metric("kl-posterior"), page.metric("best-q-elbo"));
        assert!(gap > 0.1, "the gap is {gap}");
        assert!(best > page.metric("elbo"));
    });
}

#[test]
fn a_number_shown_twice_is_the_same_number() {
    visit(|page| {
        page.open("");
        let metrics = page.metrics();
        for one in &metrics {
            let same = |other: &&_| matches_name(one, other);
            for other in metrics.iter().filter(same) {
                assert_eq!(one.value, other.value, "{} is shown with two values", one.name);
            }
        }
    });

    fn matches_name(one: &crate::harness::Metric, other: &crate::harness::Metric) -> bool {
        (&one.name, &one.k) == (&other.name, &other.k)
    }
}

#[test]
fn the_ladder_goes_from_1_to_1024() {
    visit(|page| {
        page.open("");
        let rungs: Vec<_> =
            page.metrics().into_iter().filter(|m| m.name == "iwae").filter_map(|m| m.k).collect();
        for k in (0..=10).map(|power| (1_u32 << power).to_string()) {
            assert!(rungs.contains(&k), "no rung for K = {k} among {rungs:?}");
        }
    });
}

#[test]
fn the_posterior_is_drawn() {
    visit(|page| {
        page.open("");
        // A blank canvas has one colour; the posterior's heatmap has many.
        let script = "return Math.max(0, ...[...document.querySelectorAll('#plane canvas')].map(
            (canvas) => {
                const { width, height } = canvas;
                const { buffer } = canvas.getContext('2d').getImageData(0, 0, width, height).data;
                return new Set(new Uint32Array(buffer)).size;
            }))";
        let colours = page.eval(script).as_u64().unwrap_or_default();
        assert!(colours > 16, "the plane shows {colours} colours");
    });
}

#[test]
fn the_background_comes_to_rest() {
    visit(|page| {
        page.open("");
        page.rest();
        page.assert_sound();
        let off = (page.metric("importance-running") - page.metric("log-evidence")).abs();
        // Six standard errors: a false alarm about once in 500 million, and the seed is fixed.
        let allowed = 6.0 * page.metric("importance-running-stderr") + 1e-3;
        assert!(off <= allowed, "the running estimate is {off} nats off, {allowed} allowed");
    });
}
