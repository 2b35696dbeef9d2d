//! The course in a browser: its steps, its keys, what it stores, its pages.

mod keys;
mod walk;

use elboscope::course::{Block, LESSONS, Step, course_in};
use elboscope::state::Language;
use serde_json::json;

use crate::harness::{key, visit};
use crate::layout::{assert_none, cut_off, offences, outside, overlapping, small_text};

const LECTURE_HALL: (u32, u32) = (1280, 720);
const PHONE: (u32, u32) = (390, 844);

/// The address of a step, each counted from 0.
fn link(lesson: usize, step: usize, language: Language) -> String {
    format!("#/course/{}/{}?lang={}", LESSONS[lesson], step + 1, language.code())
}

#[test]
fn a_state_can_be_left_and_come_back_to() {
    visit(|page| {
        let hash = link(0, 2, Language::En);
        page.open(&hash);
        assert!(!page.shows("[data-action=restore-step]"));
        page.type_number("x", "0.5");
        assert!(page.hash().starts_with("#/course/area/3/labs/evidence?"), "{}", page.hash());
        let left = page.hash();
        page.reload();
        page.settle();
        assert_eq!(page.hash(), left, "the address holds the step and what stands beside it");
        assert_eq!(page.field("x"), 0.5);
        page.run("document.activeElement?.blur()", json!([]));
        page.keys(&['r']);
        page.wait_for("the step's own state", || page.hash() == hash);
        page.keys(&[key::PAGE_DOWN]);
        page.wait_for("the next step", || page.hash() == link(0, 3, Language::En));
        page.back();
        page.wait_for("the step before", || page.hash() == hash);
    });
}

#[test]
fn a_page_key_leafs_through_a_long_text_first() {
    visit(|page| {
        // Low enough that the column has to scroll.
        page.set_viewport(1280, 420);
        let [here, next] = [2, 3].map(|step| link(0, step, Language::En));
        page.open(&here);
        let scrolled = || page.eval("return document.querySelector('.lesson-body').scrollTop");
        let room = "const body = document.querySelector('.lesson-body');
            return body.scrollHeight - body.clientHeight - body.scrollTop";
        let mut presses = 0;
        while page.eval(room).as_f64().is_some_and(|room| room > 2.0) {
            let before = scrolled();
            page.keys(&[key::PAGE_DOWN]);
            assert_ne!(scrolled(), before, "the text does not move");
            presses += 1;
        }
        assert!(presses > 0 && page.hash() == here, "{presses} presses");
        page.keys(&[key::PAGE_DOWN]);
        page.wait_for("the next step", || page.hash() == next);
        let focused = "return document.activeElement === document.querySelector('.lesson-body h2')";
        page.wait_until("the heading to be read out", focused, json!([]));
        assert_eq!(scrolled(), json!(0), "the next step begins at its top");
        page.keys(&[key::PAGE_UP]);
        page.wait_for("the step before", || page.hash() == here);
    });
}

#[test]
fn the_keys_can_be_switched_off() {
    visit(|page| {
        page.open("#/course?lang=en");
        page.click("#course-keys");
        let hash = link(0, 2, Language::En);
        page.open(&hash);
        page.type_number("x", "0.5");
        let left = page.hash();
        page.run("document.activeElement?.blur()", json!([]));
        page.keys(&['r', key::PAGE_DOWN, key::PAGE_DOWN, key::PAGE_DOWN]);
        page.settle();
        assert_eq!(page.hash(), left, "a key has moved something");
        assert!(page.shows("[data-action=restore-step]"));
        page.go("#/course?lang=en");
        page.click("#course-keys");
        page.go(&hash);
        page.keys(&[key::PAGE_DOWN]);
        page.wait_for("the next step", || page.hash() == link(0, 3, Language::En));
    });
}

#[test]
fn two_tabs_do_not_overwrite_each_other() {
    visit(|page| {
        let course = course_in(Language::En).expect("the lessons");
        let asks =
            |step: &Step| step.blocks.iter().any(|block| matches!(block, Block::Question(_)));
        let step = course.lessons[0].steps.iter().position(asks).expect("a question");
        page.glance(&link(0, step, Language::En));
        let session = &page.browser.session;
        let first = session.get("/window");
        let second = session.post("/window/new", &json!({ "type": "tab" }))["handle"].clone();
        let turn_to = |tab: &serde_json::Value| session.post("/window", &json!({ "handle": tab }));
        turn_to(&second);
        page.glance(&link(0, 0, Language::En));
        page.click(".prediction .option");
        page.wait_for("the verdict", || page.count(".prediction .verdict") > 0);

        // The first tab's changes are now added to that.
        turn_to(&first);
        page.focus(".question textarea");
        page.keys(&"It is intractable.".chars().collect::<Vec<_>>());
        page.go("#/course?lang=en");
        page.wait_for("both to count", || page.text(".progress-of small").starts_with('2'));

        turn_to(&second);
        assert_eq!(page.attribute(".prediction", "data-prediction").as_deref(), Some("committed"));
        page.go(&link(0, step, Language::En));
        let answer =
            "return document.querySelector('.question textarea')?.value === 'It is intractable.'";
        page.wait_until("the answer from the first tab", answer, json!([]));
        page.go("#/course?lang=en");
        page.click("[data-action=clear-progress]");
        page.click("[data-action=clear-progress]");
        turn_to(&first);
        page.wait_for("an empty list here too", || {
            page.text(".progress-of small").starts_with('0')
        });
    });
}

