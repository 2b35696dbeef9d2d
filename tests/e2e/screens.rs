//! Screens of every pixel ratio: what is drawn is at the position of its data, and no page is wider than its window.

use elboscope::lab::{LABS, LabState};
use elboscope::state::Language;
use serde_json::Value;

use crate::harness::{DENSE, Page, visit};
use crate::labs::{labs_and_train, link, link_to};
use crate::layout::{assert_none, overlapping};

/// Windows' scaling, phones, dense laptops, browser zoom.
const RATIOS: [f64; 5] = [1.0, 1.25, 1.5, DENSE, 3.0];
const SIZES: [[u32; 2]; 4] = [[1280, 720], [390, 844], [844, 390], [820, 1180]];
const BENCH: &str = "#/bench?x=digits.3&mu=0.5,-0.2&sigma=0.4,0.8&rho=0.3&k=64&seed=7";
/// Canvases of the bench: posterior, ghosts, draws, map, thermometer, ladder, x, p(x|z), ten of the gallery.
const CANVASES: u64 = 18;

/// Canvases whose size differs from the picture's whose layer they are, or whose pixels are not the screen's; and the
/// number checked. The sketch pad's pixels are those of the drawing.
const CANVAS_FAULTS: &str = "
    const places = [['#plane > canvas', '#plane-overlay'], ['#prior-map canvas', '#prior-map canvas'],
        ['#thermometer > canvas', '#thermometer'], ['#ladder > canvas', '#ladder'], ['.digit > canvas', '.digit']];
    const faults = [];
    const canvases = [...document.querySelectorAll('canvas')];
    for (const canvas of canvases) {
        if (canvas.id === 'sketch-canvas') continue;
        const place = places.find(([selector]) => canvas.matches(selector));
        const picture = place && canvas.parentElement.closest('#plane, #thermometer, #ladder, .digit');
        const box = canvas.getBoundingClientRect();
        const around = picture && (place[1].startsWith('#p')
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

/// Waits until every canvas fits its picture, then reports other faults; the page gets no event.
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

/// Waits until the figures have followed the window, and the page is no wider than it.
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
        // No element changes its size: only a media query reports the change.
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
                "const canvas = document.querySelector('.draws-layer');
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
        let labs = labs_and_train().map(|place| link_to(place, Language::Pt, None));
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

/// A draw with most of the weight is a ring with little ink, so that what lies below stays visible.
#[test]
fn no_draw_hides_the_posterior() {
    visit(|page| {
        // q is the prior: one draw of 64 is close to the posterior.
        page.glance("#/bench?x=digits.3&mu=0,0&sigma=1,1&rho=0&k=64&seed=7");
        assert!(page.metric("max-share") > 0.5, "the share is {}", page.metric("max-share"));
        let found = page.eval(
            "const canvas = document.querySelector('.draws-layer');
             const { width, height } = canvas;
             const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
             const scale = width / canvas.getBoundingClientRect().width;
             // Opaque pixels up and left of each pixel, for the largest opaque square.
             let [before, largest, drawn] = [new Array(width + 1).fill(0), 0, 0];
             for (let y = 0; y < height; y++) {
                 const row = new Array(width + 1).fill(0);
                 for (let x = 1; x <= width; x++) {
                     const alpha = data[4 * (y * width + x - 1) + 3];
                     if (alpha > 0) drawn += 1;
                     if (alpha > 127) row[x] = 1 + Math.min(row[x - 1], before[x], before[x - 1]);
                     largest = Math.max(largest, row[x]);
                 }
                 before = row;
             }
             return [largest / scale, drawn / scale / scale]",
        );
        let [largest, drawn] = [0, 1].map(|i| found[i].as_f64().expect("a number"));
        assert!(drawn > 600.0, "only {drawn} square pixels are drawn on: no heavy draw");
        assert!(largest < 8.0, "an opaque square of {largest} px on the posterior");
    });
}

/// In forced colours mode the chosen option differs from others, and no two entries of a legend look alike.
#[test]
fn forced_colours_leave_nothing_alike() {
    visit(|page| {
        page.prefer("forced-colors", "active");
        let look = "const look = (part, pseudo) => {
            const style = getComputedStyle(part, pseudo);
            return ['backgroundColor', 'borderTopColor', 'borderTopStyle', 'borderTopWidth', 'height',
                'outlineStyle', 'outlineColor', 'textDecorationLine', 'color'].map((name) =>
                style[name]).join(); };";
        let pairs = |page: &Page, chosen: &str, other: &str, pseudo: &str| {
            page.text_of(&format!(
                "{look} const [a, b] = ['{chosen}', '{other}'].map((selector) =>
                     document.querySelector(selector));
                 if (!a || !b) return 'missing';
                 return look(a, {pseudo}) === look(b, {pseudo}) ? look(a, {pseudo}) : ''"
            ))
        };
        page.glance("#/bench?x=digits.3");
        let pressed = |group: &str| {
            ["true", "false"].map(|is| format!("{group} button[aria-pressed=\"{is}\"]"))
        };
        for (hash, groups) in [
            ("#/bench?x=digits.3", &[".gallery", ".switch"][..]),
            ("#/labs/evidence", &[".presets"]),
            ("#/labs/modes", &[".presets"]),
        ] {
            page.go(hash);
            for group in groups {
                let [chosen, other] = pressed(group);
                assert_eq!(pairs(page, &chosen, &other, "null"), "", "{group} of {hash}");
            }
            assert_eq!(
                pairs(page, ".pages a[aria-current]", ".pages a:not([aria-current])", "null"),
                ""
            );
            // The plane has names beside its marks.
            if hash.starts_with("#/bench") {
                continue;
            }
            let legend = page.list_of(&format!(
                "{look} return [...document.querySelectorAll('figure:first-child .key span')]
                     .map((part) => look(part, '::before'))",
            ));
            assert!(legend.len() >= 2, "{hash}: {} entries", legend.len());
            let different: std::collections::BTreeSet<_> = legend.iter().collect();
            assert_eq!(different.len(), legend.len(), "alike in {hash}: {legend:#?}");
        }
        page.go("#/course/elbo/2");
        let (now, other) = (".steps a[aria-current]", ".steps a:not([aria-current])");
        assert_eq!(pairs(page, now, other, "'::before'"), "", "the steps of a lesson");
        page.picture("forced-colors.png");
    });
}

