//! The address contains the whole state: it restores it, gives the same bits again, clamps values, and survives
//! garbage.

use crate::harness::{Page, RESIDUAL_LIMIT, visit};

const WHOLE: &str = "#/bench?x=digits.3&mu=0.5,-0.2&sigma=0.4,0.8&rho=0.3&k=64&seed=7&lang=pt";

fn assert_fields(page: &Page, expected: [(&str, f64); 7]) {
    for (name, value) in expected {
        assert_eq!(page.field(name), value, "the field {name}");
    }
}

#[test]
fn restores_the_state_it_names() {
    visit(|page| {
        page.glance(WHOLE);
        assert_fields(
            page,
            [
                ("mu1", 0.5),
                ("mu2", -0.2),
                ("sigma1", 0.4),
                ("sigma2", 0.8),
                ("rho", 0.3),
                ("k", 64.0),
                ("seed", 7.0),
            ],
        );
        let language = page.attribute("html", "lang").unwrap_or_default();
        assert!(language.starts_with("pt"), "html lang is {language:?}");
        assert!(!page.shows("#notice"), "a notice on a good address: {}", page.text("#notice"));
        page.assert_sound();
    });
}

#[test]
fn gives_the_same_numbers_again() {
    visit(|page| {
        page.come_as_a_visitor();
        page.open(WHOLE);
        page.wait_until_idle();
        let first = page.metrics();
        page.reload();
        page.wait_until_idle();
        assert_eq!(first, page.metrics());
    });
}

#[test]
fn another_seed_gives_other_draws_and_the_same_truth() {
    visit(|page| {
        page.open(WHOLE);
        let names = ["log-evidence", "elbo", "iwae", "max-share"];
        let first = names.map(|name| page.raw(name));
        page.open(&WHOLE.replace("seed=7", "seed=8"));
        let second = names.map(|name| page.raw(name));
        assert_eq!(first[..2], second[..2], "exact numbers depend on the seed");
        assert_ne!(first[3], second[3], "the draws do not depend on the seed");
    });
}

#[test]
fn follows_what_is_done_on_the_page() {
    visit(|page| {
        page.open("");
        page.type_number("mu1", "1.25");
        let (hash, elbo) = (page.hash(), page.raw("elbo"));
        page.open(&hash);
        assert_eq!(page.field("mu1"), 1.25, "from the address {hash}");
        assert_eq!(page.raw("elbo"), elbo);
    });
}

#[test]
fn an_edited_address_is_followed_without_a_reload() {
    visit(|page| {
        page.glance(WHOLE);
        page.eval("location.hash = location.hash.replace(/mu=[^&]*/, 'mu=-1,1')");
        page.wait_for("the new mean", || page.mean() == [-1.0, 1.0]);
        page.settle();
        page.assert_sound();
    });
}

#[test]
fn the_corners_keep_the_identities() {
    visit(|page| {
        page.open("#/bench?x=digits.3&seed=1");
        for sigma in ["0.02,0.02", "3,3", "0.02,3"] {
            for mu in ["4,4", "-4,4", "0,-4"] {
                for rho in ["0.99", "-0.99"] {
                    let hash = format!("#/bench?x=digits.3&mu={mu}&sigma={sigma}&rho={rho}&seed=1");
                    page.go(&hash);
                    assert!(!page.shows("#notice"), "{hash} is said to be out of range");
                    let residual = page.metric("identity-residual").abs();
                    assert!(residual <= RESIDUAL_LIMIT, "identity-residual {residual:e} at {hash}");
                    let elbo = page.metric("elbo");
                    assert!(elbo <= page.metric("log-evidence") + RESIDUAL_LIMIT, "ELBO at {hash}");
                }
            }
        }
    });
}

#[test]
fn values_out_of_range_are_clamped_and_said() {
    visit(|page| {
        page.glance("#/bench?x=digits.3&mu=99,-99&sigma=0.00001,50&rho=1.5&k=64&seed=7");
        assert_eq!((page.mean(), page.sigma()), ([20.0, -20.0], [1e-4, 3.0]));
        assert_eq!(page.field("rho"), 0.99);
        assert!(!page.text("#notice").is_empty(), "the clamping is not said");
        page.assert_sound();
    });
}

#[test]
fn garbage_opens_the_default() {
    visit(|page| {
        page.glance("");
        let default = ["mu1", "mu2", "sigma1", "sigma2", "rho", "k", "seed"].map(|f| page.field(f));
        let garbage = [
            "#/nowhere",
            "#/bench?x=digits.77",
            "#/bench?mu=NaN,inf&sigma=,&rho=%F0%28",
            "#%%%00?&&&===",
            "#/bench?k=123456&seed=99999999999999999999999999",
        ];
        for hash in garbage {
            page.glance(hash);
            let shown =
                ["mu1", "mu2", "sigma1", "sigma2", "rho", "k", "seed"].map(|f| page.field(f));
            assert!(shown.iter().all(|value| value.is_finite()), "{hash}: {shown:?}");
            assert_eq!(shown[..5], default[..5], "q at {hash}");
            assert!(!page.text("#notice").is_empty(), "{hash} is taken without a word");
            page.assert_sound();
        }
    });
}

#[test]
fn a_step_past_the_last_is_the_last_and_is_said() {
    visit(|page| {
        page.open("#/course/modes/99?lang=en");
        page.wait_for("the note", || page.text("#notice").contains("modes: 99 is out of range"));
        page.wait_for("the last step", || {
            let hash = page.hash();
            let step = hash.trim_start_matches("#/course/modes/").split(['/', '?']).next();
            step.and_then(|step| step.parse::<u32>().ok()).is_some_and(|step| step > 1 && step < 99)
        });
    });
}
