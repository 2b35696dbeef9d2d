//! Measurements for `make bench`: printed beside their goals, never asserted. A goal is a ratio to a reference time
//! that was measured in the same browser in the same run, so that it also holds on a slower machine.

mod live;
mod sharing;
mod training;

use std::{thread, time::Duration};

use serde_json::json;

use crate::harness::{DENSE, Page, Point, visit};

/// The number of pointer moves of one measurement, at most one every 1/60 s.
const MOVES: u32 = 300;

/// Records for every pointer move when it happened, when the page began and ended to handle it, when the browser
/// began the frame that shows it, and when that was done: a message posted from an animation frame arrives after it.
/// Work in microtasks ends before the next task begins.
const NOTE_FRAMES: &str = "
    const notes = (window.notes = { frame: [], wait: [], own: [], event: [] });
    let waiting = [];
    let frame = 0;
    const painted = new MessageChannel();
    painted.port1.onmessage = () => {
        const done = performance.now();
        let handled = 0;
        for (const { stamp, begun, ended } of waiting) {
            notes.frame.push(done - stamp);
            notes.wait.push(begun - stamp);
            handled += Math.max(0, Math.min(ended, frame) - begun);
        }
        if (waiting.length > 0) notes.own.push(handled + done - frame);
        waiting = [];
    };
    addEventListener('pointermove', ({ timeStamp: stamp }) => {
        const move = { stamp, begun: performance.now(), ended: Infinity };
        const handled = new MessageChannel();
        handled.port1.onmessage = () => (move.ended = performance.now());
        handled.port2.postMessage(null);
        if (waiting.push(move) === 1)
            requestAnimationFrame(() => {
                frame = performance.now();
                painted.port2.postMessage(null);
            });
    }, { capture: true });
    new PerformanceObserver((list) => {
        for (const { name, duration } of list.getEntries())
            if (name === 'pointermove') notes.event.push(duration);
    }).observe({ type: 'event', durationThreshold: 16 });
";

struct Row {
    title: &'static str,
    times: Vec<f64>,
    /// The largest ratio of the 95th percentile to the reference time.
    goal: Option<f64>,
}

/// The reference for times.
struct Yardstick {
    title: &'static str,
    milliseconds: f64,
}

/// For goals that are the same on every machine.
const MILLISECOND: Yardstick = Yardstick { title: "a millisecond", milliseconds: 1.0 };

/// The median time of a loop of 51 million multiplications and additions in double precision, which measures the
/// speed of this machine and browser.
fn calibration(page: &Page) -> Yardstick {
    let script = "const a = new Float64Array(512).map((_, i) => Math.sin(i));
        const times = [];
        let sum = 0;
        for (let turn = 0; turn < 9; turn++) {
            const began = performance.now();
            for (let shift = 0; shift < 100000; shift++)
                for (let i = 0; i < 512; i++) sum += a[i] * a[(i + shift) & 511];
            times.push(performance.now() - began);
        }
        // Used, so that the loop is not optimised away.
        window.calibrated = sum;
        return times";
    let milliseconds = quantile(&numbers(page, script), 0.5);
    Yardstick { title: "a loop of 51 million multiplications in JavaScript", milliseconds }
}

/// The time below which this share of the times lies.
fn quantile(times: &[f64], share: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1) as f64;
    sorted.get((share * last).round() as usize).copied().unwrap_or(f64::NAN)
}

fn print(heading: &str, yardstick: &Yardstick, rows: &[Row]) {
    let Yardstick { title, milliseconds: unit } = yardstick;
    println!("\n{heading}\nratios are to {title}: {unit:.2} ms");
    let header = ["count", "p50", "p95", "max", "p95 ratio", "goal"];
    println!("{:<44} {}", "milliseconds", header.map(|name| format!("{name:>10}")).join(" "));
    for Row { title, times, goal } in rows {
        let p95 = quantile(times, 0.95);
        let numbers = [quantile(times, 0.5), p95, quantile(times, 1.0), p95 / unit];
        let numbers = numbers.map(|number| format!("{number:>10.2}")).join(" ");
        let goal = goal.map_or_else(String::new, |goal| format!("{goal:>10.2}"));
        println!("{title:<44} {:>10} {numbers} {goal}", times.len());
    }
}

fn numbers(page: &Page, script: &str) -> Vec<f64> {
    let list = page.eval(script);
    list.as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect()
}

/// The durations of the application's own measures of this name.
fn measures(page: &Page, name: &str) -> Vec<f64> {
    let entries = format!("performance.getEntriesByName('elboscope:{name}', 'measure')");
    numbers(page, &format!("return {entries}.map((entry) => entry.duration)"))
}

fn pointer(page: &Page, kind: &str, x: f64, y: f64, buttons: u32) {
    let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": buttons,
                        "clickCount": 1, "pointerType": "mouse" });
    page.browser.session.devtools("Input.dispatchMouseEvent", event);
}