#[test]
fn a_small_screen_begins_with_what_is_moved() {
    visit(|page| {
        page.take_fingers();
        page.glance(BENCH);
        for size in [[390, 844], [844, 390], [667, 375], [820, 1180], [360, 640]] {
            page.set_screen(size, DENSE);
            assert_no_wider(page, &format!("{size:?}"));
            let (bar, plane) = (page.rect(".bar"), page.rect("#plane"));
            assert!(bar.height <= 52.0, "the bar takes {} px at {size:?}", bar.height);
            let height = f64::from(size[1]);
            assert!(plane.y < 0.5 * height, "the plane begins at {} of {height}", plane.y);
            if size[0] > size[1] {
                for picture in ["#plane", "#thermometer"] {
                    let found = page.rect(picture);
                    assert!(found.y + found.height <= height, "{picture} at {size:?}: {found:?}");
                }
            }
            let handle = page.centre("#handle-mean");
            assert!(handle.y < height, "the mean is at {} of {height}", handle.y);
            page.picture(&format!("small-{}x{}.png", size[0], size[1]));
        }
    });
}

/// The number of these sliders, and those that are covered when scrolled to, or whose picture is then not visible.
fn sliders_without_picture(page: &Page, sliders: &str, picture: &str) -> Value {
    page.eval(&format!(
        "const sliders = [...document.querySelectorAll('{sliders} input[type=range]')]
             .filter((slider) => slider.checkVisibility());
         const wrong = [];
         for (const slider of sliders) {{
             slider.scrollIntoView({{ block: 'end' }});
             const part = slider.getBoundingClientRect();
             const picture = document.querySelector('{picture}').getBoundingClientRect();
             const shown = Math.min(picture.bottom, innerHeight) - Math.max(picture.top, 0);
             const at = document.elementFromPoint(part.x + part.width / 2, part.y + part.height / 2);
             if (shown < 0.9 * Math.min(picture.height, 0.8 * innerHeight) || !slider.contains(at))
                 wrong.push(`${{slider.id}}: ${{shown}} of ${{picture.height}} px shown`);
         }}
         return [sliders.length, wrong]"
    ))
}

