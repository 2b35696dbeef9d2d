//! The lessons: both languages say the same, every state opens, every number that is named is on the
//! page, every choice has its right option, and every goal is open at first and met by its solution.

#[path = "common/readings.rs"]
mod readings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use elboscope::course::{
    Block, Condition, Course, Guess, LESSONS, Lesson, Measure, Step, course_in,
};
use elboscope::lab::LabState;
use elboscope::state::{BenchState, Language, Page, address};

use readings::{Reading, readings_of};

/// Questions of the notes that the course follows, each of which has its place.
const QUESTIONS: [&str; 11] = [
    "technical-1",
    "technical-2",
    "technical-3",
    "technical-4",
    "technical-5",
    "technical-6",
    "advanced-1",
    "advanced-2",
    "advanced-3",
    "advanced-4",
    "advanced-5",
];

/// The worker of the bench proves them; the numbers of a native bench are without them.
const PROVEN: [&str; 2] = ["log-evidence-lower", "log-evidence-upper"];

fn course(language: Language) -> Course {
    course_in(language).unwrap_or_else(|error| panic!("{language:?}: {error}"))
}

/// The page of an address that is taken as it stands.
fn page(text: &str) -> Page {
    let parsed = address::parse(text);
    assert_eq!(parsed.notes, [], "{text}");
    parsed.address.page
}

/// The bench or lab of a state; training has no numbers before it runs.
fn is_computed(page: &Page) -> bool {
    match page {
        Page::Bench(_) => true,
        Page::Lab(state) => !state.lab.is_training(),
        Page::Course(_) => false,
    }
}

/// The numbers of a page, each page computed once.
fn numbers(page: &Page) -> BTreeMap<String, f64> {
    static KNOWN: Mutex<BTreeMap<String, BTreeMap<String, f64>>> = Mutex::new(BTreeMap::new());
    let name = format!("{page:?}");
    let known = KNOWN.lock().unwrap().get(&name).cloned();
    known.unwrap_or_else(|| {
        let named = |(metric, k, value): Reading| (Measure { metric, k }.to_string(), value);
        let found: BTreeMap<String, f64> = readings_of(page).into_iter().map(named).collect();
        KNOWN.lock().unwrap().insert(name, found.clone());
        found
    })
}

/// A number as the page is asked for it: without a K any one of that name will do.
fn value_on(page: &Page) -> impl Fn(&Measure) -> Option<f64> {
    let numbers = numbers(page);
    move |measure| {
        let start = format!("{}@", measure.metric);
        let first = || numbers.iter().find(|(name, _)| name.starts_with(&start));
        let exact = numbers.get(&measure.to_string());
        exact.or_else(|| measure.k.is_none().then(first)?.map(|(_, value)| value)).copied()
    }
}

fn steps(course: &Course) -> impl Iterator<Item = (String, &Lesson, &Step)> {
    LESSONS.iter().zip(&course.lessons).flat_map(|(name, lesson)| {
        let steps = lesson.steps.iter().enumerate();
        steps.map(move |(index, step)| (format!("{name}/{}", index + 1), lesson, step))
    })
}

/// Every HTML text of a step.
fn texts(step: &Step) -> Vec<&str> {
    let mut texts = Vec::new();
    for block in &step.blocks {
        match block {
            Block::Prose(html) | Block::Correction(html) => texts.push(html.as_str()),
            Block::Prediction(prediction) => {
                texts.extend([prediction.text.as_str(), &prediction.revealed]);
                if let Guess::Choice(options) = &prediction.guess {
                    texts.extend(options.iter().map(|option| option.text.as_str()));
                }
            }
            Block::Goal(goal) => {
                texts.push(&goal.text);
                texts.extend(goal.hint.as_deref());
            }
            Block::Question(question) => texts.extend([question.text.as_str(), &question.answer]),
            Block::Listing(_) => {}
        }
    }
    texts
}

/// Every value of an attribute in a text.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!("{name}=\"");
    let parts = html.split(opening.as_str()).skip(1);
    parts.filter_map(|part| part.split_once('"').map(|(value, _)| value)).collect()
}

