//! Every lesson is walked through in both languages. In English every prediction is committed and every goal is
//! reached with the page's own controls; in Portuguese those of the first lessons, with a decimal comma.

use elboscope::address::{self, Page as Place};
use elboscope::course::{
    Block, CodeLine, Course, Goal, Guess, LESSONS, Prediction, Step, course_in,
};
use elboscope::lab::ParameterKind;
use elboscope::quantity::Measure;
use elboscope::state::Language;
use serde_json::{Value, json};

use super::{LECTURE_HALL, PHONE, link};
use crate::harness::{Page, key, visit};
use crate::layout::{assert_none, flaws, offences};

/// The number of lessons whose predictions and goals are done in Portuguese.
const WITH_COMMA: usize = 3;

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
                arrive(page, step, (number, index) == (0, 0), &place);
                assert_laid_out(page, &place);
                assert_opened(page, step, &link(number, index, language), &place);
                let is_worked = language == Language::En || number < WITH_COMMA;
                for block in &step.blocks {
                    match block {
                        Block::Prediction(prediction) if is_worked => {
                            predict(page, prediction, &place);
                        }
                        Block::Goal(goal) if is_worked => {
                            reach(page, goal, step, language, &place);
                        }
                        Block::Listing(lines) => point_at_lines(page, lines, &place),
                        _ => {}
                    }
                }
                let next = match (index + 1 < lesson.steps.len(), number + 1 < LESSONS.len()) {
                    (true, _) => "[data-action=step-next]",
                    (false, true) => "[data-action=lesson-next]",
                    (false, false) => continue,
                };
                page.click(next);
            }
            page.assert_healthy();
        }
        if language == Language::En {
            assert_all_is_noted(page, &course, language);
        }
    });
}

/// The step is on the screen, its heading has the focus (unless the page has just been loaded), and the page beside
/// it is computed.
fn arrive(page: &Page, step: &Step, is_loaded: bool, place: &str) {
    let is_there = "const [title, is_loaded] = arguments;
        const heading = document.querySelector('.lesson-body h2');
        const has_focus = document.activeElement === heading;
        const { busy } = document.documentElement.dataset;
        const on_bench = document.querySelector('main.bench [data-metric=elbo][data-value]');
        return heading?.innerText === title && document.title.includes(title) && has_focus !== is_loaded
            && document.querySelector('main.lab, main.bench') && (busy === 'false' || on_bench !== null)";
    page.wait_until(&format!("the page of {place}"), is_there, json!([step.title, is_loaded]));
}

/// The page beside the text is in the step's state, its address is short, and every number in its text that is not
/// covered is filled in.
fn assert_opened(page: &Page, step: &Step, hash: &str, place: &str) {
    let is_training = step.state.starts_with("#/train");
    let is_filled = "const [hash, may_be_empty] = arguments;
        const empty = [...document.querySelectorAll('.lesson-body [data-live]')]
            .filter((part) => part.checkVisibility() && part.textContent === '–');
        return location.hash === hash && (may_be_empty || empty.length === 0)";
    let what = format!("the address and the numbers of {place}");
    page.wait_until(&what, is_filled, json!([hash, is_training]));
    let raw = "const text = document.querySelector('.lesson-body').innerText;
        return [...text.matchAll(/\\$|\\[\\[|\\]\\]|\\\\[a-z]+|:::|marked\\d/g)].map((found) => found[0])
            .concat([...document.querySelectorAll('.lesson-body merror')].map((part) => part.textContent))
            .concat([...document.querySelectorAll('.lesson-body math [tabindex]')]
                .filter((part) => !part.ariaLabel).map((part) => `no name: ${part.textContent}`))";
    assert_none("not rendered", place, &page.list_of(raw));
}

