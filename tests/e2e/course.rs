//! The course: every lesson is walked in both languages, every prediction committed, every goal reached
//! with the page's own controls.

use elboscope::course::{Block, Course, Goal, Guess, LESSONS, Line, Prediction, Step, course_in};
use elboscope::lab::Kind;
use elboscope::state::{Language, Page as Place, address};

use crate::harness::{Page, key, visit};
use crate::layout::{assert_none, cut_off, offences, overlapping, small_text};

const LECTURE_HALL: (u32, u32) = (1280, 720);
const PHONE: (u32, u32) = (390, 844);

fn link(lesson: usize, step: usize, language: Language) -> String {
    format!("#/course/{}/{}?lang={}", LESSONS[lesson], step + 1, language.code())
}

#[test]
fn every_lesson_is_walked_in_english() {
    walk(Language::En);
}

#[test]
fn every_lesson_is_walked_in_portuguese() {
    walk(Language::Pt);
}

fn walk(language: Language) {
    let course = course_in(language).expect("the lessons");
    visit(|page| {
        page.set_viewport(LECTURE_HALL.0, LECTURE_HALL.1);
        page.open(&link(0, 0, language));
        for (number, lesson) in course.lessons.iter().enumerate() {
            for (index, step) in lesson.steps.iter().enumerate() {
                let place = format!("{}/{}, {language:?}", LESSONS[number], index + 1);
                arrive(page, step, &place);
                assert_opened(page, step, &link(number, index, language), &place);
                assert_laid_out(page, &place);
                for block in &step.blocks {
                    match block {
                        Block::Prediction(prediction) => predict(page, prediction, &place),
                        Block::Goal(goal) => reach(page, goal, step, language, &place),
                        Block::Listing(lines) => point_at_lines(page, lines, &place),
                        _ => {}
                    }
                }
                page.assert_healthy();
                let last = index + 1 == lesson.steps.len();
                if !last || number + 1 < LESSONS.len() {
                    page.click(if last {
                        "[data-action=lesson-next]"
                    } else {
                        "[data-action=step-next]"
                    });
                }
            }
        }
        assert_all_is_noted(page, &course, language);
    });
}

/// The step is on the screen, and what stands beside it is computed.
fn arrive(page: &Page, step: &Step, place: &str) {
    page.wait_for(&format!("the title of {place}"), || page.text(".lesson-body h2") == step.title);
    let is_there = "const bench = document.querySelector('main.bench');
        const { busy } = document.documentElement.dataset;
        return document.querySelector('main.lab, main.bench') !== null
            && (busy === 'false' || bench !== null && document.querySelector('[data-metric=elbo][data-value]') !== null)";
    page.wait_for(&format!("the page beside {place}"), || page.eval(is_there) == true);
}

/// The state beside the text is the step's own, its address is short, and every number in its text that
/// is not covered is filled in.
fn assert_opened(page: &Page, step: &Step, hash: &str, place: &str) {
    page.wait_for(&format!("the address of {place}"), || page.hash() == hash);
    let is_training = step.state.starts_with("#/train");
    let empty = "return [...document.querySelectorAll('.lesson-body [data-live]')]
        .filter((part) => part.checkVisibility() && part.textContent === '–')
        .map((part) => part.dataset.live)";
    if !is_training {
        page.wait_for(&format!("the numbers of {place}"), || page.list_of(empty).is_empty());
    }
    let raw = "const text = document.querySelector('.lesson-body').innerText;
        return [...text.matchAll(/\\$|\\[\\[|\\]\\]|\\\\[a-z]+|:::|marked\\d/g)].map((found) => found[0])
            .concat([...document.querySelectorAll('.lesson-body merror')].map((part) => part.textContent))";
    assert_none("not rendered", place, &page.list_of(raw));
}

/// Nothing is cut off or too wide in the lecture hall and on a phone.
fn assert_laid_out(page: &Page, place: &str) {
    for (width, height) in [PHONE, LECTURE_HALL] {
        page.set_viewport(width, height);
        // Pictures take their new size in the next frames.
        page.eval(
            "return new Promise((done) => setTimeout(() => requestAnimationFrame(() => done(1)), 100))",
        );
        let place = format!("{place}, {width}×{height}");
        let wide = "const body = document.querySelector('.lesson-body');
            const { scrollWidth } = document.scrollingElement;
            return (scrollWidth <= innerWidth ? [] : [`page ${scrollWidth}`])
                .concat(body.scrollWidth <= body.clientWidth ? [] : [`lesson ${body.scrollWidth}`])";
        assert_none("too wide", &place, &offences(page, wide));
        assert_none("cut off", &place, &cut_off(page));
        assert_none("overlapping", &place, &overlapping(page));
        assert_none("text below 14 px", &place, &small_text(page, 14));
    }
}