/// A step without its words: what must be the same in every language.
fn skeleton(step: &Step) -> Vec<String> {
    let mut parts = vec![format!("{} {:?} {:?}", step.state, step.veil, step.light)];
    let marks = |html: &str| {
        let sorted = |name| attributes(html, name).into_iter().collect::<BTreeSet<_>>();
        format!("{:?} {:?}", sorted("data-live"), sorted("href"))
    };
    for block in &step.blocks {
        parts.push(match block {
            Block::Prose(html) => format!("prose {}", marks(html)),
            Block::Correction(html) => format!("correction {}", marks(html)),
            Block::Prediction(prediction) => {
                let guess = match &prediction.guess {
                    Guess::Choice(options) => {
                        let conditions: Vec<_> = options.iter().map(|o| &o.condition).collect();
                        format!("{conditions:?}")
                    }
                    guess => format!("{guess:?}"),
                };
                format!("{guess} {:?} {}", prediction.state, marks(&prediction.revealed))
            }
            Block::Goal(goal) => {
                format!("{:?} {:?} {}", goal.condition, goal.solution, goal.hint.is_some())
            }
            Block::Question(question) => format!("{:?} {}", question.name, marks(&question.answer)),
            Block::Listing(lines) => format!("{lines:?}"),
        });
    }
    parts
}

#[test]
fn both_languages_have_the_same_steps() {
    let (english, portuguese) = (course(Language::En), course(Language::Pt));
    for (name, (en, pt)) in LESSONS.iter().zip(english.lessons.iter().zip(&portuguese.lessons)) {
        assert_eq!(en.minutes, pt.minutes, "{name}");
        assert_eq!(en.steps.len(), pt.steps.len(), "{name}");
        for (index, (en, pt)) in en.steps.iter().zip(&pt.steps).enumerate() {
            assert_eq!(skeleton(en), skeleton(pt), "{name}/{}", index + 1);
            for (en, pt) in texts(en).iter().zip(texts(pt)) {
                assert!(!en.trim().is_empty() && !pt.trim().is_empty(), "{name}/{}", index + 1);
            }
        }
    }
}

#[test]
fn every_lesson_asks_before_it_tells() {
    for language in Language::ALL {
        let course = course(language);
        for (name, lesson) in LESSONS.iter().zip(&course.lessons) {
            let blocks: Vec<&Block> = lesson.steps.iter().flat_map(|step| &step.blocks).collect();
            let count = |is: fn(&Block) -> bool| blocks.iter().filter(|block| is(block)).count();
            assert!(count(|block| matches!(block, Block::Prediction(_))) >= 2, "{name}");
            assert!(count(|block| matches!(block, Block::Goal(_))) >= 1, "{name}");
            let has_live_equation = lesson.steps.iter().flat_map(texts).any(|html| {
                html.contains("display=\"block\"") && html.contains("<munder class=\"term")
            });
            assert!(has_live_equation, "{name}");
            assert!((3..=20).contains(&lesson.minutes), "{name}");
        }
        for (place, _, step) in steps(&course) {
            let Some(Block::Prose(first)) = step.blocks.first() else { continue };
            let sentences = sentences(first);
            // Where nothing is asked, the page beside the text can be touched from the first word.
            let most = if asks(step) { 3 } else { 6 };
            assert!(sentences <= most, "{place}, {language:?}: {sentences} sentences: {first}");
        }
    }
}

fn asks(step: &Step) -> bool {
    step.blocks.iter().any(|block| matches!(block, Block::Prediction(_) | Block::Goal(_)))
}

/// How many sentences a text has, formulas apart.
fn sentences(html: &str) -> usize {
    let mut plain = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        plain.push_str(&rest[..start]);
        let is_formula = rest[start..].starts_with("<math");
        let end = if is_formula { "</math>" } else { ">" };
        let Some(length) = rest[start..].find(end) else { break };
        rest = &rest[start + length + end.len()..];
    }
    plain.push_str(rest);
    let ends = |word: &&str| word.ends_with(['.', '?', '!']) && word.len() > 3;
    plain.split_whitespace().filter(ends).count()
}

