//! Going back: undo, redo, and the browser's own buttons.

use serde_json::json;

use crate::harness::{key, visit};

const START: &str = "#/bench?x=digits.3&mu=0.5,-0.25&sigma=0.8,0.5&rho=0.2&k=64&seed=7";

#[test]
fn undo_takes_back_and_redo_restores() {
    visit(|page| {
        page.open(START);
        let before = page.raw("elbo");
        page.drag("#handle-mean", 50.0, 30.0);
        let (dragged, mean) = (page.raw("elbo"), page.mean());
        page.act("prior");
        page.act("undo");
        assert_eq!((page.mean(), page.raw("elbo")), (mean, dragged.clone()), "after one undo");
        page.act("undo");
        assert_eq!((page.mean(), page.raw("elbo")), ([0.5, -0.25], before), "after two");
        page.act("redo");
        assert_eq!((page.mean(), page.raw("elbo")), (mean, dragged), "after one redo");
        page.act("redo");
        assert_eq!(page.sigma(), [1.0, 1.0], "after two");
        page.assert_sound();
    });
}

#[test]
fn a_whole_drag_is_one_undo() {
    visit(|page| {
        page.glance(START);
        page.drag("#handle-mean", 90.0, 0.0);
        page.act("undo");
        assert_eq!(page.mean(), [0.5, -0.25]);
    });
}

#[test]
fn undo_has_its_usual_keys() {
    visit(|page| {
        page.glance(START);
        page.act("prior");
        page.eval("document.activeElement?.blur()");
        page.chord(&[key::CONTROL], &['z']);
        page.settle();
        assert_eq!(page.mean(), [0.5, -0.25]);
    });
}

#[test]
fn undo_has_its_keys_on_every_keyboard_layout() {
    visit(|page| {
        page.glance(START);
        let press = |key: &str, code: &str| {
            let script = "document.body.dispatchEvent(new KeyboardEvent('keydown',
                { key: arguments[0], code: arguments[1], ctrlKey: true, bubbles: true, cancelable: true }))";
            page.run(script, json!([key, code]));
            page.settle();
        };
        // Russian, Greek and Hebrew; German, whose Z is at the position of Y.
        for (key, code) in [("я", "KeyZ"), ("ζ", "KeyZ"), ("ז", "KeyZ"), ("z", "KeyY")] {
            page.act("prior");
            press(key, code);
            assert_eq!(page.mean(), [0.5, -0.25], "{key} at {code}");
        }
        press("н", "KeyY");
        assert_eq!(page.mean(), [0.0, 0.0], "redo on a Russian keyboard");
        // Dvorak has a semicolon at the position of Z.
        press(";", "KeyZ");
        assert_eq!(page.mean(), [0.0, 0.0]);
    });
}

#[test]
fn back_and_forward_walk_through_the_states() {
    visit(|page| {
        page.open(START);
        page.act("prior");
        page.act("best-q");
        let best = page.mean();
        page.back();
        assert_eq!((page.mean(), page.sigma()), ([0.0, 0.0], [1.0, 1.0]), "one back");
        page.back();
        assert_eq!((page.mean(), page.sigma()), ([0.5, -0.25], [0.8, 0.5]), "two back");
        page.forward();
        page.forward();
        let off = [page.mean()[0] - best[0], page.mean()[1] - best[1]];
        assert!(
            off.iter().all(|off| off.abs() < 1e-3),
            "forward again: {:?}, {best:?}",
            page.mean()
        );
        page.assert_sound();
    });
}
