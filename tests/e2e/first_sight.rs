//! What the bench shows before anything is touched: one sentence, few numbers, few controls; the rest one press away.

use serde_json::json;

use crate::harness::{Page, visit};
use crate::layout::{assert_none, offences};

const START: &str = "#/bench?x=digits.3&mu=0.9,-1.4&sigma=0.2,0.12&rho=-0.5&k=64&seed=7";
/// Most controls and numbers in view when the bench opens.
const CONTROLS: usize = 36;
const NUMBERS: usize = 8;

#[test]
fn the_bench_opens_with_few_controls_and_numbers() {
    visit(|page| {
        for hash in ["", "#/bench?lang=pt"] {
            page.open(hash);
            let controls = offences(
                page,
                "return shown('a[href], button, input:not([type=file]), select, summary, [role=slider]')
                    .filter((part) => !part.matches('.skip')).map(name)",
            );
            let numbers = offences(page, "return shown('[data-metric]').map(name)");
            assert!((20..=CONTROLS).contains(&controls.len()), "{}: {controls:#?}", controls.len());
            assert!((3..=NUMBERS).contains(&numbers.len()), "{}: {numbers:#?}", numbers.len());
        }
    });
}

#[test]
fn the_rest_is_one_press_away() {
    visit(|page| {
        page.open(START);
        for (summary, behind) in [
            (".controls summary", "#number-sigma2"),
            (".controls summary", "#number-seed"),
            (".controls summary", "#handle-probe"),
            (".how summary", "[data-metric='log-evidence-lower']"),
            (".how summary", "[data-metric='khat']"),
            (".how summary", "[data-metric='identity-residual']"),
            (".how summary", ".equation"),
            ("[data-action='settings']", "select#language"),
            ("[data-action='settings']", "select#theme"),
        ] {
            assert!(!page.shows(behind), "{behind} is there before {summary} is pressed");
            page.click(summary);
            page.wait_for(&format!("{behind}, behind {summary}"), || page.shows(behind));
            page.click(summary);
            page.wait_for(&format!("{summary} to close"), || !page.shows(behind));
        }
    });
}

#[test]
fn the_sentence_follows_what_happens() {
    visit(|page| {
        page.open(START);
        let says = |words: &str| {
            page.wait_for(&format!("a sentence with {words}"), || {
                page.text(".lead").contains(words)
            });
        };
        says("Pull the blue guess");
        page.click(".gallery button[data-digit='8']");
        says("still describes the 3");
        page.click(".gallery button[data-digit='3']");
        says("Pull the blue guess");
        page.act("encoder");
        says("0.26 nats");
        wait_for_the_best(page);
        page.act("best-q");
        says("no Gaussian leaves a smaller gap");
    });
}

fn wait_for_the_best(page: &Page) {
    page.settle();
    page.wait_for("the best q", || page.shows("[data-action='best-q']:not([disabled])"));
}

/// Names that overlap each other, a handle, the map or the buttons, and such as are cut off.
const NAMES: &str = "
    const boxes = (selector) => shown(selector).map((part) => [name(part), part.getBoundingClientRect()]);
    const names = boxes('.name p');
    const others = boxes('#plane .handle .mark, #prior-map, .zoom');
    const whole = document.querySelector('#plane').getBoundingClientRect();
    const faults = names.length < 1 ? ['no names'] : [];
    names.forEach(([what, a], index) => {
        if (a.left < whole.left || a.right > whole.right || a.top < whole.top || a.bottom > whole.bottom)
            faults.push(`${what} leaves the plane`);
        for (const [other, b] of [...names.slice(0, index), ...others])
            if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
                faults.push(`${what} on ${other}`);
    });
    return faults";

fn assert_names_are_clear(page: &Page, place: &str) {
    assert_none("names that are in the way", place, &offences(page, NAMES));
}

#[test]
fn names_stand_beside_their_marks() {
    visit(|page| {
        page.open(START);
        for size in [[1280, 720], [1920, 1080], [390, 844], [820, 1180]] {
            page.set_screen(size, page.ratio());
            page.settle();
            for digit in [3, 1, 8] {
                page.click(&format!(".gallery button[data-digit='{digit}']"));
                wait_for_the_best(page);
                for action in ["encoder", "prior", "best-q"] {
                    page.act(action);
                    assert_names_are_clear(page, &format!("{digit}, {action} at {size:?}"));
                }
            }
        }
    });
}

#[test]
fn a_small_q_can_be_held_by_its_handles() {
    visit(|page| {
        page.open("#/bench?x=digits.3&mu=0.9,-1.4&sigma=0.02,0.02&rho=0");
        page.eval("document.querySelector('[data-action=zoom-out]').click()");
        page.settle();
        let marks =
            ["#handle-mean", "#handle-axis1", "#handle-axis2"].map(|part| page.centre(part));
        for (index, a) in marks.iter().enumerate() {
            for b in &marks[..index] {
                let distance = (a.x - b.x).hypot(a.y - b.y);
                assert!(distance >= 35.0, "two handles are {distance} pixels apart");
            }
        }
        let before = page.run("return document.querySelectorAll('.handle').length", json!([]));
        assert_eq!(before, json!(4));
        page.drag("#handle-axis1", 40.0, 0.0);
        let sigma = page.sigma()[0];
        let expected = 0.02 + 40.0 / page.pixels_per_unit();
        assert!((sigma - expected).abs() < 1.5 / page.pixels_per_unit(), "{sigma}, not {expected}");
    });
}
