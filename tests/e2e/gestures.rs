//! Fingers, a pen, a wheel with Control, and a scaled page: what is dragged follows the pointer.

use serde_json::json;

use crate::harness::{Page, Point, Stroke, key, visit};
use crate::sketch::open_pad;

const START: &str = "#/bench?x=digits.3&mu=-0.5,0.25&sigma=1.6,1&rho=0&k=64&seed=7";

/// A point on the plane without a handle: near its corner.
fn empty_place(page: &Page) -> Point {
    let plane = page.rect("#plane-overlay");
    Point { x: plane.x + 0.5 * plane.width, y: plane.y + plane.height - 40.0 }
}

/// The distance from the mean's handle to the probe's, in pixels; it grows with the plane's scale.
fn distance(page: &Page) -> f64 {
    let (mean, probe) = (page.centre("#handle-mean .mark"), page.centre("#handle-probe .mark"));
    (mean.x - probe.x).hypot(mean.y - probe.y)
}

#[test]
fn two_fingers_zoom_the_plane() {
    visit(|page| {
        page.glance(&format!("{START}&probe=0.5,-0.4"));
        let (scale, before, mean) = (page.pixels_per_unit(), distance(page), page.mean());
        let middle = empty_place(page);
        let finger = |side: f64| {
            Stroke::line("touch", 0, middle.moved(40.0 * side, 0.0), middle.moved(60.0 * side, 0.0))
        };
        page.strokes(&[finger(-1.0), finger(1.0)]);
        page.settle();
        let zoomed = page.pixels_per_unit() / scale;
        // 80 px become 120 px.
        assert!((zoomed - 1.5).abs() < 0.05, "{zoomed}");
        assert!((distance(page) / before - zoomed).abs() < 0.02, "the picture shows it");
        assert_eq!(page.mean(), mean, "q is where it was");
        let whole = page.eval("return visualViewport.scale");
        assert_eq!(whole.as_f64(), Some(1.0), "the page itself is not zoomed");
    });
}

#[test]
fn control_and_the_wheel_zoom_the_plane_about_the_pointer() {
    visit(|page| {
        page.glance(START);
        let (scale, at) = (page.pixels_per_unit(), page.centre("#handle-mean"));
        let turn = |lines: i32| {
            json!({ "type": "wheel", "id": "wheel", "actions": [{ "type": "scroll", "duration": 0,
                "origin": "viewport", "x": at.x as i32, "y": at.y as i32, "deltaX": 0, "deltaY": lines }] })
        };
        let held = json!({ "type": "key", "id": "keyboard", "actions": [
            { "type": "keyDown", "value": key::CONTROL }, { "type": "pause" },
            { "type": "keyUp", "value": key::CONTROL }] });
        let mut wheel = turn(-20);
        let pause = json!({ "type": "pause" });
        let actions = wheel["actions"].as_array_mut().expect("a list");
        actions.insert(0, pause.clone());
        page.browser.session.post("/actions", &json!({ "actions": [held, wheel] }));
        page.settle();
        assert!(page.pixels_per_unit() > 1.1 * scale, "{scale} to {}", page.pixels_per_unit());
        let now = page.centre("#handle-mean");
        assert!((now.x - at.x).abs() < 1.5 && (now.y - at.y).abs() < 1.5, "{at:?} to {now:?}");
        assert_eq!(
            page.eval("return devicePixelRatio").as_f64(),
            Some(1.0),
            "the page is not zoomed"
        );
    });
}

