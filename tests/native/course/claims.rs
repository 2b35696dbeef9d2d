//! The numbers in the prose: each is compared with the app's computation, set by the page beside it, or cited.

mod arithmetic;
mod beyond;
mod figures;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use elboscope::address::Page;
use elboscope::course::{Check, Claim, ClaimPiece, pieces_of};
use elboscope::quantity::Measure;
use elboscope::state::Language;
use elboscope::train_page;

use self::figures::{Figure, figures_in, read};
use self::source::{ProseLine, lines, lines_of};
use crate::course::numbers::{is_computed, value_on};
use crate::course::page;

/// Figures that are cited or defined, with the places where they may occur.
const FIGURES: &str = include_str!("../../../lessons/figures.md");

/// The claims of a line; a malformed one is already an error of the lesson compiler.
fn claims_of(line: &ProseLine) -> Vec<Claim<'_>> {
    let pieces = pieces_of(&line.text).unwrap_or_else(|text| panic!("{}: {text}", line.at));
    let claims = pieces.into_iter().filter_map(|piece| match piece {
        ClaimPiece::Claim(claim) => Some(claim),
        ClaimPiece::Words(_) => None,
    });
    claims.collect()
}

/// A number of a page: one that is shown, one of its sliders, or one of `beyond`.
fn number_on(page: &Page, name: &str) -> Option<f64> {
    let set = || match page {
        Page::Lab(state) => {
            state.lab.parameters.iter().any(|p| p.name == name).then(|| state.named(name))
        }
        Page::Train(settings) => {
            let place = train_page::PARAMETERS.iter().position(|p| p.name == name);
            place.map(|place| settings.get(place))
        }
        _ => None,
    };
    let shown = || value_on(page)(&Measure::read(name)?);
    set().or_else(|| beyond::number(page, name)).or_else(|| is_computed(page).then(shown)?)
}

/// The fault of a claim, if there is one.
fn fault(line: &ProseLine, claim: &Claim, language: Language) -> Option<String> {
    let address = claim.page.or(line.page.as_deref());
    let [there, before] = [address, line.beside.as_deref()].map(|text| text.map(page));
    let number_of = |name: &str| match name.strip_prefix("before-") {
        Some(name) => number_on(before.as_ref()?, name),
        None => there.as_ref().and_then(|page| number_on(page, name)),
    };
    let number_of = |name: &str| number_of(name).or_else(|| beyond::everywhere(name));
    let found = match claim.check {
        Check::Holds(condition) => holds(claim, condition, language, &number_of),
        Check::Equals { expression, within } => {
            equals(claim, expression, within, language, &number_of)
        }
    };
    let at = address.unwrap_or("no page");
    found.err().map(|fault| format!("{}: {:?} on {at}: {fault}", line.at, claim.shown))
}

fn equals(
    claim: &Claim,
    expression: &str,
    within: Option<&str>,
    language: Language,
    number_of: &dyn Fn(&str) -> Option<f64>,
) -> Result<(), String> {
    let written = claim.shown.replace("{,}", ",");
    let digits = written.trim_start_matches(['−', '-']);
    let figure = read(digits, language)?;
    let shown = if digits == written { figure.value } else { -figure.value };
    let rounding = 0.5 * 0.1_f64.powi(figure.decimals as i32) * (1.0 + 1e-9);
    let within = match within {
        Some(text) => text.parse().map_err(|_| format!("within {text}"))?,
        None => rounding,
    };
    let value = arithmetic::value(expression, number_of)?;
    let is_near = (shown - value).abs() <= within;
    if is_near { Ok(()) } else { Err(format!("{expression} is {value}")) }
}

fn holds(
    claim: &Claim,
    condition: &str,
    language: Language,
    number_of: &dyn Fn(&str) -> Option<f64>,
) -> Result<(), String> {
    let compared = figures_in(condition, Language::En)?;
    for figure in figures_in(claim.shown, language)? {
        if !compared.iter().any(|other| other.value == figure.value) {
            return Err(format!("{} is not in {condition}", figure.text));
        }
    }
    let (holds, words) = arithmetic::holds(condition, number_of)?;
    if holds { Ok(()) } else { Err(format!("not so: {words}")) }
}

/// A row of the table: a figure, its places, and how often it was used.
struct Row {
    value: f64,
    places: Vec<String>,
    text: &'static str,
}

fn rows() -> Vec<Row> {
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| figure ");
    let rows = FIGURES.lines().filter(is_row);
    let rows = rows.map(|text| {
        let cells: Vec<&str> = text.trim_matches('|').split('|').map(str::trim).collect();
        let [figure, places, why] = cells[..] else { panic!("three cells: {text}") };
        assert!(!why.is_empty(), "{text}");
        let value = read(figure, Language::En).unwrap_or_else(|e| panic!("{text}: {e}")).value;
        let places = places.split(", ").map(str::to_owned).collect();
        Row { value, places, text }
    });
    rows.collect()
}