/// Nothing is cut off or too wide in the lecture hall and on a phone.
fn assert_laid_out(page: &Page, place: &str) {
    // Figures take their new size in the next frames; then everything is checked at once.
    let script = format!(
        "const frame = () => new Promise((next) => requestAnimationFrame(next));
         return (async () => {{
             for (let count = 0; count < 2; count++) await frame();
             const body = document.querySelector('.lesson-body');
             const {{ scrollWidth }} = document.scrollingElement;
             const wide = [
                 scrollWidth <= innerWidth ? '' : `too wide: page ${{scrollWidth}}`,
                 body.scrollWidth <= body.clientWidth ? '' : `too wide: lesson ${{body.scrollWidth}}`,
                 ...[...body.querySelectorAll('math[display=block]')].map((formula) =>
                     formula.scrollWidth <= formula.clientWidth + 1 ? ''
                         : `too wide: ${{formula.scrollWidth}} for ${{formula.clientWidth}}, ${{name(formula)}}`),
             ].filter((flaw) => flaw);
             return wide.concat({})
         }})()",
        flaws(13)
    );
    // The lecture hall is the present size, and the final one.
    for (width, height) in [LECTURE_HALL, PHONE] {
        if (width, height) != LECTURE_HALL {
            page.set_viewport(width, height);
        }
        let place = format!("{place}, {width}×{height}");
        assert_none("laid out badly", &place, &offences(page, &script));
    }
    page.set_viewport(LECTURE_HALL.0, LECTURE_HALL.1);
}

/// Every number on the page beside the text, as a lesson asks for it.
fn value_on(page: &Page) -> impl Fn(&Measure) -> Option<f64> {
    let metrics = page.metrics();
    move |measure: &Measure| {
        let k = measure.k.map(|k| k.to_string());
        let found = metrics.iter().find(|metric| {
            metric.name == measure.quantity.name() && (k.is_none() || metric.k == k)
        });
        found?.value.parse().ok()
    }
}

/// The page's verdict on a compared prediction.
struct Verdict {
    /// The prediction and the computed number, as written.
    numbers: Vec<f64>,
    /// The verdict is negative.
    is_doubtful: bool,
    /// The options that are marked as correct, and as wrong.
    right: Vec<usize>,
    wrong: Vec<usize>,
}

impl Verdict {
    fn read(page: &Page) -> Self {
        let script = "const verdict = document.querySelector('.prediction .verdict');
            const options = [...document.querySelectorAll('.prediction .option')];
            const marked = (kind, sign) => options.flatMap((option, place) =>
                option.classList.contains(kind) && option.innerText.includes(sign) ? [place] : []);
            const numbers = [...verdict.querySelectorAll('.number')].map((part) =>
                Number(part.textContent.replace('−', '-').replace(',', '.').replace('∞', 'Infinity')));
            return [numbers, verdict.classList.contains('doubt'), marked('right', '✓'), marked('wrong', '✗')]";
        let found = page.eval(script);
        let list = |place: usize| found[place].as_array().cloned().unwrap_or_default();
        let places = |place| {
            list(place).iter().filter_map(Value::as_u64).map(|number| number as usize).collect()
        };
        Self {
            numbers: list(0).iter().filter_map(Value::as_f64).collect(),
            is_doubtful: found[1] == true,
            right: places(2),
            wrong: places(3),
        }
    }
}