#[test]
fn an_answer_of_ones_own_is_kept() {
    visit(|page| {
        let course = course_in(Language::En).expect("the lessons");
        let asks =
            |step: &Step| step.blocks.iter().any(|block| matches!(block, Block::Question(_)));
        let step = course.lessons[0].steps.iter().position(asks).expect("a question");
        page.glance(&link(0, step, Language::En));
        page.focus(".question textarea");
        page.keys(&"It is intractable.".chars().collect::<Vec<_>>());
        page.reload();
        page.settle();
        page.wait_for("the answer", || {
            page.text_of("return document.querySelector('.question textarea')?.value ?? ''")
                == "It is intractable."
        });
        assert!(!page.shows(".question details .prose"));
        page.click(".question summary");
        assert!(page.shows(".question details .prose"));
    });
}

#[test]
fn a_made_link_hides_what_it_names() {
    visit(|page| {
        page.open("#/course/teacher?lang=en");
        page.choose("#link-landing", "9/1");
        page.choose("#link-language", "pt");
        page.choose("#link-theme", "light");
        page.click("input[name=numbers]");
        page.click("input[name=language]");
        let made = page.text_of("return document.querySelector('#made-link').value");
        let hash = &made[made.find('#').expect("an address")..];
        assert_eq!(hash, "#/course/modes/2?lang=pt&theme=light&hide=numbers,language");
        page.open(hash);
        assert!(page.shows(".figures") && page.shows(".lesson"));
        assert!(!page.shows(".numbers") && !page.shows("#language"));
        assert_eq!(page.attribute("html", "lang").as_deref(), Some("pt-BR"));
        page.open("#/bench?hide=sliders,thermometer,lesson");
        assert!(page.shows("#plane") && !page.shows(".sliders") && !page.shows("#thermometer"));
    });
}

#[test]
fn a_lesson_is_read_from_the_last_row() {
    visit(|page| {
        let steps = [(0, 0), (0, 5), (2, 4), (4, 3), (7, 2), (7, 4), (9, 1), (11, 1)];
        page.open("#/course?theme=projector&lang=pt");
        for (lesson, step) in steps {
            page.go(&format!("{}&theme=projector", link(lesson, step, Language::Pt)));
            for (width, height) in [(1280, 720), (1920, 1080)] {
                page.set_viewport(width, height);
                page.settle();
                let place = format!("{}/{}, {width}×{height}", LESSONS[lesson], step + 1);
                let wide = "const { scrollWidth, scrollHeight } = document.scrollingElement;
                    return [...document.querySelectorAll('.lesson-body, .display')]
                        .filter((part) => part.scrollWidth > part.clientWidth + 1).map(name)
                        .concat(scrollWidth <= innerWidth && scrollHeight <= innerHeight ? [] : ['page'])";
                assert_none("too wide", &place, &offences(page, wide));
                let flat = "return shown('.sheet, #plane, #thermometer')
                    .filter((part) => part.getBoundingClientRect().height < 110).map(name)";
                assert_none("no room for a picture", &place, &offences(page, flat));
                assert_none("outside the screen", &place, &outside(page));
                assert_none("cut off", &place, &cut_off(page));
                assert_none("overlapping", &place, &overlapping(page));
                assert_none("text below 20 px", &place, &small_text(page, 20));
                page.picture(&format!("projector-{}-{}-{width}.png", LESSONS[lesson], step + 1));
            }
        }
    });
}

#[test]
fn the_pages_to_read_are_whole() {
    visit(|page| {
        for name in ["course", "course/glossary", "course/teacher"] {
            for language in [Language::En, Language::Pt] {
                page.open(&format!("#/{name}?lang={}", language.code()));
                for (width, height) in [PHONE, LECTURE_HALL] {
                    page.set_viewport(width, height);
                    let place = format!("{name}, {width}×{height}, {language:?}");
                    let wide = "return document.scrollingElement.scrollWidth <= innerWidth ? [] : ['page']";
                    assert_none("too wide", &place, &offences(page, wide));
                    assert_none("cut off", &place, &cut_off(page));
                    assert_none("overlapping", &place, &overlapping(page));
                    assert_none("text below 13 px", &place, &small_text(page, 13));
                }
                page.picture(&format!("{}-{}.png", name.replace('/', "-"), language.code()));
            }
        }
    });
}
