//! The structure of every lesson, which is the same in both languages.

use std::collections::BTreeSet;

use elboscope::course::{Block, Guess, LESSONS, Step};
use elboscope::state::Language;

use crate::course::{attributes, course, steps, texts};

/// A step without its words: the part that must be the same in every language.
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
            // In a step without questions the page beside the text can be used at once.
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
