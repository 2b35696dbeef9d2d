//! The lessons' files line by line, each with its place, its page, and the numbers that are set there.

use std::path::Path;

use elboscope::address::{self, Page};
use elboscope::course::{ClaimPiece, LESSONS, pieces_of};
use elboscope::state::{BinarizeState, Language, XSource};

/// A line of prose.
pub struct ProseLine {
    /// File and line, as an editor opens them.
    pub at: String,
    /// The lesson and the number of its step, `honesty/4`, or the page: `glossary`.
    pub place: String,
    /// The text.
    pub text: String,
    /// The address of the page whose numbers the line is about: that of the reveal, or that of the step.
    pub page: Option<String>,
    /// The address of the step.
    pub beside: Option<String>,
    /// Numbers that are set rather than computed: by an address in the step, by a condition of the block.
    pub stated: Vec<f64>,
}

/// Every line of prose in a language.
pub fn lines(language: Language) -> Vec<ProseLine> {
    let lessons = LESSONS.iter().enumerate();
    let lessons = lessons.map(|(index, place)| {
        let file =
            Path::new("lessons").join(language.code()).join(format!("{:02}-{place}.md", index + 1));
        (file, (*place).to_owned())
    });
    let pages = ["glossary", "teacher"].map(|page| {
        (Path::new("lessons").join(language.code()).join(format!("{page}.md")), page.to_owned())
    });
    let files = lessons.map(|(file, place)| (file, place, true));
    files
        .chain(pages.map(|(file, place)| (file, place, false)))
        .flat_map(|(file, place, is_lesson)| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
            lines_of(&file.display().to_string(), &place, &text, is_lesson)
        })
        .collect()
}

/// The lines of prose of a file.
pub fn lines_of(file: &str, place: &str, text: &str, is_lesson: bool) -> Vec<ProseLine> {
    let all: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let starts: Vec<usize> = match is_lesson {
        true => (0..all.len()).filter(|index| is_step(&all, *index)).collect(),
        false => vec![0],
    };
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(all.len());
        let place = if is_lesson { format!("{place}/{}", number + 1) } else { place.to_owned() };
        let set: Vec<f64> = all[*start..end]
            .iter()
            .flat_map(|line| addresses_in(line))
            .flat_map(|text| settings(&text))
            .collect();
        found.extend(step_lines(file, &place, &all, *start..end, &set));
    }
    found
}

/// Headings inside a block do not begin a step.
fn is_step(all: &[&str], index: usize) -> bool {
    let fence = all[..index].iter().rfind(|line| line.starts_with(":::"));
    all[index].starts_with("## ") && fence.is_none_or(|fence| fence.trim() == ":::")
}

fn step_lines(
    file: &str,
    place: &str,
    all: &[&str],
    range: std::ops::Range<usize>,
    set: &[f64],
) -> Vec<ProseLine> {
    let (mut found, mut beside, mut page) = (Vec::new(), None, None);
    let (mut stated, mut is_code) = (Vec::new(), false);
    for index in range.clone() {
        let line = all[index];
        if let Some(head) = line.strip_prefix(":::") {
            let words: Vec<&str> = head.split_whitespace().collect();
            match words.first() {
                None => (page, stated, is_code) = (beside.clone(), Vec::new(), false),
                Some(&"reveal") => page = words.get(1).map(|text| (*text).to_owned()).or(page),
                Some(&("solution" | "hint" | "answer")) => {}
                Some(kind) => {
                    is_code = *kind == "listing";
                    let end = (index..range.end).find(|end| all[*end].trim() == ":::");
                    let block = &all[index..end.unwrap_or(range.end)];
                    stated = block.iter().flat_map(|line| conditions_in(line)).collect();
                }
            }
        } else if let Some(state) = line.strip_prefix("state:") {
            beside = Some(state.trim().to_owned());
            page = beside.clone();
        } else if !(is_code || line.starts_with("veil:") || line.starts_with("light:")) {
            found.push(ProseLine {
                at: format!("{file}:{}", index + 1),
                place: place.to_owned(),
                text: line.to_owned(),
                page: page.clone(),
                beside: beside.clone(),
                stated: set.iter().chain(&stated).map(|value: &f64| value.abs()).collect(),
            });
        }
    }
    found
}

