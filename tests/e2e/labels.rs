//! Every label and every handle lies inside its picture, on all screens, in all themes and languages.

use elboscope::figure::text_width;
use elboscope::lab::{LABS, LabState};
use elboscope::state::{Language, Theme};
use serde_json::json;

use crate::harness::{DENSE, Page, visit};
use crate::labs::{labs_and_train, link, link_to};

/// Phones upright and on their side, tablets, laptops, lecture halls; the ratios of their screens.
const SCREENS: [([u32; 2], f64); 7] = [
    ([320, 640], 3.0),
    ([360, 640], 3.0),
    ([390, 844], DENSE),
    ([820, 1180], 1.5),
    ([844, 390], 3.0),
    ([1280, 720], 1.25),
    ([1920, 1080], 1.0),
];

/// Labels whose ink, and handles whose mark, is cut off by the figure or by its clip path; and the number of elements
/// checked.
const CUT: &str = "
    const pen = document.createElement('canvas').getContext('2d');
    const cut = [];
    let count = 0;
    const seen = (part) => part.checkVisibility({ visibilityProperty: true });
    const outside = (ink, around) => ink.left < around.left - 0.6 || ink.right > around.right + 0.6
        || ink.top < around.top - 0.6 || ink.bottom > around.bottom + 0.6;
    const picture = (part) => part.closest('.sheet, #plane, #thermometer, #ladder').getBoundingClientRect();
    const corners = ({ left, top, right, bottom }) =>
        [left, top, right, bottom].map((side) => side.toFixed(1)).join(' ');
    for (const text of document.querySelectorAll('.sheet text, .sheet-axes text')) {
        if (!seen(text) || !text.textContent.trim()) continue;
        count += 1;
        const style = getComputedStyle(text);
        pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        const { actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } =
            pen.measureText(text.textContent);
        const box = text.getBoundingClientRect();
        const baseline = text.ownerSVGElement.getBoundingClientRect().top
            + text.getStartPositionOfChar(0).y;
        const ink = { left: box.left, right: box.right, top: baseline - up, bottom: baseline + down };
        const whole = picture(text);
        if (outside(ink, whole)) cut.push(`${text.textContent}: ${corners(ink)} in ${corners(whole)}`);
        const clip = text.closest('g[clip-path]');
        if (!clip) continue;
        const rect = clip.previousElementSibling.querySelector('rect');
        const sheet = text.ownerSVGElement.getBoundingClientRect();
        const [left, top] = [sheet.left + rect.x.baseVal.value, sheet.top + rect.y.baseVal.value];
        const around = { left, top, right: left + rect.width.baseVal.value,
            bottom: top + rect.height.baseVal.value };
        if (outside(ink, around))
            cut.push(`${text.textContent}: ${corners(ink)} clipped to ${corners(around)}`);
    }
    for (const mark of document.querySelectorAll('.handle .mark')) {
        if (!seen(mark) || !mark.getClientRects().length) continue;
        count += 1;
        const around = mark.ownerSVGElement.getBoundingClientRect();
        const ink = mark.getBoundingClientRect();
        if (outside(ink, around))
            cut.push(`${mark.parentElement.id}: ${corners(ink)} in ${corners(around)}`);
    }
    for (const tag of document.querySelectorAll('#thermometer .tag')) {
        if (!seen(tag) || !tag.innerText.trim()) continue;
        count += 1;
        const words = document.createRange();
        words.selectNodeContents(tag);
        const [ink, around] = [words.getBoundingClientRect(), picture(tag)];
        if (ink.left < around.left - 0.6 || ink.right > around.right + 0.6)
            cut.push(`${tag.textContent}: ${corners(ink)} in ${corners(around)}`);
    }
    return [count, cut]";