/// Every figure of a line without an explanation; rows that explain one are marked as used at this place.
fn unaccounted(
    line: &ProseLine,
    language: Language,
    rows: &[Row],
    used: &mut BTreeSet<(usize, String)>,
) -> Vec<String> {
    let figures = line.words().and_then(|words| figures_in(&words, language));
    let figures = match figures {
        Ok(figures) => figures,
        Err(fault) => return vec![format!("{}: {fault}", line.at)],
    };
    let mut unknown = Vec::new();
    for Figure { text, value, .. } in figures {
        let is_set = line.stated.iter().any(|stated| (stated - value).abs() < 1e-9 * value);
        let row = rows.iter().enumerate().find_map(|(index, row)| {
            let here = |place: &&String| *place == "everywhere" || **place == line.place;
            let place = row.places.iter().find(here)?;
            (row.value == value).then(|| (index, place.clone()))
        });
        match row {
            Some(found) => drop(used.insert(found)),
            None if is_set => {}
            None => unknown.push(format!(
                "{}: {text} has no check ({{{{{text} = …}}}}), is set by no address, and is not in \
                 lessons/figures.md",
                line.at
            )),
        }
    }
    unknown
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_claim_is_true() {
    let mut faults = Vec::new();
    let mut count = 0;
    for language in Language::ALL {
        for line in lines(language) {
            for claim in claims_of(&line) {
                count += 1;
                faults.extend(fault(&line, &claim, language));
            }
        }
    }
    assert_none(&faults);
    assert!(count > 200, "{count}");
}

#[test]
fn every_number_is_checked_or_set_or_cited() {
    let rows = rows();
    let mut faults = Vec::new();
    for language in Language::ALL {
        let mut used = BTreeSet::new();
        for line in lines(language) {
            faults.extend(unaccounted(&line, language, &rows, &mut used));
        }
        for (index, row) in rows.iter().enumerate() {
            let unused =
                row.places.iter().filter(|place| !used.contains(&(index, (*place).clone())));
            faults.extend(unused.map(|place| {
                format!("lessons/figures.md: not in {place}, {language:?}: {}", row.text)
            }));
        }
    }
    assert_none(&faults);
}

/// The numbers of each place, including those of claims, and every check with its page.
fn said(language: Language) -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    let mut said: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for line in lines(language) {
        let (numbers, checks) = said.entry(line.place.clone()).or_default();
        let claims = claims_of(&line);
        let shown = claims.iter().map(|claim| claim.shown.to_owned());
        let words = line.words().unwrap_or_else(|fault| panic!("{fault}"));
        for text in shown.chain([words]) {
            let figures = figures_in(&text, language).unwrap_or_default();
            numbers.extend(figures.into_iter().map(|figure| figure.value.to_string()));
        }
        checks.extend(claims.iter().map(|claim| format!("{:?} {:?}", claim.check, claim.page)));
    }
    for (numbers, checks) in said.values_mut() {
        numbers.sort_unstable();
        checks.sort_unstable();
    }
    said
}

#[test]
fn both_languages_give_the_same_numbers() {
    let (english, portuguese) = (said(Language::En), said(Language::Pt));
    let mut faults = Vec::new();
    for (place, en) in &english {
        let pt = &portuguese[place];
        for (en, pt) in [(&en.0, &pt.0), (&en.1, &pt.1)] {
            if en != pt {
                let only = |a: &[String], b: &[String]| {
                    a.iter().filter(|text| !b.contains(text)).cloned().collect::<Vec<_>>()
                };
                faults.push(format!("{place}: en {:?}, pt {:?}", only(en, pt), only(pt, en)));
            }
        }
    }
    assert_none(&faults);
    assert_eq!(english.len(), portuguese.len());
    assert!(english.len() > 90, "{}", english.len());
}

#[test]
fn what_is_wrong_in_a_text_is_found_with_its_line() {
    let text = "\
## The area
state: #/labs/evidence?x=1.75

It was {{−1.839 = log-evidence}} at $x = 1.75$ nats and 12 bits.

::: goal log-evidence > -1.25
Above −1.25.
::: solution w=0.5
:::

Now {{half a nat more: log-evidence - elbo > 0.25}}, as in CS236.
";
    let found = |text: &str| -> Vec<String> {
        let lines = lines_of("area.md", "area", text, true);
        let claims = lines.iter().flat_map(|line| {
            let claims = claims_of(line).into_iter();
            claims.filter_map(|claim| fault(line, &claim, Language::En)).collect::<Vec<_>>()
        });
        let mut faults: Vec<String> = claims.collect();
        let rows = [Row { value: 12.0, places: vec!["area/1".into()], text: "" }];
        for line in &lines {
            faults.extend(unaccounted(line, Language::En, &rows, &mut BTreeSet::new()));
        }
        faults
    };
    assert_eq!(found(text), [""; 0]);
    for (from, to, part) in [
        (
            "−1.839",
            "−1.838",
            "area.md:4: \"−1.838\" on #/labs/evidence?x=1.75: log-evidence is -1.83",
        ),
        ("−1.839", "1.839", "area.md:4"),
        ("{{−1.839 = log-evidence}}", "−1.839", "area.md:4: 1.839 has no check"),
        ("= log-evidence", "= log-evidenec", "there is no log-evidenec"),
        ("half a nat", "0.7 nats", "0.7 is not in"),
        ("elbo > 0.25", "elbo > 0.35", "area.md:11: \"half a nat more\""),
        ("12 bits", "13 bits", "area.md:4: 13 has no check"),
        ("x = 1.75", "x = 1,75", "1,75 is not how"),
        ("Above −1.25", "Above −1.7", "area.md:7: 1.7 has no check"),
        ("CS236", "236", "area.md:11: 236"),
    ] {
        assert!(text.contains(from), "{from}");
        let faults = found(&text.replacen(from, to, if from == "x = 1.75" { 2 } else { 1 }));
        assert!(faults.len() == 1 && faults[0].contains(part), "{to}: {faults:?}");
    }
}
