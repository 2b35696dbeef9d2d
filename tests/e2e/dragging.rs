//! Dragging q: every handle on the plane follows the pointer exactly.

use crate::harness::{Page, RESIDUAL_LIMIT, visit};

const START: &str = "#/bench?x=digits.3&mu=-0.5,0.25&sigma=1.6,1&rho=0&k=64&seed=7";

/// The vector from the mean to a handle, in units of z.
fn arm(page: &Page, handle: &str) -> [f64; 2] {
    let (mean, tip) = (page.centre("#handle-mean"), page.centre(handle));
    let scale = page.pixels_per_unit();
    [(tip.x - mean.x) / scale, (mean.y - tip.y) / scale]
}

#[test]
fn the_plane_is_to_scale() {
    visit(|page| {
        page.glance("#/bench?mu=0,0&probe=1.5,-1");
        let (origin, scale) = (page.centre("#handle-mean"), page.pixels_per_unit());
        let moved = page.centre("#handle-probe .reach");
        assert!((moved.x - origin.x - 1.5 * scale).abs() < 0.5, "across: {origin:?} to {moved:?}");
        assert!((moved.y - origin.y - scale).abs() < 0.5, "down: {origin:?} to {moved:?}");
    });
}

#[test]
fn the_mean_follows_the_pointer_to_a_pixel() {
    visit(|page| {
        page.open(START);
        let (before, elbo, truth) = (page.mean(), page.raw("elbo"), page.raw("log-evidence"));
        let scale = page.pixels_per_unit();
        page.drag("#handle-mean", 60.0, -40.0);
        let after = page.mean();
        let off = [after[0] - before[0] - 60.0 / scale, after[1] - before[1] - 40.0 / scale];
        assert!(off.iter().all(|off| off.abs() <= 1.0 / scale), "{before:?} to {after:?}");
        assert_ne!(page.raw("elbo"), elbo, "the ELBO did not move");
        assert_eq!(page.raw("log-evidence"), truth, "the truth moved");
        page.assert_sound();
    });
}

#[test]
fn the_numbers_follow_during_the_drag() {
    visit(|page| {
        page.glance(START);
        page.eval(
            "window.seen = new Set();
             const shown = document.querySelector('[data-metric=elbo]');
             const look = () => { window.seen.add(shown.dataset.value); requestAnimationFrame(look); };
             look()");
        page.drag("#handle-mean", 80.0, 0.0);
        let seen = page.eval("return window.seen.size").as_u64().unwrap_or_default();
        assert!(seen >= 4, "the ELBO took only {seen} values on the way");
    });
}

#[test]
fn the_mean_goes_as_far_as_the_plane_shows() {
    visit(|page| {
        page.glance("#/bench?mu=3.5,3.5");
        // To the corner of the plane, whether or not that lies beyond four deviations of the prior.
        let (start, plane) = (page.centre("#handle-mean"), page.rect("#plane-overlay"));
        let corner = [plane.x + plane.width - 2.0, plane.y + 2.0];
        page.drag("#handle-mean", corner[0] - start.x, corner[1] - start.y);
        assert!(page.mean()[0] > 3.5, "{:?}", page.mean());
        page.assert_sound();
    });
}

#[test]
fn an_axis_stretches_its_sigma_alone() {
    visit(|page| {
        page.open(START);
        for handle in ["#handle-axis1", "#handle-axis2"] {
            let (before, arm, scale) = (page.sigma(), arm(page, handle), page.pixels_per_unit());
            let along = usize::from(arm[1].abs() > arm[0].abs());
            page.drag(handle, 0.3 * arm[0] * scale, -0.3 * arm[1] * scale);
            let after = page.sigma();
            // The handle stands on a stem beyond σ, so σ grows by what the pointer has moved.
            let grown = after[along] - before[along];
            let off = grown - 0.3 * arm[along].abs();
            assert!(off.abs() <= 1.5 / scale, "{handle}: {before:?} to {after:?}");
            let other = (after[1 - along] - before[1 - along]).abs();
            assert!(other <= 0.02, "{handle}: {before:?} to {after:?}");
            assert_eq!(page.mean(), [-0.5, 0.25], "{handle} moved the mean");
        }
        page.assert_sound();
    });
}

#[test]
fn turning_an_axis_sets_the_correlation() {
    visit(|page| {
        page.open(START);
        let truth = page.raw("log-evidence");
        let ([right, up], scale) = (arm(page, "#handle-axis1"), page.pixels_per_unit());
        // A quarter of a right angle, counterclockwise.
        let (sin, cos) = (std::f64::consts::PI / 8.0).sin_cos();
        let turned = [right * cos - up * sin, right * sin + up * cos];
        page.drag("#handle-axis1", (turned[0] - right) * scale, (up - turned[1]) * scale);
        assert!(page.field("rho").abs() > 0.2, "rho is {}", page.field("rho"));
        assert!(page.metric("identity-residual").abs() <= RESIDUAL_LIMIT);
        assert_eq!(page.raw("log-evidence"), truth, "the truth moved");
    });
}

#[test]
fn the_probe_moves_without_q() {
    visit(|page| {
        page.open(START);
        page.reveal("#number-mu1");
        page.settle();
        let (elbo, mean) = (page.raw("elbo"), page.mean());
        let before = page.centre("#handle-probe");
        // Towards the centre, so that the probe stays on the plane.
        let plane = page.centre("#plane-overlay");
        let step = |from: f64, to: f64| if from > to { -50.0 } else { 50.0 };
        let (right, down) = (step(before.x, plane.x), step(before.y, plane.y));
        page.drag("#handle-probe", right, down);
        let after = page.centre("#handle-probe");
        let off = [after.x - before.x - right, after.y - before.y - down];
        assert!(off.iter().all(|off| off.abs() <= 1.5), "{before:?} to {after:?}");
        assert_eq!((page.raw("elbo"), page.mean()), (elbo, mean), "the probe moved q");
    });
}

#[test]
fn a_slider_moves_under_the_pointer() {
    visit(|page| {
        page.glance(START);
        let before = page.mean();
        page.reveal("#slider-mu1");
        let track = page.centre("#slider-mu1");
        page.stroke(&[track, track.moved(15.0, 0.0), track.moved(30.0, 0.0)]);
        page.settle();
        let after = page.mean();
        assert!(after[0] > before[0], "{before:?} to {after:?}");
        assert_eq!(after[1], before[1]);
        page.assert_sound();
    });
}
