//! Every lab: it opens completely, its controls have an effect, its files can be saved, it fits the screen.

use std::{fs, path::PathBuf};

use elboscope::address::{self, Address, Page as Place};
use elboscope::lab::{LABS, Lab, LabState, ParameterKind};
use elboscope::state::{Language, Theme};
use elboscope::train_page::RunSettings;
use serde_json::json;

use crate::harness::{Page, visit};
use crate::layout::{assert_none, cut_off, offences, outside, overlapping, small_text};

/// The address of a page in a language and a theme.
pub fn link_to(page: Place, language: Language, theme: Option<Theme>) -> String {
    address::format(&Address { page, language: Some(language), theme, hidden: Vec::new() })
}

/// The address of a lab in a state, a language and a theme.
pub fn link(state: LabState, language: Language, theme: Option<Theme>) -> String {
    link_to(Place::Lab(state), language, theme)
}

/// Every lab as it opens, and Train.
pub fn labs_and_train() -> impl Iterator<Item = Place> {
    let labs = LABS.iter().map(|lab| Place::Lab(LabState::new(lab)));
    labs.chain([Place::Train(RunSettings::default())])
}

fn opened(lab: &'static Lab) -> String {
    link(LabState::new(lab), Language::En, None)
}

/// Collects the files that the page saves, by name.
pub fn keep_files(page: &Page) -> impl Fn(&str) -> Vec<u8> {
    let folder = page.browser.folder().join("kept");
    fs::create_dir_all(&folder).expect("a writable temporary folder");
    let allow = json!({ "behavior": "allow", "downloadPath": folder.display().to_string() });
    page.browser.session.devtools("Browser.setDownloadBehavior", allow);
    move |name| {
        let file: PathBuf = folder.join(name);
        page.wait_for("a file", || fs::metadata(&file).is_ok_and(|file| file.len() > 0));
        fs::read(&file).expect("a file")
    }
}

/// Figures are drawn, every number is finite, and NaN is shown nowhere.
fn assert_whole(page: &Page, place: &str) {
    let drawn = page.count("figure .sheet svg g path, figure .sheet svg g rect, figure circle");
    assert!(drawn > 5, "{place}: only {drawn} marks");
    let metrics = page.metrics();
    assert!(!metrics.is_empty(), "{place}: no numbers");
    for metric in metrics {
        let value = metric.value.parse::<f64>();
        let is_number = metric.value.is_empty() || value.is_ok_and(|value| !value.is_nan());
        assert!(is_number, "{place}: {} is {:?}", metric.name, metric.value);
    }
    let text = page.text("body");
    assert!(!text.contains("NaN") && !text.contains("undefined"), "{place}: {text}");
}

#[test]
fn labs_and_presets_are_whole_land_where_they_say_and_undo_leads_back() {
    visit(|page| {
        let assert_whole_at = |hash: &str| {
            assert_eq!(page.hash(), hash, "the address holds the state");
            assert!(!page.shows("#notice"), "{hash}: {}", page.text("#notice"));
            assert_whole(page, hash);
        };
        for lab in LABS {
            page.open(&opened(lab));
            assert_whole_at(&opened(lab));
            for (index, preset) in lab.presets.iter().enumerate() {
                page.click(&format!("[data-preset='{index}']"));
                page.settle();
                assert_whole_at(&link(LabState::preset(lab, preset), Language::En, None));
            }
            page.act("undo");
            let before = match lab.presets.len() {
                0 | 1 => LabState::new(lab),
                count => LabState::preset(lab, &lab.presets[count - 2]),
            };
            assert_eq!(page.hash(), link(before, Language::En, None), "{}", lab.name);
        }
    });
}

#[test]
fn every_slider_moves_its_parameter_and_something_on_the_page() {
    visit(|page| {
        for lab in LABS {
            page.open(&opened(lab));
            for (place, parameter) in lab.parameters.iter().enumerate() {
                if matches!(parameter.kind, ParameterKind::Choice(_) | ParameterKind::Seed) {
                    continue;
                }
                let shown = "return [...document.querySelectorAll('.figures, .numbers')]
                    .map((part) => part.innerHTML).join()";
                let (hash, seen) = (page.hash(), page.text_of(shown));
                let slider = format!("#slider-{}", parameter.name);
                let [position, min, max, step] = parameter.slider(LabState::new(lab).get(place));
                let other = if position + step <= max { position + step } else { min };
                let script = "const slider = document.querySelector(arguments[0]);
                    slider.value = arguments[1];
                    slider.dispatchEvent(new Event('input', { bubbles: true }))";
                page.run(script, json!([slider, other.to_string()]));
                page.settle();
                assert_ne!(page.hash(), hash, "{}: {slider}", lab.name);
                assert_ne!(page.text_of(shown), seen, "{}: {slider}", lab.name);
            }
        }
    });
}