/// Commits a prediction, waits until it has been compared, and compares it again with the numbers on the page.
fn predict(page: &Page, prediction: &Prediction, place: &str) {
    const SAID: f64 = -1.5;
    match &prediction.guess {
        Guess::Number { .. } => {
            page.focus(".prediction[data-prediction=open] .guess input");
            page.keys(&"-1,5".chars().chain([key::ENTER]).collect::<Vec<_>>());
        }
        Guess::Choice(_) => page.click(".prediction[data-prediction=open] .option"),
        Guess::Place { .. } => page.click(".prediction[data-prediction=open] [data-action=commit]"),
    }
    let is_judged =
        "return document.querySelector('.prediction[data-prediction=committed] .verdict')
        && !document.querySelector('.prediction[data-prediction=open]')
        && document.documentElement.dataset.veil === ''";
    page.wait_until(&format!("the verdict of {place}"), is_judged, json!([]));

    let (verdict, value_of) = (Verdict::read(page), value_on(page));
    let (said, found, within) = match &prediction.guess {
        Guess::Choice(options) => {
            let holds = options.iter().enumerate().filter(|(_, option)| {
                option.condition.holds(&value_of).unwrap_or_else(|| panic!("{place}: no number"))
            });
            let right: Vec<usize> = holds.map(|(option, _)| option).collect();
            let wrong = if right.contains(&0) { vec![] } else { vec![0] };
            assert_eq!((&verdict.right, &verdict.wrong), (&right, &wrong), "{place}");
            assert_eq!(verdict.is_doubtful, !right.contains(&0), "{place}");
            return;
        }
        Guess::Number { measure, within } => (Some(SAID), value_of(measure), within),
        Guess::Place { measure, within, target } => {
            (value_of(measure), target.value(&value_of), within)
        }
    };
    let (Some(said), Some(found)) = (said, found) else { panic!("{place}: no number") };
    // Three decimals are written.
    let is = |written: f64, value: f64| (written - value).abs() <= 0.00051;
    let [first, second] = verdict.numbers[..] else { panic!("{place}: {:?}", verdict.numbers) };
    assert!(is(first, said) && is(second, found), "{place}: {first} {second}, {said} {found}");
    assert_eq!(verdict.is_doubtful, (said - found).abs() > *within, "{place}");
}

/// Sets the solution's values in the fields and lists of the page.
fn reach(page: &Page, goal: &Goal, step: &Step, language: Language, place: &str) {
    let stage = address::parse(&step.state).address.page;
    if matches!(stage, Place::Train(_)) {
        return;
    }
    page.run("document.activeElement?.blur()", json!([]));
    page.keys(&['r']);
    let is_open = "return !document.querySelector('[data-action=restore-step]').checkVisibility()
        && document.querySelector('.goal').dataset.goal === 'open'";
    page.wait_until(&format!("{place} as it began, not met at once"), is_open, json!([]));
    for (name, value) in &goal.solution {
        let is_list = matches!(&stage, Place::Lab(state)
            if state.lab.parameters.iter().any(|p| p.name == name && matches!(p.kind, ParameterKind::Choice(_))));
        if name == "bin" {
            let level = value.trim_start_matches("threshold:");
            page.run(
                "const field = document.querySelector('#binarization-value');
                 field.value = arguments[0];
                 field.dispatchEvent(new Event('change', { bubbles: true }))",
                json!([level]),
            );
        } else if is_list {
            page.click(&format!("#list-{name} option[value='{value}']"));
        } else {
            let number = value.replace('.', &language.decimal_mark().to_string());
            page.enter_number(name, &number);
        }
    }
    let is_met = "return document.querySelector('.goal').dataset.goal === 'met'";
    page.wait_until(&format!("the goal of {place}"), is_met, json!([]));
    assert_eq!(goal.condition.holds(&value_on(page)), Some(true), "{place}: met without cause");
}

/// A line that computes a term highlights it, and shows its shape and its value if it has them.
fn point_at_lines(page: &Page, lines: &[CodeLine], place: &str) {
    for (index, line) in lines.iter().enumerate() {
        if line.light.is_none() && line.shape.is_none() && line.value.is_none() {
            continue;
        }
        let said = usize::from(line.shape.is_some()) + usize::from(line.value.is_some());
        let is_lit = "const [line, light, said] = arguments;
            document.querySelectorAll('.listing code')[line].focus();
            return (light === null || document.querySelector('main').dataset.highlight === light)
                && document.querySelectorAll('.listing figcaption b').length === said";
        let light = line.light.map(|term| term.name());
        let what = format!("line {} of {place}", index + 1);
        page.wait_until(&what, is_lit, json!([index, light, said]));
    }
}

/// The list of the lessons shows the progress, and clears it after two presses.
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
