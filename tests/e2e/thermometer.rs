//! The thermometer's scale: a nat has one length, whatever happens to q; only the loupe changes it.

use crate::harness::{Page, visit};

const START: &str = "#/bench?x=digits.3&mu=0.9,-1.4&sigma=0.2,0.12&rho=-0.5&k=64&seed=7";

fn pixels_per_nat(page: &Page) -> f64 {
    let found = page.attribute("#thermometer", "data-pixels-per-nat");
    found.expect("the thermometer says how long a nat is").parse().expect("a number")
}

/// Distance on the screen between the line of log p(x) and the words of the ELBO, which hang from its level.
fn from_truth_to_elbo(page: &Page) -> f64 {
    let truth = page.rect("#thermometer .truth");
    page.rect("#thermometer .tag.elbo").y - truth.y - 0.5 * truth.height
}

#[test]
fn a_nat_keeps_its_length() {
    visit(|page| {
        page.open(START);
        let length = pixels_per_nat(page);
        let mut gaps = Vec::new();
        for action in ["prior", "encoder", "best-q"] {
            page.act(action);
            gaps.push(page.metric("kl-posterior"));
            assert_eq!(pixels_per_nat(page), length, "{action}");
        }
        assert!(gaps[0] > 100.0 && gaps[2] < 0.3, "the gaps are of different sizes: {gaps:?}");
        page.click("[data-action='undo']");
        page.drag("#handle-mean", 60.0, -40.0);
        assert_eq!(pixels_per_nat(page), length, "after a drag");
        page.click(".gallery button[data-digit='8']");
        page.settle();
        assert_eq!(pixels_per_nat(page), length, "another image");
    });
}

#[test]
fn the_gap_is_drawn_to_scale() {
    visit(|page| {
        page.open(START);
        let drawn = from_truth_to_elbo(page);
        let expected = page.metric("kl-posterior") * pixels_per_nat(page);
        assert!((drawn - expected).abs() < 2.0, "{drawn} pixels, {expected} expected");
        assert_eq!(page.text("#thermometer .tag.fits"), "", "5.5 nats fit");
    });
}

#[test]
fn a_gap_that_does_not_fit_is_torn_and_says_so() {
    visit(|page| {
        page.open(START);
        page.act("prior");
        let said = page.text("#thermometer .tag.fits");
        let gap = page.metric("kl-posterior").round();
        assert!(said.contains("12") && said.contains(&gap.to_string()), "{said}");
        let [whole, elbo] = ["#thermometer", "#thermometer .tag.elbo"].map(|part| page.rect(part));
        assert!(elbo.y + elbo.height <= whole.y + whole.height, "the ELBO's tag left the picture");
    });
}

#[test]
fn the_loupe_looks_closer_and_is_part_of_the_link() {
    visit(|page| {
        page.open(START);
        page.act("best-q");
        let length = pixels_per_nat(page);
        page.click("[data-loupe='10']");
        page.wait_for("the loupe", || (pixels_per_nat(page) - 10.0 * length).abs() < 1e-6);
        page.settle();
        assert!(page.hash().contains("loupe=10"), "{}", page.hash());
        page.reload();
        assert!((pixels_per_nat(page) - 10.0 * length).abs() < 1e-6, "after a reload");
        assert_eq!(page.attribute("[data-loupe='10']", "aria-pressed").as_deref(), Some("true"));
        page.click("[data-loupe='1']");
        page.wait_for("the whole", || (pixels_per_nat(page) - length).abs() < 1e-6);
    });
}

/// The three decompositions are cuts of one bar: what it shows are the terms, which sum to the ELBO.
#[test]
fn the_bar_is_cut_in_three_ways() {
    visit(|page| {
        page.open(START);
        let elbo = page.metric("elbo");
        let shown = |metric: &str| page.shows(&format!("#thermometer [data-metric='{metric}']"));
        for (cut, terms, sign) in [
            ("gap", ["log-evidence", "kl-posterior"], -1.0),
            ("prior", ["reconstruction", "kl-prior"], -1.0),
            ("energy", ["expected-log-joint", "entropy"], 1.0),
        ] {
            page.click(&format!(".cut [data-identity='{cut}']"));
            page.settle();
            let [first, second] = terms.map(|term| page.metric(term));
            assert!(
                (first + sign * second - elbo).abs() < 1e-6,
                "{cut}: {first}, {second}, {elbo}"
            );
            assert!(shown(terms[1]) && shown("elbo"), "{cut}");
            assert_eq!(shown("kl-posterior"), cut == "gap", "{cut}");
        }
        assert!(page.hash().contains("identity=energy"), "{}", page.hash());
    });
}