/// Commits something, and waits until it has been compared.
fn predict(page: &Page, prediction: &Prediction, place: &str) {
    match &prediction.guess {
        Guess::Number { .. } => {
            page.focus(".prediction[data-prediction=open] .guess input");
            page.keys(&"-1,5".chars().chain([key::ENTER]).collect::<Vec<_>>());
        }
        Guess::Choice(_) => page.click(".prediction[data-prediction=open] .option"),
        Guess::Place { .. } => page.click(".prediction[data-prediction=open] [data-action=commit]"),
    }
    page.wait_for(&format!("the verdict of {place}"), || {
        page.count(".prediction[data-prediction=committed] .verdict") > 0
            && page.count(".prediction[data-prediction=open]") == 0
    });
    assert_eq!(page.attribute("html", "data-veil").as_deref(), Some(""), "{place}: still covered");
}

/// Sets what the solution sets in the fields and lists of the page.
fn reach(page: &Page, goal: &Goal, step: &Step, language: Language, place: &str) {
    let stage = address::parse(&step.state).address.page;
    if matches!(&stage, Place::Lab(state) if state.lab.is_training()) {
        return;
    }
    page.run("document.activeElement?.blur()", serde_json::json!([]));
    page.keys(&['r']);
    page.wait_for(&format!("{place} as it began"), || !page.shows("[data-action=restore-step]"));
    assert_eq!(
        page.attribute(".goal", "data-goal").as_deref(),
        Some("open"),
        "{place}: met at once"
    );
    for (name, value) in &goal.solution {
        let is_list = matches!(&stage, Place::Lab(state)
            if state.lab.parameters.iter().any(|p| p.name == name && matches!(p.kind, Kind::Choice(_))));
        if name == "bin" {
            let level = value.trim_start_matches("threshold:");
            page.run(
                "const field = document.querySelector('#binarization-value');
                 field.value = arguments[0];
                 field.dispatchEvent(new Event('change', { bubbles: true }))",
                serde_json::json!([level]),
            );
        } else if is_list {
            page.choose(&format!("#list-{name}"), value);
        } else if language == Language::Pt {
            page.type_number(name, &value.replace('.', ","));
        } else {
            page.type_number(name, value);
        }
    }
    page.wait_for(&format!("the goal of {place}"), || {
        page.attribute(".goal", "data-goal").as_deref() == Some("met")
    });
}

/// A line that computes something lights it, and says its shape and its value if it has them.
fn point_at_lines(page: &Page, lines: &[Line], place: &str) {
    for (index, line) in lines.iter().enumerate() {
        if line.light.is_none() && line.shape.is_none() && line.value.is_none() {
            continue;
        }
        page.run(
            "document.querySelectorAll('.listing code')[arguments[0]].focus()",
            serde_json::json!([index]),
        );
        let said = usize::from(line.shape.is_some()) + usize::from(line.value.is_some());
        page.wait_for(&format!("line {} of {place}", index + 1), || {
            let is_lit = page.attribute("main", "data-highlight").is_some();
            (is_lit || line.light.is_none()) && page.count(".listing figcaption b") == said
        });
    }
}

/// The list of the lessons tells what has been done, and forgets it when asked twice.
fn assert_all_is_noted(page: &Page, course: &Course, language: Language) {
    page.go(&format!("#/course?lang={}", language.code()));
    let done = page.list_of(
        "return [...document.querySelectorAll('.progress-of small')].map((p) => p.textContent)",
    );
    let on_train = |step: &Step| {
        step.state.starts_with("#/train") && step.blocks.iter().any(|b| matches!(b, Block::Goal(_)))
    };
    for (found, lesson) in done.iter().zip(&course.lessons) {
        let all = lesson.steps.len();
        let reached = all - lesson.steps.iter().filter(|step| on_train(step)).count();
        assert_eq!(*found, format!("{reached} / {all}"), "{}", lesson.title);
    }
    page.reload();
    page.settle();
    let kept = page.list_of(
        "return [...document.querySelectorAll('.progress-of small')].map((p) => p.textContent)",
    );
    assert_eq!(kept, done, "a reload forgets nothing");
    page.click("[data-action=clear-progress]");
    page.click("[data-action=clear-progress]");
    page.wait_for("the progress to be cleared", || {
        page.text(".progress-of small").starts_with('0')
    });
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
        page.run("document.activeElement?.blur()", serde_json::json!([]));
        page.keys(&['r']);
        page.wait_for("the step's own state", || page.hash() == hash);
        page.keys(&[key::PAGE_DOWN]);
        page.wait_for("the next step", || page.hash() == link(0, 3, Language::En));
        page.back();
        page.wait_for("the step before", || page.hash() == hash);
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
                    assert_none("text below 14 px", &place, &small_text(page, 14));
                }
                page.picture(&format!("{}-{}.png", name.replace('/', "-"), language.code()));
            }
        }
    });
}
