//! The buttons that move q by themselves: prior, encoder, best q, climb, new draw.

use crate::harness::{Page, visit};

const START: &str = "#/bench?x=digits.3&mu=-1.5,1&sigma=1.2,0.5&rho=-0.4&k=64&seed=7";

#[test]
fn prior_is_the_standard_normal() {
    visit(|page| {
        page.open(START);
        page.act("prior");
        assert_eq!((page.mean(), page.sigma()), ([0.0, 0.0], [1.0, 1.0]));
        assert_eq!(page.field("rho"), 0.0);
        assert!(page.metric("kl-prior").abs() <= 1e-9, "KL to the prior of the prior");
        page.assert_sound();
    });
}

#[test]
fn encoder_is_the_encoders_q() {
    visit(|page| {
        page.open(START);
        page.act("encoder");
        let (elbo, encoder) = (page.metric("elbo"), page.metric("encoder-elbo"));
        assert!((elbo - encoder).abs() <= 1e-6, "ELBO {elbo}, said {encoder}");
        // The network's covariance is diagonal.
        assert_eq!(page.field("rho"), 0.0);
        page.assert_sound();
    });
}

#[test]
fn best_q_closes_what_a_gaussian_can() {
    visit(|page| {
        page.open(START);
        let before = page.metric("kl-posterior");
        page.act("best-q");
        let (elbo, best) = (page.metric("elbo"), page.metric("best-q-elbo"));
        assert!((elbo - best).abs() <= 1e-6, "ELBO {elbo}, said {best}");
        let gap = page.metric("kl-posterior");
        assert!(gap < before, "the gap went from {before} to {gap}");
        assert!(best >= page.metric("encoder-elbo"), "the encoder beats the best q");
        page.assert_sound();
    });
}

#[test]
fn no_step_from_the_best_q_is_better() {
    visit(|page| {
        page.open(START);
        page.act("best-q");
        let best = page.metric("best-q-elbo");
        for name in ["mu1", "mu2", "sigma1", "sigma2", "rho"] {
            let value = page.field(name);
            for factor in [-1.0, 1.0] {
                page.type_number(name, &format!("{:.4}", value + factor * 0.02));
                let elbo = page.metric("elbo");
                assert!(elbo <= best + 1e-6, "{name} moved by {factor} × 0.02: {elbo} over {best}");
            }
            page.act("best-q");
        }
    });
}

/// Whether the climb is playing, as its button says.
fn climbs(page: &Page) -> bool {
    let pressed = page.attribute("button[data-action='climb']", "aria-pressed");
    pressed.expect("the climb button says whether it is pressed") == "true"
}

#[test]
fn the_climb_arrives_and_stops_by_itself() {
    visit(|page| {
        page.open(START);
        page.click("button[data-action='climb']");
        page.wait_for("the climb to start", || climbs(page) || page.mean() != [-1.5, 1.0]);
        page.wait_for("the climb to stop by itself", || !climbs(page));
        page.settle();
        let short = page.metric("best-q-elbo") - page.metric("elbo");
        assert!(short <= 0.1, "the climb stopped {short} nats below the best q");
        let resting = page.raw("elbo");
        page.settle();
        assert_eq!(page.raw("elbo"), resting, "it moves after it stopped");
        page.assert_sound();
    });
}

#[test]
fn the_climb_can_be_interrupted() {
    visit(|page| {
        page.open(START);
        page.click("button[data-action='climb-slow']");
        page.wait_for("the climb to move", || page.mean() != [-1.5, 1.0]);
        // A drag of the handle takes q from the climb.
        page.drag("#handle-mean", 20.0, 20.0);
        page.wait_for("the climb to let go", || !climbs(page));
        let mean = page.mean();
        page.settle();
        assert_eq!(page.mean(), mean, "q moves on under the hand");
    });
}

#[test]
fn one_step_of_the_climb_is_one_step() {
    visit(|page| {
        page.open(START);
        page.act("climb-step");
        let first = page.mean();
        assert_ne!(first, [-1.5, 1.0], "the step did nothing");
        page.settle();
        assert_eq!(page.mean(), first, "the step went on");
        page.act("climb-step");
        assert_ne!(page.mean(), first, "the second step did nothing");
        page.assert_sound();
    });
}

#[test]
fn a_new_draw_changes_the_draws_alone() {
    visit(|page| {
        page.open(START);
        let (seed, elbo) = (page.field("seed"), page.raw("elbo"));
        let (truth, share) = (page.raw("log-evidence"), page.raw("max-share"));
        page.act("new-draw");
        assert_ne!(page.field("seed"), seed, "the seed is the same");
        assert_ne!(page.raw("max-share"), share, "the draws are the same");
        assert_eq!((page.raw("elbo"), page.raw("log-evidence")), (elbo, truth));
        page.assert_sound();
    });
}

#[test]
fn the_identity_switch_shows_each_decomposition() {
    visit(|page| {
        page.open(START);
        for identity in ["gap", "prior", "energy"] {
            let button = format!("button[data-identity='{identity}']");
            page.click(&button);
            page.settle();
            assert_eq!(page.attribute(&button, "aria-pressed").as_deref(), Some("true"));
            page.assert_sound();
        }
    });
}

#[test]
fn every_digit_of_the_gallery_is_an_x() {
    visit(|page| {
        page.open(START);
        let mut seen = std::collections::BTreeSet::new();
        for digit in 0..10 {
            page.click(&format!("button[data-digit='{digit}']"));
            page.settle();
            assert!(seen.insert(page.raw("log-evidence")), "the digit {digit} changed nothing");
            let pixels = "const canvas = document.querySelector('.digit.x canvas');
                const { width, height } = canvas;
                const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
                return data.filter((_, index) => index % 4 === 0).join()";
            assert!(seen.insert(page.text_of(pixels)), "the picture of {digit} is another's");
            assert_eq!(page.mean(), [-1.5, 1.0], "the digit {digit} moved q");
        }
        page.assert_sound();
    });
}