/// The numbers in the conditions and solutions of a block's line.
fn conditions_in(line: &str) -> Vec<f64> {
    let condition = match line.strip_prefix("- `") {
        Some(option) => option.split('`').next().unwrap_or_default(),
        None => line.strip_prefix(":::").unwrap_or_default(),
    };
    let words = condition.split(|c: char| c.is_whitespace() || "|=".contains(c));
    words.filter_map(|word| word.parse().ok()).collect()
}

/// The addresses of pages of the app that a line names.
fn addresses_in(line: &str) -> Vec<String> {
    let ends = |c: char| c.is_whitespace() || ")`}".contains(c);
    let starts = line.match_indices("#/").map(|(start, _)| &line[start..]);
    starts.filter_map(|rest| rest.split(ends).next()).map(str::to_owned).collect()
}

/// Every number that an address sets, including defaults.
fn settings(text: &str) -> Vec<f64> {
    match address::parse(text).address.page {
        Page::Lab(state) => state.values().to_vec(),
        Page::Train(settings) => settings.values(),
        Page::Bench(state) => {
            let rule = match state.bin {
                BinarizeState::Threshold(level) => level,
                BinarizeState::Bernoulli(seed) => f64::from(seed),
            };
            let digit = match state.x {
                XSource::Digit(index) => Some(index as f64),
                XSource::Pixels(_) => None,
            };
            let numbers = [state.rho, state.k.get() as f64, f64::from(state.seed), rule];
            [state.mu, state.sigma].concat().into_iter().chain(numbers).chain(digit).collect()
        }
        Page::Course(_) => Vec::new(),
    }
}

impl ProseLine {
    /// The line without its claims, code, addresses, names of numbers, and names of papers.
    pub fn words(&self) -> Result<String, String> {
        let pieces = pieces_of(&self.text).map_err(|text| format!("{}: {text}", self.at))?;
        let plain: String = pieces
            .iter()
            .map(|piece| match piece {
                ClaimPiece::Words(words) => words,
                ClaimPiece::Claim(_) => "·",
            })
            .collect();
        let mut words = String::new();
        for (index, part) in plain.split('`').enumerate() {
            words.push_str(if index % 2 == 0 { part } else { "·" });
        }
        let words = without(&words, "[[", "]]");
        let words = without_metrics(&words);
        let words = without_papers(&words);
        let words = without(&words, "](", ")");
        // The first cell of a plan contains minutes.
        let cells = words.strip_prefix("| ").and_then(|row| row.split_once(" |"));
        let is_minutes =
            |cell: &str| cell.starts_with(|c: char| c.is_ascii_digit()) && cell.contains('–');
        Ok(match cells.filter(|(first, _)| is_minutes(first)) {
            Some((_, others)) => others.to_owned(),
            None => words,
        })
    }
}

/// The text without the role and the metric of `\live{ROLE}{METRIC}{…}`.
fn without_metrics(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("\\live{") {
        out.push_str(before);
        rest = after.splitn(3, '}').nth(2).unwrap_or_default();
    }
    out + rest
}

/// The text without the parts between two marks, and without the marks.
fn without(text: &str, open: &str, close: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(open) {
        out.push_str(before);
        out.push('·');
        rest = after.split_once(close).map_or("", |(_, after)| after);
    }
    out + rest
}

/// The text without the words of external links: years and numbers of papers.
fn without_papers(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(middle) = rest.find("](https") {
        let start = rest[..middle].rfind('[').unwrap_or(middle);
        out.push_str(&rest[..start]);
        rest = rest[middle..].split_once(')').map_or("", |(_, after)| after);
    }
    out + rest
}