/// Drags twice along a circle through `start`, so that every move is a new position.
fn drag_round(page: &Page, start: Point, radius: f64) {
    page.eval(NOTE_FRAMES);
    pointer(page, "mousePressed", start.x, start.y, 1);
    for i in 0..MOVES {
        let angle = 4.0 * std::f64::consts::PI * f64::from(i) / f64::from(MOVES);
        let place = start.moved(radius * angle.sin(), radius * (1.0 - angle.cos()));
        pointer(page, "mouseMoved", place.x, place.y, 1);
        thread::sleep(Duration::from_millis(16));
    }
    pointer(page, "mouseReleased", start.x, start.y, 0);
}

/// A page with nothing but a disc that follows the pointer: the browser's own time. It paints sixty times a second,
/// so that a move waits for up to 16.7 ms in any case.
const DISC: &str =
    "data:text/html,<svg width=900 height=600><circle id=disc r=9 cx=450 cy=200></circle></svg>
    <script>disc.onpointerdown = (event) => {
        event.preventDefault();
        disc.setPointerCapture(event.pointerId);
        disc.onpointermove = ({ clientX: x, clientY: y }) => requestAnimationFrame(() => {
            disc.setAttribute('cx', x - 8);
            disc.setAttribute('cy', y - 8);
        });
    }</script>";

#[test]
#[ignore = "a measurement: make bench"]
fn dragging() {
    visit(|page| {
        for ratio in [1.0, DENSE] {
            page.set_screen([1280, 720], ratio);
            drag_on_a_screen(page, ratio);
        }
    });
}

/// Without a GPU the browser itself paints, four times as many pixels on a dense screen.
fn drag_on_a_screen(page: &Page, ratio: f64) {
    let noted = |name: &str| numbers(page, &format!("return window.notes.{name}"));
    page.browser.session.post("/url", &json!({ "url": DISC }));
    drag_round(page, page.centre("#disc"), 100.0);
    let floor = noted("frame");
    page.open("#/bench?x=digits.3&mu=0,0&sigma=0.8,0.5&rho=0.2&k=64&seed=7");
    page.wait_until_idle();
    drag_round(page, page.centre("#handle-mean"), page.pixels_per_unit());
    page.settle();
    let row = |title, times, goal| Row { title, times, goal };
    let disc = Yardstick {
        title: "a disc that is dragged on an empty page (p95)",
        milliseconds: quantile(&floor, 0.95),
    };
    print(
        &format!("Dragging the mean, K = 64, with the ladder, {ratio} device pixels per CSS pixel"),
        &disc,
        &[
            row("a disc on an empty page: the browser alone", floor, None),
            row("input to painted frame", noted("frame"), Some(1.1)),
            row("  of which until the first handler", noted("wait"), None),
            row("  of which the page's own work", noted("own"), Some(0.8)),
            row("event timing of 16 ms and more", noted("event"), None),
        ],
    );
}

/// Clicks another digit; the milliseconds until log p(x) and the terms of the ELBO are exact.
const EXACT_AFTER: &str = "return new Promise((resolve) => {
        const value = () => document.querySelector('[data-metric=log-evidence]')?.dataset.value;
        const [before, began] = [value(), performance.now()];
        document.querySelector(`button[data-digit='${arguments[0]}']`).click();
        const look = () => {
            const now = value();
            if (now && now !== before && document.documentElement.dataset.exact === 'fine')
                resolve(performance.now() - began);
            else setTimeout(look, 2);
        };
        look();
    })";

#[test]
#[ignore = "a measurement: make bench"]
fn exact_and_accumulation() {
    visit(|page| {
        let (mut exact, mut lattice, mut samples) = (Vec::new(), Vec::new(), Vec::new());
        let (mut certified, mut proven) = (Vec::new(), Vec::new());
        let calibration = calibration(page);
        for _ in 0..3 {
            page.open("#/bench?x=digits.3&k=64&seed=7");
            page.wait_until_idle();
            lattice.extend(measures(page, "lattice-model"));
            for digit in [0, 1, 2, 4, 5, 6, 7, 8, 9] {
                exact.extend(page.run(EXACT_AFTER, json!([digit])).as_f64());
            }
            // The intervals of the last x are computed before its draws.
            page.wait_until_idle();
            samples.extend(measures(page, "accumulate"));
            certified.extend(measures(page, "certificate-0.01"));
            proven.extend(measures(page, "certificate-0.001"));
        }
        let row = |title, times, goal| Row { title, times, goal };
        print(
            "What is exact, and the accumulation, in the worker",
            &calibration,
            &[
                row("log p(x) and the ELBO exact, new x", exact, Some(20.0)),
                row("proven interval to 0.01 nat, new x", certified, Some(20.0)),
                row("proven interval to 0.001 nat, new x", proven, None),
                row("a million draws, from a new x on", samples, None),
                row("all lattices fine, new model, after the rest", lattice, None),
            ],
        );
    });
}