#[test]
fn every_question_of_the_notes_has_its_place() {
    let course = course(Language::En);
    let mut found: Vec<&str> = Vec::new();
    for (_, _, step) in steps(&course) {
        for block in &step.blocks {
            if let Block::Question(question) = block {
                found.extend(question.name.as_deref());
                assert!(question.answer.contains("href=\"#/"), "{}: nothing to try", question.text);
            }
        }
    }
    found.retain(|name| name.contains('-'));
    found.sort_unstable();
    let mut expected = QUESTIONS.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn every_section_of_the_notes_has_its_place() {
    let table = include_str!("../lessons/notes.md");
    let course = course(Language::En);
    let known: BTreeSet<String> = steps(&course).map(|(place, ..)| place).collect();
    let rows: Vec<&str> =
        table.lines().filter(|line| line.starts_with("| ") && line.contains('/')).collect();
    assert!(rows.len() >= 25, "{} rows", rows.len());
    let mut lessons = BTreeSet::new();
    for row in rows {
        let cell = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        let places: Vec<&str> = cell.split(',').map(str::trim).collect();
        for place in places {
            assert!(known.contains(place), "{place} in {row}");
            lessons.extend(place.split('/').next());
        }
    }
    assert_eq!(lessons.len(), LESSONS.len(), "{lessons:?}");
}

#[test]
fn every_link_leads_somewhere() {
    for language in Language::ALL {
        let course = course(language);
        let known: BTreeSet<String> = steps(&course).map(|(place, ..)| place).collect();
        let pages = [("glossary", course.glossary.as_str()), ("teacher", &course.teacher)];
        let pages = pages.map(|(name, html)| (name.to_owned(), html));
        let in_steps = steps(&course).flat_map(|(place, _, step)| {
            texts(step).into_iter().map(move |html| (place.clone(), html))
        });
        for (place, html) in in_steps.chain(pages) {
            for link in attributes(html, "href") {
                let link = link.replace("&amp;", "&");
                if let Some(rest) = link.strip_prefix("#/course/") {
                    let rest = rest.split('?').next().unwrap_or_default();
                    let is_page = ["glossary", "teacher"].contains(&rest);
                    assert!(is_page || known.contains(rest), "{place}: {link}");
                    page(&link);
                } else if link.starts_with("#/") {
                    page(&link);
                } else {
                    assert!(link.starts_with("https://"), "{place}: {link}");
                }
            }
        }
    }
}

#[test]
fn every_state_is_taken_as_it_stands() {
    let course = course(Language::En);
    for (place, _, step) in steps(&course) {
        let mut states = vec![&step.state];
        for block in &step.blocks {
            if let Block::Prediction(prediction) = block {
                states.extend(&prediction.state);
            }
        }
        for state in states {
            assert!(!matches!(page(state), Page::Course(_)), "{place}: {state}");
        }
    }
}

#[test]
fn every_number_that_is_named_is_on_the_page() {
    let course = course(Language::En);
    for (place, _, step) in steps(&course) {
        let start = page(&step.state);
        if !is_computed(&start) {
            continue;
        }
        let value_of = value_on(&start);
        let mut on_revealed = Vec::new();
        let mut named: Vec<String> = Vec::new();
        for block in &step.blocks {
            match block {
                Block::Prose(html) | Block::Correction(html) => {
                    named.extend(attributes(html, "data-live").into_iter().map(String::from));
                }
                Block::Goal(goal) => {
                    named.extend(goal.condition.measures().iter().map(ToString::to_string));
                    named.extend(attributes(&goal.text, "data-live").into_iter().map(String::from));
                }
                Block::Prediction(prediction) => {
                    let revealed = attributes(&prediction.revealed, "data-live");
                    let revealed: Vec<String> = revealed.into_iter().map(String::from).collect();
                    match &prediction.state {
                        Some(state) => on_revealed.push((state, revealed)),
                        None => named.extend(revealed),
                    }
                    if let Guess::Place { measure, .. } = &prediction.guess {
                        named.push(measure.to_string());
                    }
                }
                Block::Listing(lines) => {
                    named.extend(
                        lines.iter().filter_map(|line| Some(line.value.as_ref()?.to_string())),
                    );
                }
                Block::Question(_) => {}
            }
        }
        let is_there = |value_of: &dyn Fn(&Measure) -> Option<f64>, name: &str| {
            let measure = Measure::read(name).unwrap();
            value_of(&measure).is_some() || PROVEN.contains(&name)
        };
        for name in named {
            assert!(is_there(&value_of, &name), "{place}: {name} is not on {}", step.state);
        }
        for (state, names) in on_revealed {
            let revealed = page(state);
            if is_computed(&revealed) {
                let value_of = value_on(&revealed);
                for name in names {
                    assert!(is_there(&value_of, &name), "{place}: {name} is not on {state}");
                }
            }
        }
    }
}

#[test]
fn every_prediction_can_be_compared() {
    let course = course(Language::En);
    for (place, _, step) in steps(&course) {
        for block in &step.blocks {
            let Block::Prediction(prediction) = block else { continue };
            let compared = page(prediction.state.as_ref().unwrap_or(&step.state));
            if !is_computed(&compared) {
                panic!("{place}: nothing is computed there to compare with");
            }
            let value_of = value_on(&compared);
            match &prediction.guess {
                Guess::Choice(options) => {
                    let holds: Vec<Option<bool>> =
                        options.iter().map(|option| option.condition.holds(&value_of)).collect();
                    let right = holds.iter().filter(|holds| **holds == Some(true)).count();
                    assert!(holds.iter().all(Option::is_some), "{place}: {holds:?}");
                    assert_eq!(right, 1, "{place}: {holds:?}");
                    assert!(options.len() >= 2, "{place}");
                }
                Guess::Number { measure, within } => {
                    let value = value_of(measure).unwrap_or_else(|| panic!("{place}: {measure}"));
                    assert!(value.is_finite() && *within > 0.0, "{place}: {value} ± {within}");
                }
                Guess::Place { measure, within, target } => {
                    let (value, target) = (value_of(measure), target.value(&value_of));
                    let (Some(value), Some(target)) = (value, target) else {
                        panic!("{place}: {value:?} {target:?}")
                    };
                    // Whoever moves nothing has not found the place.
                    assert!((value - target).abs() > *within, "{place}: {value} {target}");
                }
            }
        }
    }
}

/// A state with what a solution sets.
fn solved(page: &Page, solution: &[(String, String)], place: &str) -> Page {
    match page {
        Page::Bench(state) => {
            let mut state = *state;
            for (name, value) in solution {
                set_on_bench(&mut state, name, value);
            }
            Page::Bench(state.clamped())
        }
        Page::Lab(state) => {
            let mut state: LabState = state.clone();
            for (name, text) in solution {
                let found =
                    state.lab.parameters.iter().position(|parameter| parameter.name == name);
                let index = found.unwrap_or_else(|| panic!("{place}: no parameter {name}"));
                let parameter = &state.lab.parameters[index];
                let value =
                    parameter.read(text).unwrap_or_else(|| panic!("{place}: {name}={text}"));
                assert_eq!(parameter.clamp(value), value, "{place}: {name}={text}");
                state.set(index, value);
            }
            Page::Lab(state)
        }
        Page::Course(_) => panic!("{place}: a step beside a step"),
    }
}

fn set_on_bench(state: &mut BenchState, name: &str, text: &str) {
    if name == "bin" {
        let Page::Bench(other) = page(&format!("#/bench?bin={text}")) else { return };
        state.bin = other.bin;
        return;
    }
    let value: f64 = text.parse().unwrap_or_else(|_| panic!("{name}={text}"));
    match name {
        "mu1" => state.mu[0] = value,
        "mu2" => state.mu[1] = value,
        "sigma1" => state.sigma[0] = value,
        "sigma2" => state.sigma[1] = value,
        "rho" => state.rho = value,
        "k" => state.k = std::num::NonZeroUsize::new(value as usize).expect("a positive K"),
        "seed" => state.seed = value as u32,
        _ => panic!("{name} is nothing that is set on the bench"),
    }
}

#[test]
fn every_goal_is_open_at_first_and_met_by_its_solution() {
    let course = course(Language::En);
    for (place, _, step) in steps(&course) {
        let start = page(&step.state);
        for block in &step.blocks {
            let Block::Goal(goal) = block else { continue };
            assert!(!goal.solution.is_empty(), "{place}: no solution");
            let solution = solved(&start, &goal.solution, &place);
            if !is_computed(&start) {
                continue;
            }
            assert_eq!(holds(&goal.condition, &start), Some(false), "{place}: met at once");
            assert_eq!(
                holds(&goal.condition, &solution),
                Some(true),
                "{place}: {:?}",
                goal.solution
            );
        }
    }
}

fn holds(condition: &Condition, page: &Page) -> Option<bool> {
    condition.holds(&value_on(page))
}