/// The centre of a handle, and its accessible value.
fn handle_at(page: &Page, handle: &str) -> ([f64; 2], f64) {
    let at = page.centre(&format!("{handle} .mark"));
    ([at.x, at.y], said(page, handle, "aria-valuenow"))
}

fn said(page: &Page, handle: &str, name: &str) -> f64 {
    let text = page.attribute(handle, name).unwrap_or_else(|| panic!("{handle} has no {name}"));
    text.parse().unwrap_or_else(|_| panic!("{handle}: {name} is {text:?}"))
}

#[test]
fn handles_follow_the_pointer_and_the_keys() {
    const RIGHT: f64 = 20.0;
    const DOWN: f64 = 10.0;
    visit(|page| {
        let mut followed = 0;
        for lab in LABS {
            page.open(&opened(lab));
            let handles = page.list_of(
                "return [...document.querySelectorAll('figure .handle')]
                .map((handle) => '#' + handle.id)",
            );
            assert!(!handles.is_empty(), "{} has no handle", lab.name);
            for handle in handles {
                let place = format!("{}: {handle}", lab.name);
                let ([x, y], value) = handle_at(page, &handle);
                let ends = ["aria-valuemin", "aria-valuemax"].map(|name| said(page, &handle, name));
                assert!((ends[0]..=ends[1]).contains(&value), "{place}: {value} in {ends:?}");
                let in_two = page.attribute(&handle, "aria-orientation").is_none();
                // Towards the further end of the range.
                let right = if 2.0 * value < ends[0] + ends[1] { RIGHT } else { -RIGHT };
                page.drag(&format!("{handle} .mark"), right, DOWN);
                let ([to_x, to_y], to_value) = handle_at(page, &handle);
                assert_eq!(to_value > value, right > 0.0, "{place}: {value} to {to_value}");
                page.press(&handle, crate::harness::key::LEFT);
                let ([after_x, _], after) = handle_at(page, &handle);
                assert!(after_x < to_x && after < to_value, "{place}: {to_value} to {after}");
                // A handle for whole numbers snaps to them, the others follow the pointer exactly.
                let is_whole = [value, to_value, after].iter().all(|value| value.fract() == 0.0);
                let slack = if is_whole { f64::max(2.0, 0.55 * (to_x - after_x)) } else { 1.5 };
                assert!((to_x - x - right).abs() < slack, "{place}: {x} to {to_x}, not by {right}");
                if in_two {
                    assert!((to_y - y - DOWN).abs() < 1.5, "{place}: {y} to {to_y}, not by {DOWN}");
                }
                page.act("undo");
                page.act("undo");
                assert_eq!(
                    page.hash(),
                    opened(lab),
                    "{place}: a drag and a key are two steps back"
                );
                followed += 1;
            }
        }
        assert!(followed >= 10, "only {followed} handles");
    });
}

#[test]
fn another_preset_starts_whole_while_one_is_played() {
    visit(|page| {
        for lab in LABS.iter().filter(|lab| lab.presets.len() > 1) {
            page.open(&opened(lab));
            page.click("[data-preset='1']");
            page.settle();
            let whole = page.text(".numbers");
            page.click("[data-preset='0']");
            page.settle();
            // Slowly, so that it is far from its end.
            page.click("[data-action=play-slow]");
            let is_played = "return document.querySelector('#moment').value !== document.querySelector('#moment').max";
            page.wait_until("the play to run", is_played, json!([]));
            page.click("[data-preset='1']");
            page.settle();
            let is_playing = page.attribute("[data-action=play]", "aria-pressed");
            assert_eq!(is_playing.as_deref(), Some("false"), "{}: it plays on", lab.name);
            assert_eq!(page.eval(is_played), json!(false), "{}: half drawn", lab.name);
            assert_eq!(page.text(".numbers"), whole, "{}", lab.name);
        }
    });
}

#[test]
fn the_computation_can_be_played_stepped_and_reset() {
    visit(|page| {
        for lab in LABS {
            page.open(&opened(lab));
            let whole = page.text(".numbers");
            let moment = || page.eval("return document.querySelector('#moment').value");
            let last = moment();
            page.click("[data-action=play-step]");
            assert_eq!(moment(), json!("0"), "{}: the first step shows the beginning", lab.name);
            page.click("[data-action=play-step]");
            assert_eq!(moment(), json!("1"), "{}", lab.name);
            page.click("[data-action=play]");
            page.wait_for("the end of the play", || {
                page.attribute("[data-action=play]", "aria-pressed").as_deref() == Some("false")
            });
            page.settle();
            assert_eq!(moment(), last, "{}", lab.name);
            assert_eq!(page.text(".numbers"), whole, "{}: the end is the whole", lab.name);
            page.act("new-draw");
            page.act("play-reset");
            assert_eq!(page.text(".numbers"), whole, "{}: reset", lab.name);
        }
    });
}

