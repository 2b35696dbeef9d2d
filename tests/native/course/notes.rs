//! The notes on which the course is based: all of them have their place, and every link has a target.

use std::collections::BTreeSet;

use elboscope::course::{Block, LESSONS};
use elboscope::state::Language;

use crate::course::{attributes, course, page, steps, texts};

/// Questions of these notes, each of which has its place in the course.
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
    let table = include_str!("../../../lessons/notes.md");
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
