//! Everything by keyboard: handles, sliders, buttons, the order of Tab.

use serde_json::json;

use crate::harness::{Page, key, visit};

const START: &str = "#/bench?x=digits.3&mu=0.5,-0.25&sigma=0.8,0.5&rho=0.2&k=64&seed=7";

/// The mean's displacement when keys are pressed on its handle.
fn moved_by(page: &Page, held: &[char], pressed: char) -> f64 {
    let before = page.mean();
    page.focus("#handle-mean");
    page.chord(held, &[pressed]);
    page.settle();
    let after = page.mean();
    (after[0] - before[0]).hypot(after[1] - before[1])
}

#[test]
fn arrows_move_the_mean_their_way() {
    visit(|page| {
        page.open(START);
        for (arrow, axis, sign) in
            [(key::RIGHT, 0, 1.0), (key::LEFT, 0, -1.0), (key::UP, 1, 1.0), (key::DOWN, 1, -1.0)]
        {
            let (before, elbo) = (page.mean(), page.raw("elbo"));
            page.press("#handle-mean", arrow);
            let after = page.mean();
            assert!((after[axis] - before[axis]) * sign > 0.0, "{before:?} to {after:?}");
            assert_eq!(after[1 - axis], before[1 - axis]);
            assert_ne!(page.raw("elbo"), elbo, "the ELBO did not move");
        }
        page.assert_sound();
    });
}

#[test]
fn shift_is_finer_and_page_is_coarser() {
    visit(|page| {
        page.glance(START);
        let plain = moved_by(page, &[], key::RIGHT);
        let fine = moved_by(page, &[key::SHIFT], key::RIGHT);
        let coarse = moved_by(page, &[], key::PAGE_UP);
        assert!(0.0 < fine && fine < plain && plain < coarse, "{fine} {plain} {coarse}");
    });
}

#[test]
fn home_and_end_reach_the_extremes() {
    visit(|page| {
        page.glance(START);
        for pressed in [key::HOME, key::END] {
            moved_by(page, &[], pressed);
            let mean = page.mean();
            assert!(mean.iter().any(|mean| mean.abs() == 4.0), "{mean:?}");
        }
        page.assert_sound();
    });
}

#[test]
fn arrows_move_the_axes() {
    visit(|page| {
        page.open(START);
        for handle in ["#handle-axis1", "#handle-axis2"] {
            let (before, elbo) = ((page.sigma(), page.field("rho")), page.raw("elbo"));
            page.press(handle, key::UP);
            assert_ne!((page.sigma(), page.field("rho")), before, "{handle}");
            assert_ne!(page.raw("elbo"), elbo, "{handle}");
        }
        page.assert_sound();
    });
}

#[test]
fn arrows_move_the_probe() {
    visit(|page| {
        page.open(START);
        page.reveal("#number-mu1");
        page.settle();
        let (before, elbo) = (page.centre("#handle-probe"), page.raw("elbo"));
        page.press("#handle-probe", key::LEFT);
        let after = page.centre("#handle-probe");
        assert!(after.x < before.x, "{before:?} to {after:?}");
        assert_eq!(page.raw("elbo"), elbo, "the probe moved q");
    });
}

#[test]
fn sliders_take_the_keys() {
    visit(|page| {
        page.glance(START);
        for name in ["mu1", "mu2", "sigma1", "sigma2", "rho"] {
            let slider = format!("#slider-{name}");
            let start = page.field(name);
            page.press(&slider, key::RIGHT);
            let right = page.field(name);
            assert!(right > start, "{name}: {start} to {right}");
            page.press(&slider, key::PAGE_UP);
            let coarse = page.field(name);
            assert!(coarse - right > right - start, "{name}: {right} to {coarse}");
            page.press(&slider, key::HOME);
            let least = page.field(name);
            page.press(&slider, key::END);
            let most = page.field(name);
            let range = if name.starts_with("mu") {
                (-4.0, 4.0)
            } else if name.starts_with("sigma") {
                (0.02, 3.0)
            } else {
                (-0.99, 0.99)
            };
            assert_eq!((least, most), range, "{name}");
        }
        page.assert_sound();
    });
}

#[test]
fn a_number_field_takes_a_number_and_refuses_nonsense() {
    visit(|page| {
        page.glance(START);
        page.type_number("sigma1", "1.75");
        assert_eq!(page.sigma()[0], 1.75);
        page.type_number("sigma1", "-7");
        assert_eq!(page.sigma()[0], 1e-4, "clamped to the least");
        page.type_number("k", "128");
        assert_eq!(page.field("k"), 128.0);
        page.assert_sound();
    });
}

#[test]
fn a_button_takes_enter_and_space() {
    visit(|page| {
        for pressed in [key::ENTER, ' '] {
            page.glance(START);
            page.press("button[data-action='prior']", pressed);
            assert_eq!((page.mean(), page.sigma()), ([0.0, 0.0], [1.0, 1.0]));
        }
    });
}

#[test]
fn tab_reaches_every_control_and_leaves_it() {
    visit(|page| {
        page.glance(START);
        for behind in ["#number-mu1", ".how .readouts"] {
            page.reveal(behind);
        }
        let wanted = page.list_of(
            "return [...document.querySelectorAll(
                 '[role=slider], button, input:not([type=file]), select')]
                 .filter((control) => control.checkVisibility() && control.getClientRects().length && !control.disabled
                     && control.tabIndex >= 0 && !control.closest('[inert]'))
                 .map((control, i) => (control.dataset.order = String(i)))",
        );
        let mut reached = std::collections::BTreeSet::new();
        page.eval("document.activeElement?.blur()");
        // Twice as many steps as there are controls, for other focusable elements.
        for _ in 0..2 * wanted.len() + 20 {
            page.keys(&[key::TAB]);
            let at = page.text_of("return document.activeElement?.dataset.order ?? ''");
            if !at.is_empty() && !reached.insert(at) {
                break;
            }
        }
        let missed: Vec<_> = wanted.iter().filter(|order| !reached.contains(*order)).collect();
        let describe = "return arguments[0].map((order) =>
            document.querySelector(`[data-order='${order}']`).outerHTML.slice(0, 120))";
        assert!(missed.is_empty(), "not reached: {:#}", page.run(describe, json!([missed])));
    });
}