#[test]
fn table_and_files_hold_the_numbers() {
    visit(|page| {
        let kept = keep_files(page);
        for lab in LABS {
            page.open(&opened(lab));
            page.click("[data-action=table]");
            let rows = page.count("#lab-table tbody tr");
            assert!(rows > 0, "{}: an empty table", lab.name);
            page.click("#lab-table button");

            page.click("[data-action=save-csv]");
            let csv = String::from_utf8(kept(&format!("{}.csv", lab.name))).expect("text");
            assert_eq!(csv.lines().count(), rows + 1, "{}", lab.name);
            let columns = csv.lines().next().map(|line| line.split(',').count());
            assert!(columns >= Some(2), "{}: {csv}", lab.name);
            assert!(!page.shows("[data-action=save-csv-comma]"), "only in Portuguese");

            let figure = page.attribute("figure", "data-figure").expect("a picture with a name");
            page.click("[data-action=save-svg]");
            let svg = String::from_utf8(kept(&format!("{figure}.svg"))).expect("text");
            assert!(svg.starts_with("<svg") && svg.contains("stroke:"), "{}", lab.name);
            page.click("[data-action=save-png]");
            let png = image::load_from_memory(&kept(&format!("{figure}.png"))).expect("a PNG");
            let width = page.rect("figure .sheet").width;
            assert!(f64::from(png.width()) >= 1.9 * width, "{}: {}", lab.name, png.width());
        }
    });
}

#[test]
fn in_portuguese_a_table_is_also_saved_for_a_spreadsheet() {
    visit(|page| {
        let kept = keep_files(page);
        page.open("#/labs/bias?lang=pt");
        page.wait_until_idle();
        page.click("[data-action=save-csv]");
        let point = String::from_utf8(kept("bias.csv")).expect("text");
        page.click("[data-action=save-csv-comma]");
        let comma = String::from_utf8(kept("bias-br.csv")).expect("text");
        let comma = comma.strip_prefix('\u{feff}').expect("a byte order mark");
        assert_eq!(point.lines().count(), comma.lines().count());
        // The same numbers, cell by cell, below a header that names the unit.
        let mut compared = 0;
        for (point, comma) in point.lines().zip(comma.lines()).skip(1) {
            let (point, comma) = (point.split(','), comma.split(';'));
            for (point, comma) in point.zip(comma) {
                assert_eq!(point, comma.replace(',', "."));
                compared += usize::from(point.contains('.'));
            }
        }
        assert!(compared > 20, "{compared} numbers");
        assert!(comma.lines().next().is_some_and(|header| header.contains("(nats)")));
    });
}

#[test]
fn every_lab_fits_the_lecture_hall_and_the_phone() {
    visit(|page| {
        page.open("#/bench");
        for lab in LABS {
            assert_fits(page, lab.name, &Place::Lab(LabState::new(lab)));
        }
    });
}

/// Nothing is cut off, covered or too small on any screen, in either language.
pub fn assert_fits(page: &Page, name: &str, shown: &Place) {
    for (width, height, theme) in
        [(1280, 720, None), (1280, 720, Some(Theme::Dark)), (1920, 1080, None), (390, 844, None)]
    {
        page.set_viewport(width, height);
        for language in [Language::En, Language::Pt] {
            page.go(&link_to(shown.clone(), language, theme));
            let code = language.code();
            let place = format!("{name}, {width}×{height}, {code}, {theme:?}");
            let wide = "return document.scrollingElement.scrollWidth <= innerWidth ? []
                : [String(document.scrollingElement.scrollWidth)]";
            assert_none("too wide", &place, &offences(page, wide));
            assert_none("cut off", &place, &cut_off(page));
            assert_none("overlapping", &place, &overlapping(page));
            assert_none("text below 13 px", &place, &small_text(page, 13));
            if width > 1000 {
                assert_none("outside the screen", &place, &outside(page));
            }
            if language == Language::En {
                let shade = theme.map_or("", |_| "-dark");
                page.picture(&format!("lab-{name}-{width}{shade}.png"));
            }
        }
    }
}

#[test]
fn pages_lead_to_each_other() {
    visit(|page| {
        page.open("#/bench?x=digits.5&lang=pt");
        page.click("nav.pages a:nth-child(2)");
        page.settle();
        for lab in LABS {
            page.click(&format!("nav.tabs a[href*='/{}?']", lab.name));
            page.settle();
            assert_eq!(page.attribute("main", "data-lab").as_deref(), Some(lab.name));
            assert_eq!(page.attribute("html", "lang").as_deref(), Some("pt-BR"));
            let title = page.text_of("return document.title");
            assert!(title.contains(lab.title.say(Language::Pt)), "{title}");
        }
        page.click("nav.pages a:first-child");
        page.settle();
        assert!(page.hash().contains("x=digits.5"), "the bench is as it was: {}", page.hash());
    });
}