/// Checks a page on every screen, without loading it again.
fn assert_whole(page: &Page, place: &str, least: u64) {
    for (size, ratio) in SCREENS {
        page.set_screen(size, ratio);
        let place = format!("{place}, {size:?} at ratio {ratio}");
        // Figures follow the window within a frame or two; those of a run appear when it is prepared.
        let mut found = json!([0, []]);
        for _ in 0..300 {
            page.eval("return new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))");
            found = page.eval(CUT);
            if found[1] == json!([]) && found[0].as_u64() >= Some(least) {
                break;
            }
        }
        let count = found[0].as_u64().unwrap_or_default();
        assert!(count >= least, "{place}: only {count} labels and handles");
        assert_eq!(found[1], json!([]), "{place}: cut off");
    }
}

#[test]
fn no_label_of_the_bench_is_cut() {
    visit(|page| {
        page.glance("#/bench?x=digits.3&mu=0.5,-0.2&sigma=0.4,0.8&rho=0.3&k=64&seed=7");
        for theme in Theme::ALL {
            for language in Language::ALL {
                page.go(&format!(
                    "#/bench?x=digits.3&mu=0.5,-0.2&sigma=0.4,0.8&rho=0.3&k=64&seed=7&lang={}&theme={}",
                    language.code(),
                    theme.name()
                ));
                assert_whole(page, &format!("bench, {language:?}, {theme:?}"), 15);
            }
        }
    });
}

#[test]
fn no_label_beside_a_lesson_is_cut() {
    visit(|page| {
        page.glance("#/course/elbo/3");
        for (count, step) in ["elbo/3", "amortization/4", "vae/5", "bias/2"].into_iter().enumerate()
        {
            let theme = Theme::ALL[count % Theme::ALL.len()];
            for language in Language::ALL {
                let code = language.code();
                page.go(&format!("#/course/{step}?lang={code}&theme={}", theme.name()));
                assert_whole(page, &format!("{step}, {language:?}, {theme:?}"), 8);
            }
        }
    });
}

#[test]
fn no_label_of_a_lab_is_cut() {
    visit(|page| {
        page.glance(&link(LabState::new(LABS[0]), Language::En, None));
        for (count, place) in labs_and_train().enumerate() {
            // Every lab in both languages; the themes alternate so that each is combined with every lab's kind of
            // figure.
            for (turn, language) in Language::ALL.into_iter().enumerate() {
                let theme = Theme::ALL[(count + turn) % Theme::ALL.len()];
                page.go(&link_to(place.clone(), language, Some(theme)));
                assert_whole(page, &format!("{}, {language:?}, {theme:?}", place.path()), 8);
            }
        }
    });
}

/// The text widths used for layout are those that the browser draws.
#[test]
fn labels_are_as_wide_as_they_are_said_to_be() {
    visit(|page| {
        page.glance(&link(LabState::new(LABS[0]), Language::Pt, None));
        let found = page.eval(
            "return document.fonts.ready.then(() =>
                 [...document.querySelectorAll('.sheet .axes text, .sheet .note')].map((text) => [
                     text.textContent, text.getComputedTextLength() / parseFloat(getComputedStyle(text).fontSize)]))",
        );
        let labels = found.as_array().cloned().unwrap_or_default();
        // Characters of fallback fonts have only an upper bound.
        let is_known = |sign: char| sign < '\u{100}' || sign == '−';
        let labels: Vec<_> = labels
            .iter()
            .filter(|label| label[0].as_str().is_some_and(|text| text.chars().all(is_known)))
            .collect();
        assert!(labels.len() >= 15, "{found}");
        for label in labels {
            let (text, width) = (label[0].as_str().unwrap(), label[1].as_f64().unwrap());
            // Kerning moves pairs of letters together by less than a twentieth of the font size each.
            let pairs = 0.05 * text.chars().filter(|sign| sign.is_alphabetic()).count() as f64;
            let off = (text_width(text) - width).abs();
            assert!(off <= 0.02 + pairs, "{text}: {width}, not {}", text_width(text));
        }
    });
}