#[test]
fn one_finger_drags_the_plane_and_a_handle() {
    visit(|page| {
        page.glance(START);
        let (before, mean) = (page.centre("#handle-mean"), page.mean());
        let from = empty_place(page);
        page.strokes(&[Stroke::line("touch", 0, from, from.moved(-30.0, -20.0))]);
        page.settle();
        let after = page.centre("#handle-mean");
        let off = [after.x - before.x + 30.0, after.y - before.y + 20.0];
        assert!(off.iter().all(|off| off.abs() < 1.5), "{before:?} to {after:?}");
        assert_eq!(page.mean(), mean, "q is where it was");
        page.strokes(&[Stroke::line("touch", 0, after, after.moved(25.0, 10.0))]);
        page.settle();
        let moved = page.centre("#handle-mean");
        let off = [moved.x - after.x - 25.0, moved.y - after.y - 10.0];
        assert!(off.iter().all(|off| off.abs() < 1.5), "{after:?} to {moved:?}");
        assert_ne!(page.mean(), mean);
    });
}

#[test]
fn a_finger_drags_a_labs_handle() {
    visit(|page| {
        page.open("#/labs/evidence");
        let handle = "figure .handle";
        let before = page.centre(handle);
        page.strokes(&[Stroke::line("touch", 0, before, before.moved(-30.0, 0.0))]);
        page.settle();
        let after = page.centre(handle);
        assert!((after.x - before.x + 30.0).abs() < 2.0, "{before:?} to {after:?}");
    });
}

#[test]
fn handles_follow_the_pointer_on_a_scaled_page() {
    visit(|page| {
        let shrink = "document.body.style.transform = 'scale(.6)';
            document.body.style.transformOrigin = '0 0'";
        for (hash, handle) in [
            (START, "#handle-mean"),
            (START, "#handle-axis1"),
            ("#/labs/evidence", "figure .handle"),
        ] {
            page.glance(hash);
            page.eval(shrink);
            page.settle();
            let before = page.centre(handle);
            page.drag(handle, 30.0, 0.0);
            let after = page.centre(handle);
            assert!((after.x - before.x - 30.0).abs() < 2.0, "{handle}: {before:?} to {after:?}");
        }
    });
}

/// How many of the pad's pixels have ink, by thirds from left to right and from top to bottom.
fn ink_by_thirds(page: &Page) -> [[u64; 3]; 3] {
    let found = page.eval(
        "const pad = document.querySelector('#sketch-canvas');
         const { data } = pad.getContext('2d').getImageData(0, 0, pad.width, pad.height);
         const counts = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
         for (let at = 0; at < pad.width * pad.height; at++) {
             const [row, column] = [Math.floor(at / pad.width), at % pad.width];
             if (data[4 * at + 3] > 0)
                 counts[Math.floor(3 * row / pad.height)][Math.floor(3 * column / pad.width)]++;
         }
         return counts",
    );
    [0, 1, 2].map(|row| [0, 1, 2].map(|column| found[row][column].as_u64().expect("a count")))
}

fn on_pad(page: &Page) -> impl Fn(f64, f64) -> Point {
    let pad = page.rect("#sketch-canvas");
    move |right, down| Point { x: pad.x + right * pad.width, y: pad.y + down * pad.height }
}

#[test]
fn two_fingers_draw_two_strokes() {
    visit(|page| {
        open_pad(page);
        let at = on_pad(page);
        page.strokes(&[
            Stroke::line("touch", 0, at(0.1, 0.1), at(0.1, 0.9)),
            Stroke::line("touch", 0, at(0.9, 0.1), at(0.9, 0.9)),
        ]);
        for [left, middle, right] in ink_by_thirds(page) {
            assert!(left > 500 && right > 500 && middle == 0, "{left} {middle} {right}");
        }
    });
}

#[test]
fn a_palm_beside_a_pen_leaves_no_ink() {
    visit(|page| {
        open_pad(page);
        let at = on_pad(page);
        page.strokes(&[
            Stroke::line("touch", 0, at(0.5, 0.9), at(0.6, 0.92)),
            Stroke::line("pen", 2, at(0.1, 0.15), at(0.9, 0.15)),
        ]);
        let [top, _, bottom] = ink_by_thirds(page);
        assert!(top.iter().all(|&ink| ink > 500), "the pen's stroke: {top:?}");
        assert_eq!(bottom, [0; 3], "the palm's");
    });
}
