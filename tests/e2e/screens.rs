//! Screens of every pixel ratio: what is drawn stands where its data are, and no page is wider than its
//! window.

use elboscope::lab::{LABS, LabState, training};
use elboscope::state::Language;

use crate::harness::{DENSE, Page, visit};
use crate::labs::link;

/// Windows' scaling, phones, dense laptops, browser zoom.
const RATIOS: [f64; 5] = [1.0, 1.25, 1.5, DENSE, 3.0];
const SIZES: [[u32; 2]; 4] = [[1280, 720], [390, 844], [844, 390], [820, 1180]];
const BENCH: &str = "#/bench?x=digits.3&mu=0.5,-0.2&sigma=0.4,0.8&rho=0.3&k=64&seed=7";
/// Canvases of the bench: field, draws, two of the thermometer, x, p(x|z), ten of the gallery, the pad.
const CANVASES: u64 = 17;

/// Canvases that are not as large as the picture whose layer they are, or have other pixels than the
/// screen; and how many were looked at. The sketch pad's pixels are the image that is drawn.
const CANVAS_FAULTS: &str = "
    const places = [['#plane > canvas:first-child', '#plane'], ['#plane > canvas', '#plane-overlay'],
        ['#thermometer > canvas', '#thermometer'], ['.digit > canvas', '.digit']];
    const faults = [];
    const canvases = [...document.querySelectorAll('canvas')];
    for (const canvas of canvases) {
        if (canvas.id === 'sketch-canvas') continue;
        const place = places.find(([selector]) => canvas.matches(selector));
        const picture = place && canvas.parentElement.closest('#plane, #thermometer, .digit');
        const box = canvas.getBoundingClientRect();
        const around = picture && (place[1] === '#plane-overlay'
            ? document.querySelector(place[1]) : picture).getBoundingClientRect();
        const what = `${canvas.parentElement.id || canvas.parentElement.className} `;
        if (!around) { faults.push(`${what} is no layer of a picture`); continue; }
        if (!around.width && !box.width) continue;
        for (const side of ['left', 'top', 'width', 'height'])
            if (Math.abs(box[side] - around[side]) > 0.51)
                faults.push(`${what}${side} ${box[side]}, of its picture ${around[side]}`);
        for (const side of ['width', 'height'])
            if (Math.abs(canvas[side] - box[side] * devicePixelRatio) > 1)
                faults.push(`${what}${side}: ${canvas[side]} pixels for ${box[side]} at ${devicePixelRatio}`);
    }
    return [canvases.length, faults]";

/// Waits until every canvas fits its picture, then says what else is wrong; the page is not told.
fn assert_canvases_fit(page: &Page, place: &str, least: u64) {
    let look = || {
        let found = page.eval(CANVAS_FAULTS);
        (found[0].as_u64().unwrap_or_default(), found[1].clone())
    };
    page.wait_until(
        &format!("canvases that fit at {place}: {}", look().1),
        &format!("return !(() => {{ {CANVAS_FAULTS} }})()[1].length"),
        serde_json::json!([]),
    );
    let (count, _) = look();
    assert!(count >= least, "only {count} canvases at {place}");
}

/// Waits until the pictures have followed the window, and the page is no wider than it.
fn assert_no_wider(page: &Page, place: &str) {
    page.wait_until(
        &format!("a page that is no wider than its window: {place}"),
        "return document.scrollingElement.scrollWidth <= innerWidth",
        serde_json::json!([]),
    );
}

#[test]
fn every_canvas_has_the_pixels_of_its_screen() {
    visit(|page| {
        page.glance(BENCH);
        for size in SIZES {
            for ratio in RATIOS {
                page.set_screen(size, ratio);
                let place = format!("{size:?} at ratio {ratio}");
                assert_canvases_fit(page, &place, CANVASES);
                assert_no_wider(page, &place);
            }
            page.picture(&format!("screen-{}x{}.png", size[0], size[1]));
        }
    });
}

#[test]
fn a_change_of_the_ratio_alone_is_followed() {
    visit(|page| {
        page.glance(BENCH);
        // The size of no element changes: only the screen itself tells.
        for ratio in [1.0, DENSE, 1.25, 3.0, 1.0] {
            page.set_screen([1280, 720], ratio);
            assert_canvases_fit(page, &format!("ratio {ratio}"), CANVASES);
        }
    });
}

#[test]
fn the_draws_lie_in_q_on_every_screen() {
    visit(|page| {
        page.glance(BENCH);
        for ratio in RATIOS {
            page.set_screen([1280, 720], ratio);
            assert_canvases_fit(page, &format!("ratio {ratio}"), CANVASES);
            // Orange pixels of the draws, on the screen, against the ellipse of two deviations.
            let far = page.list_of(
                "const canvas = document.querySelectorAll('#plane > canvas')[1];
                 const { width, height } = canvas;
                 const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
                 const box = canvas.getBoundingClientRect();
                 const mean = document.querySelector('#handle-mean .mark').getBoundingClientRect();
                 const unit = +document.querySelector('#plane').dataset.pixelsPerUnit;
                 const centre = [mean.x + mean.width / 2, mean.y + mean.height / 2];
                 let [count, farthest] = [0, 0];
                 for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
                     if (data[4 * (y * width + x) + 3] < 100) continue;
                     count += 1;
                     const z = [box.x + (x + 0.5) / width * box.width - centre[0],
                         centre[1] - box.y - (y + 0.5) / height * box.height].map((part) => part / unit);
                     const [a, b] = [z[0] / 0.4, z[1] / 0.8];
                     farthest = Math.max(farthest,
                         Math.sqrt((a * a - 0.6 * a * b + b * b) / (1 - 0.09)));
                 }
                 return [String(count), String(farthest)]",
            );
            let [count, farthest] = [&far[0], &far[1]].map(|text| text.parse::<f64>().unwrap());
            assert!(count > 200.0, "{count} pixels of draws at ratio {ratio}");
            // None of 64 draws is farther than 4 deviations (64 exp(-8) = 2 in 100, and the seed is
            // fixed); the radius of the dots adds less than one.
            assert!(farthest < 5.0, "a draw {farthest} deviations from q at ratio {ratio}");
        }
    });
}

#[test]
fn no_page_is_wider_than_its_window() {
    visit(|page| {
        let opened = |lab| link(LabState::new(lab), Language::Pt, None);
        let labs = LABS.iter().copied().chain([&training::LAB]).map(opened);
        let texts = ["#/course", "#/course/elbo/2", "#/course/vae/3", "#/course/glossary"];
        let pages = labs.chain(texts.map(str::to_owned));
        page.glance("#/course/teacher");
        for (count, hash) in pages.enumerate() {
            page.go(&hash);
            for (turn, size) in SIZES.into_iter().enumerate() {
                page.set_screen(size, RATIOS[(count + turn) % RATIOS.len()]);
                assert_no_wider(page, &format!("{hash}, {size:?} at ratio {}", page.ratio()));
                assert_canvases_fit(page, &hash, 0);
            }
        }
    });
}
