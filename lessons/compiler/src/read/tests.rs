//! A whole small lesson, and the errors for faulty ones.

use super::*;
use crate::course::{Block, Guess};
use crate::quantity::{Measure, Quantity};
use crate::state::Language;

const LESSON: &str = "\
---
title: A lesson
minutes: 8
outcome: say it
---

## First
state: #/bench?k=64
veil: numbers, figure-2
light: gap

Some *text*.

::: predict number log-evidence within 0.3
How large?
::: reveal #/bench?k=1
It is [[log-evidence]].
:::

::: predict choice
Which?
- `elbo < -100` low
- `elbo >= -100` high
::: reveal
So.
:::

More text.

## Second
state: #/labs/modes

::: predict place elbo within 0.05 of best-q-elbo - 0.01
Put it.
::: reveal
There.
:::

::: goal kl-posterior < 0.05 and khat < 0.7
Close it.
::: hint
Move.
::: solution mu1=0.9 rho=-0.5
:::

::: question technical-1
## Why?
::: answer
Because.
:::

::: correction
Not quite.
:::

::: listing
h = self.encoder(x) #| light=image shape=[1, 400] value=elbo
    return h
:::
";

fn read(text: &str) -> Result<Lesson, ReadError> {
    lesson_of(text, &Formulas::new(Language::En))
}

#[test]
fn every_kind_of_block_is_read() {
    let lesson = read(LESSON).unwrap();
    assert_eq!((lesson.title.as_str(), lesson.minutes), ("A lesson", 8));
    assert_eq!(lesson.outcome, "say it");
    let [first, second] = &lesson.steps[..] else { panic!("two steps") };
    assert_eq!((first.title.as_str(), first.state.as_str()), ("First", "#/bench?k=64"));
    assert_eq!(first.veil, [Part::Numbers, Part::Figure(2)]);
    assert_eq!(first.light, Some(Term::Gap));
    let [
        Block::Prose(prose),
        Block::Prediction(number),
        Block::Prediction(choice),
        Block::Prose(_),
    ] = &first.blocks[..]
    else {
        panic!("{:?}", first.blocks)
    };
    assert_eq!(prose, "<p>Some <em>text</em>.</p>\n");
    assert_eq!(number.state.as_deref(), Some("#/bench?k=1"));
    let evidence = Measure { quantity: Quantity::LogEvidence, k: None };
    assert_eq!(number.guess, Guess::Number { measure: evidence, within: 0.3 });
    let Guess::Choice(options) = &choice.guess else { panic!("{:?}", choice.guess) };
    let texts: Vec<&str> = options.iter().map(|option| option.text.as_str()).collect();
    assert_eq!(texts, ["<p>low</p>\n", "<p>high</p>\n"]);
    assert_eq!((choice.text.as_str(), choice.state.as_ref()), ("<p>Which?</p>\n", None));

    let [
        Block::Prediction(place),
        Block::Goal(goal),
        Block::Question(question),
        Block::Correction(_),
        Block::Listing(lines),
    ] = &second.blocks[..]
    else {
        panic!("{:?}", second.blocks)
    };
    assert!(matches!(place.guess, Guess::Place { within: 0.05, .. }));
    assert_eq!(goal.solution, [("mu1".into(), "0.9".into()), ("rho".into(), "-0.5".into())]);
    assert!(goal.hint.is_some());
    assert_eq!(question.name.as_deref(), Some("technical-1"));
    assert_eq!(lines[0].code, "h = self.encoder(x)");
    assert_eq!(lines[0].light, Some(Term::Image));
    assert_eq!(lines[0].shape.as_deref(), Some("[1, 400]"));
    assert_eq!(lines[0].value.unwrap().quantity, Quantity::Elbo);
    assert_eq!(lines[1].code, "    return h");
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (from, to, line, part) in [
        ("minutes: 8", "minutes: many", 5, "not a number"),
        ("outcome: say it\n", "", 4, "outcome"),
        ("light: gap", "shine: gap", 10, "shine"),
        ("light: gap", "light: gab", 7, "gab"),
        ("figure-2", "figure-99", 7, "figure-99"),
        ("state: #/labs/modes\n", "", 30, "state"),
        ("within 0.3", "near 0.3", 14, "predict number"),
        ("within 0.3", "within some", 14, "some"),
        ("within 0.05", "within 0", 33, "\"0\" is no distance"),
        ("mu1=0.9", "mu1:0.9", 39, "mu1:0.9"),
        ("light=image", "light=imagine", 57, "imagine"),
        ("shape=[1, 400]", "size=[1, 400]", 57, "size"),
        ("[1, 400] value", "[1, 400 value", 57, "NAME=VALUE"),
        ("value=elbo", "value=ELBO", 57, "ELBO"),
        ("value=elbo", "elbo", 57, "NAME=VALUE"),
        ("`elbo < -100` low", "low", 22, "option"),
        ("::: reveal\nThere.", "There.", 33, "reveal"),
        ("::: correction", "::: mistake", 52, "mistake"),
        ("khat < 0.7", "khat 0.7", 39, "needs one of"),
        ("Some *text*.", "Some $\\nonsense x$.", 12, "nonsense"),
        ("::: listing", "::: listing\n:::\n::: listing", 0, ""),
    ] {
        assert!(LESSON.contains(from), "{from}");
        match read(&LESSON.replacen(from, to, 1)) {
            Ok(_) => assert_eq!(part, "", "{to}"),
            Err(error) => {
                assert!(error.to_string().contains(part) && !part.is_empty(), "{to}: {error}");
                assert_eq!(error.line, line, "{to}: {error}");
            }
        }
    }
    let error = read(LESSON.strip_prefix("---\n").unwrap()).unwrap_err();
    assert_eq!(error.fault, Fault::FrontMatter);
    let error = read(LESSON.trim_end().strip_suffix(":::").unwrap()).unwrap_err();
    assert_eq!(error.fault, Fault::OpenBlock);
}
