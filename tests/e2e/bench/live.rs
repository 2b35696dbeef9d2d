//! Training in a browser: the time until it is good, the smoothness of the page, the delay of Pause.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{MILLISECOND, Row, calibration, numbers, print};
use crate::harness::{Page, visit};

/// The page's network, 784-64-4 and 2-64-784, with the smallest number of digits on offer above ten thousand.
const CLASS: &str = "#/train?n=16384&h=64&l=2&lang=en";
/// A common first VAE in PyTorch, whose steps take five times as long.
const CLASSIC: &str = "#/train?n=16384&h=400&l=20&act=relu&rate=0.001&lang=en";
/// A run that has not plateaued by then is measured as far as it came.
const LONGEST: Duration = Duration::from_secs(240);
/// A run is good when its validation ELBO is this close, in nats, to its final value.
const NEAR: f64 = 2.0;
/// The goal in calibration loops: 20 s on the machine of the README.
const GOOD_WITHIN: f64 = 400.0;
/// In milliseconds: one frame of the display.
const FRAME: f64 = 16.0;
const PAUSE_WITHIN: f64 = 50.0;
const PAUSES: usize = 20;

/// Records for every frame the time since the previous one and the page's work in it (a message posted from it
/// arrives when it is done), and for every step shown the time and its ELBO.
const NOTE_FRAMES: &str = "
    const notes = (window.notes = { interval: [], work: [], shown: [] });
    const { port1, port2 } = new MessageChannel();
    let before;
    port1.onmessage = ({ data: began }) => notes.work.push(performance.now() - began);
    const value = (name) =>
        Number(document.querySelector(`[data-metric=${name}]`)?.dataset.value ?? NaN);
    const frame = (now) => {
        if (before !== undefined) notes.interval.push(now - before);
        before = now;
        port2.postMessage(now);
        const step = value('step');
        if (notes.shown.at(-1)?.[1] !== step) notes.shown.push([now, step, value('elbo')]);
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    notes.began = performance.now();
    document.querySelector('[data-action=play]').click();
";

/// Pauses; returns the milliseconds until the last step was shown, none if it was shown before.
const PAUSE: &str = "return new Promise((resolve) => {
        const began = performance.now();
        let last = began;
        const observer = new MutationObserver((changes) => {
            if (changes.some(({ target }) => target.dataset.metric === 'step'))
                last = performance.now();
        });
        observer.observe(document.body,
            { subtree: true, attributes: true, attributeFilter: ['data-value'] });
        document.querySelector('[data-action=play]').click();
        setTimeout(() => (observer.disconnect(), resolve(last - began)), 600);
    })";

fn is_playing(page: &Page) -> bool {
    page.attribute("[data-action=play]", "aria-pressed").as_deref() == Some("true")
}

/// The time of each step shown, from the click on, with the validation ELBO.
fn shown(page: &Page) -> Vec<[f64; 3]> {
    let list = page.eval("return notes.shown.map(([at, ...rest]) => [at - notes.began, ...rest])");
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    let rows = list.as_array().into_iter().flatten();
    rows.map(|row| [number(&row[0]), number(&row[1]), number(&row[2])]).collect()
}

#[test]
#[ignore = "a measurement: make bench"]
fn a_class_watches() {
    visit(|page| {
        page.open(CLASS);
        page.wait_until_idle();
        let calibration = calibration(page);
        page.eval(NOTE_FRAMES);
        let began = Instant::now();
        page.wait_for("the first steps", || is_playing(page));
        while is_playing(page) && began.elapsed() < LONGEST {
            thread::sleep(Duration::from_millis(500));
        }
        let seen = shown(page);
        let [_, steps, end] = *seen.last().expect("some steps");
        let good = seen.iter().find(|[_, _, elbo]| *elbo >= end - NEAR).expect("the last is");
        println!("\nA VAE learns on the page: {steps} steps to {end:.2} nats");
        println!("within {NEAR} nats of its end at step {}", good[1]);
        let row = |title, times, goal| Row { title, times, goal };
        print(
            "Until it is good",
            &calibration,
            &[row(
                "from the click until within 2 nats of its end",
                vec![good[0]],
                Some(GOOD_WITHIN),
            )],
        );
        print(
            "The page while it learns",
            &MILLISECOND,
            &[
                row("from one frame to the next", numbers(page, "return notes.interval"), None),
                row("work in a frame", numbers(page, "return notes.work"), Some(FRAME)),
            ],
        );
    });
}

#[test]
#[ignore = "a measurement: make bench"]
fn a_hand_pauses() {
    for (title, address) in
        [("pause, 784-64-4, to the last step", CLASS), ("pause, 784-400-40", CLASSIC)]
    {
        visit(|page| {
            page.open(address);
            page.wait_until_idle();
            let mut times = Vec::new();
            for turn in 0..PAUSES {
                page.click("[data-action=play]");
                // Not in phase with frames or steps.
                thread::sleep(Duration::from_millis(700 + 37 * turn as u64));
                assert!(is_playing(page), "it learns");
                times.push(page.run(PAUSE, json!([])).as_f64().expect("milliseconds"));
                assert!(!is_playing(page), "it pauses");
            }
            print("Pausing", &MILLISECOND, &[Row { title, times, goal: Some(PAUSE_WITHIN) }]);
        });
    }
}