/// The number of number fields, and those whose text is wider than the field.
const CUT_NUMBERS: &str = "
    const pen = document.createElement('canvas').getContext('2d');
    const fields = [...document.querySelectorAll('main input[type=text]')]
        .filter((field) => field.checkVisibility());
    const cut = fields.filter((field) => {
        const style = getComputedStyle(field);
        pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        pen.letterSpacing = style.letterSpacing;
        const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return pen.measureText(field.value).width > room;
    });
    return [fields.length, cut.map((field) => `${field.value} in ${field.clientWidth} px`)]";

#[test]
fn no_number_in_a_field_is_cut() {
    visit(|page| {
        page.take_fingers();
        page.glance(BENCH);
        page.reveal("#number-mu1");
        let bench = "#/bench?mu=-3.45,-2.25&sigma=0.25,0.15&rho=-0.55&k=1024".to_owned();
        let labs = labs_and_train().map(|place| link_to(place, Language::En, None));
        for hash in std::iter::once(bench).chain(labs) {
            for theme in ["light", "projector"] {
                let and = if hash.contains('?') { '&' } else { '?' };
                page.go(&format!("{hash}{and}theme={theme}"));
                for size in [[1280, 720], [844, 390], [667, 375], [820, 1180], [390, 844]] {
                    page.set_screen(size, DENSE);
                    let found = page.eval(CUT_NUMBERS);
                    // The projector theme hides the sliders with their number fields.
                    let least = if theme == "projector" && size[0] > 1000 { 0 } else { 2 };
                    assert!(found[0].as_u64() >= Some(least), "{hash}, {theme}, {size:?}: {found}");
                    let place = format!("{hash}, {theme}, {size:?}");
                    assert_eq!(found[1], serde_json::json!([]), "{place}");
                }
            }
        }
    });
}

#[test]
fn what_moves_a_picture_is_seen_with_it() {
    visit(|page| {
        page.take_fingers();
        page.glance(BENCH);
        page.reveal("#number-mu1");
        for size in [[390, 844], [844, 390], [667, 375], [820, 1180]] {
            page.set_screen(size, DENSE);
            let found = sliders_without_picture(page, ".sliders", "#plane");
            assert_eq!(found, serde_json::json!([6, []]), "the bench at {size:?}");
        }
        for lab in LABS {
            page.go(&link(LabState::new(lab), Language::En, None));
            for size in [[390, 844], [844, 390], [820, 1180], [1180, 820]] {
                page.set_screen(size, DENSE);
                assert_no_wider(page, lab.name);
                assert_none(
                    "overlapping",
                    &format!("{} at {size:?}", lab.name),
                    &overlapping(page),
                );
                let found = sliders_without_picture(page, ".lab-controls", "figure .sheet");
                assert!(found[0].as_u64() >= Some(2), "{}: {found}", lab.name);
                assert_eq!(found[1], serde_json::json!([]), "{} at {size:?}", lab.name);
            }
            page.set_screen([390, 844], DENSE);
            page.picture(&format!("small-lab-{}.png", lab.name));
        }
    });
}

#[test]
fn fingers_find_their_targets_on_every_page() {
    visit(|page| {
        page.glance("#/course");
        page.set_screen([390, 844], DENSE);
        for (hash, least) in
            [("#/course", 20), ("#/course/elbo/2", 15), ("#/labs/modes", 15), ("#/train", 20)]
        {
            page.go(hash);
            let found = page.eval(
                "const parts = [...document.querySelectorAll(
                     'button, select, input:not([type=file]), a[href], [role=slider]')].filter((part) =>
                     part.checkVisibility({ visibilityProperty: true }) && !part.matches('.skip, .prose a'));
                 const small = parts.flatMap((part) => {
                     const box = (part.matches('[type=checkbox], [type=radio]')
                         ? part.closest('label') ?? part : part).getBoundingClientRect();
                     return box.width >= 43.5 && box.height >= 43.5 ? []
                         : [`${box.width}×${box.height} ${part.outerHTML.slice(0, 90)}`];
                 });
                 return [parts.length, small]",
            );
            assert!(found[0].as_u64() >= Some(least), "{hash}: only {} targets", found[0]);
            assert_eq!(found[1], serde_json::json!([]), "targets below 44 px at {hash}");
        }
    });
}
