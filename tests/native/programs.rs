//! The program of each lab, run with PyTorch (`PYTHON` may name an interpreter that has it): it prints the numbers
//! that the lab shows.

use std::path::Path;
use std::process::Command;

use crate::common::python::python;
use elboscope::lab::{
    LABS, Lab, LabState, Metric, Parameter, ParameterKind, find, program_file, program_network,
    program_of, start_of,
};
use elboscope::model::{Vae, read_weights};
use elboscope::state::Language;
use proptest::prelude::*;

const MODEL: &[u8] = include_bytes!("../../public/models/strokes.safetensors");

/// Relative, for numbers that are exact on both sides; and absolute, for numbers that are zero up to rounding.
const TOLERANCE: [f64; 2] = [1e-6, 1e-8];
/// Two normal estimates of the same number differ by more with a probability of 6e-7, so that one of some hundred
/// comparisons does with 1e-4.
const DEVIATIONS: f64 = 5.0;
/// With a larger standard error the log of an estimate is far from normal and not compared.
const TRUSTED: f64 = 0.2;
/// Numbers that depend on the draws alone.
const OF_DRAWS: [&str; 2] = ["ess", "max-share"];
/// States beside the presets: the kinds of model, method and q that the presets lack.
const OTHERS: &[(&str, &[(&str, f64)])] = &[
    ("evidence", &[("model", 2.0), ("v", 0.9)]),
    ("evidence", &[("model", 3.0), ("v", 1.3)]),
    ("bias", &[("ratio", 0.45), ("alpha", 1.0)]),
    ("bias", &[("ratio", 4.5), ("shift", 0.5), ("alpha", 1.5), ("k", 64.0)]),
    ("gradients", &[("method", 1.0)]),
    ("gradients", &[("method", 2.0)]),
    ("gradients", &[("method", 3.0), ("k", 4.0)]),
    ("gradients", &[("method", 7.0), ("k", 16.0)]),
    ("sandwich", &[("model", 1.0), ("chains", 512.0), ("spacing", 1.0)]),
];

fn model() -> Vae {
    read_weights(MODEL).unwrap()
}

/// A lab in its default state and in each of its presets.
fn states(lab: &'static Lab) -> impl Iterator<Item = LabState> {
    let presets = lab.presets.iter().map(move |preset| LabState::preset(lab, preset));
    std::iter::once(LabState::new(lab)).chain(presets)
}

fn program(state: &LabState, model: &Vae, language: Language) -> String {
    program_of(state.lab.name, state.values(), Some(model), language)
        .unwrap_or_else(|| panic!("{}: no program", state.lab.name))
}

#[test]
fn every_state_has_a_program_with_numbers_that_python_reads() {
    let model = model();
    for lab in LABS {
        for state in states(lab) {
            let [en, pt] =
                [Language::En, Language::Pt].map(|language| program(&state, &model, language));
            assert!(en.starts_with("# ELBOscope, ") && en.contains("import torch"), "{en}");
            assert_eq!(en.lines().count(), pt.lines().count(), "{}", lab.name);
            assert!(
                en.contains(lab.title.english()) && pt.contains(lab.title.say(Language::Pt)),
                "{}",
                lab.name
            );
            for (en, pt) in en.lines().zip(pt.lines()) {
                let code = |line: &str| line.split("# ").next().map(str::to_owned);
                assert_eq!(code(en), code(pt), "{}", lab.name);
                assert!(!en.contains(" | ") && !pt.contains(" | "), "{en}");
                let words = || en.split(|c: char| !c.is_alphanumeric() && c != '.');
                assert!(words().all(|word| !["NaN", "nan", "inf"].contains(&word)), "{en}");
            }
        }
    }
}

#[test]
fn every_parameter_is_in_the_program() {
    let model = model();
    // Parameters of figures alone.
    let elsewhere = [("gradients", "versus"), ("gradients", "view"), ("gradients", "rate")];
    for lab in LABS {
        let opened = LabState::new(lab);
        let before = program(&opened, &model, Language::En);
        for (place, parameter) in lab.parameters.iter().enumerate() {
            if elsewhere.contains(&(lab.name, parameter.name)) {
                continue;
            }
            let [min, max] = parameter.bounds();
            let other = if opened.get(place) == min { max } else { min };
            let mut moved = opened.clone();
            moved.set(place, other);
            let after = program(&moved, &model, Language::En);
            // A Gaussian has no share of the prior.
            let is_idle = (lab.name, parameter.name) == ("modes", "alpha");
            assert_eq!(after == before, is_idle, "{}: {}", lab.name, parameter.name);
            assert!(
                !matches!(parameter.kind, ParameterKind::Seed) || after.contains("manual_seed(0)")
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn any_state_has_a_program_with_a_value_in_every_placeholder(
        shares in proptest::collection::vec(0.0..=1.0_f64, 10),
    ) {
        let model = model();
        for lab in LABS {
            let at = |(parameter, share): (&Parameter, &f64)| {
                let [_, min, max, step] = parameter.slider(parameter.default);
                parameter.value_at(min + ((share * (max - min)) / step).round() * step)
            };
            let values: Vec<f64> = lab.parameters.iter().zip(&shares).map(at).collect();
            // A missing placeholder panics where the program is written.
            let program = program_of(lab.name, &values, Some(&model), Language::En);
            prop_assert!(program.is_some(), "{} {:?}", lab.name, values);
        }
    }
}

#[test]
fn values_that_are_none_are_clamped_and_what_is_missing_is_none() {
    let model = model();
    for lab in LABS {
        let values = vec![f64::NAN; lab.parameters.len()];
        let found = program_of(lab.name, &values, Some(&model), Language::En);
        assert_eq!(found, Some(program(&LabState::new(lab), &model, Language::En)), "{}", lab.name);
    }
    assert_eq!(program_of("sandwich", &[], None, Language::En), None);
    assert_eq!(program_of("train", &[], Some(&model), Language::En), None);
    assert_eq!(program_file("evidence", &[]), None);
    assert_eq!(program_network("evidence", &[], Some(&model)), None);
}

#[test]
fn the_file_that_a_program_loads_is_its_network() {
    let model = model();
    let lab = find("sandwich").unwrap();
    for state in states(lab) {
        let program = program(&state, &model, Language::En);
        let network = program_network(lab.name, state.values(), Some(&model));
        match program_file(lab.name, state.values()).zip(network) {
            Some((name, bytes)) => {
                assert!(program.contains(&format!("load_file(\"{name}\")")), "{name}");
                let network = read_weights(&bytes).unwrap();
                let latent = format!("latent = {}\n", network.latent());
                assert!(program.contains(&latent), "{latent}");
            }
            None => assert!(!program.contains("load_file"), "{program}"),
        }
    }
}

/// A number that a program printed.
#[derive(Debug)]
struct Line {
    name: String,
    k: Option<usize>,
    value: f64,
    stderr: Option<f64>,
}

impl Line {
    fn read(line: &str) -> Self {
        let mut words = line.split_whitespace();
        let name = words.next().expect("a name");
        let (name, k) = match name.trim_end_matches(']').split_once('[') {
            Some((name, k)) => (name, Some(k.parse().expect("K or T"))),
            None => (name, None),
        };
        let mut number = || words.next().map(|word| word.parse::<f64>().expect("a number"));
        let value = number().expect("a value");
        Self { name: name.to_owned(), k, value, stderr: number() }
    }
}

/// Runs a program in a folder; returns what it prints.
fn run(python: &str, program: &str, folder: &Path) -> Vec<Line> {
    // The tensors are small: more threads would only wait for each other.
    let output = Command::new(python)
        .args(["-c", program])
        .env("OMP_NUM_THREADS", "1")
        .current_dir(folder)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}\n{program}");
    String::from_utf8(output.stdout).unwrap().lines().map(Line::read).collect()
}

/// The numbers of the lab's final sheet.
fn metrics(state: &LabState, model: &Vae) -> Vec<Metric> {
    let mut run = start_of(state.lab.name).unwrap()(state.values(), Some(model)).unwrap();
    while run.advance() {}
    run.sheet(run.steps(), Language::En).metrics
}

/// The result of comparing two numbers of the same name.
enum Verdict {
    Exact,
    Estimate,
    /// One of them has no reliable standard error.
    Unknown,
}

/// Compares a printed number with the one of the lab.
fn compare(printed: &Line, shown: &Metric, has_variance: bool) -> Result<Verdict, String> {
    let Some(value) = shown.value else { return Ok(Verdict::Unknown) };
    let difference = (printed.value - value).abs();
    let complaint = || format!("{printed:?}, in the lab {value} ± {:?}", shown.stderr);
    let Some(stderr) = printed.stderr else {
        let [relative, absolute] = TOLERANCE;
        let is_same = printed.value == value || difference <= relative * value.abs() + absolute;
        return if is_same { Ok(Verdict::Exact) } else { Err(complaint()) };
    };
    // Where the lab has none, all its chains started from one z, as the program's did.
    let both = stderr.hypot(shown.stderr.unwrap_or(stderr));
    // Without a variance the standard error of a mean weight is meaningless; that of a mean of logs is not.
    if both.is_nan() || (printed.name == "importance" && !has_variance) {
        return Ok(Verdict::Unknown);
    }
    let is_log_of_mean = ["importance", "prior-mc", "uniform-mc", "ais"].contains(&&*printed.name);
    if is_log_of_mean && both > TRUSTED {
        return Ok(Verdict::Unknown);
    }
    if difference <= DEVIATIONS * both + TOLERANCE[1] * value.abs().max(1.0) {
        Ok(Verdict::Estimate)
    } else {
        Err(complaint())
    }
}

/// Runs the programs of a lab, in its default state, in the presets at these indices and in [`OTHERS`], and compares
/// every number with the one that the lab shows.
fn assert_prints_the_numbers_of(lab: &str, presets: &[usize]) {
    let lab = find(lab).unwrap();
    let modules = if lab.needs_model { "torch, safetensors.torch" } else { "torch" };
    let python = python(modules);
    let folder = format!("elboscope-program-{}-{}", lab.name, std::process::id());
    let folder = std::env::temp_dir().join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let model = model();
    let presets = presets.iter().map(|index| LabState::preset(lab, &lab.presets[*index]));
    let others = OTHERS.iter().filter(|(name, _)| *name == lab.name);
    let others = others.map(|(_, values)| {
        let mut state = LabState::new(lab);
        for (name, value) in *values {
            let place = lab.parameters.iter().position(|parameter| parameter.name == *name);
            state.set(place.unwrap(), *value);
        }
        state
    });
    let (mut exact, mut estimates, mut complaints) = (0, 0, Vec::new());
    for state in std::iter::once(LabState::new(lab)).chain(presets).chain(others) {
        if let Some(name) = program_file(lab.name, state.values()) {
            let bytes = program_network(lab.name, state.values(), Some(&model)).unwrap();
            std::fs::write(folder.join(name), bytes).unwrap();
        }
        let printed = run(&python, &program(&state, &model, Language::En), &folder);
        let shown = metrics(&state, &model);
        let chi_square = shown.iter().find(|metric| metric.quantity.name() == "chi-square");
        let has_variance = chi_square.and_then(|m| m.value) != Some(f64::INFINITY);
        let place = || format!("{} {:?}", lab.name, state.values());
        for line in printed.iter().filter(|line| !OF_DRAWS.contains(&&*line.name)) {
            let named = |metric: &&Metric| {
                metric.quantity.name() == line.name && (line.k.is_none() || metric.k == line.k)
            };
            let Some(metric) = shown.iter().find(named) else {
                complaints.push(format!("{}: {line:?} is not shown", place()));
                continue;
            };
            match compare(line, metric, has_variance) {
                Ok(Verdict::Exact) => exact += 1,
                Ok(Verdict::Estimate) => estimates += 1,
                Ok(Verdict::Unknown) => println!("{}: not compared: {line:?}", place()),
                Err(complaint) => complaints.push(format!("{}: {complaint}", place())),
            }
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
    println!("{}: {exact} exact numbers and {estimates} estimates agree", lab.name);
    assert!(complaints.is_empty(), "{complaints:#?}");
    assert!(exact >= 16 && estimates >= 6, "{}: {exact}, {estimates}", lab.name);
}

#[test]
#[ignore = "needs Python with torch and safetensors"]
fn evidence() {
    assert_prints_the_numbers_of("evidence", &[2, 3, 5]);
}

#[test]
#[ignore = "needs Python with torch and safetensors"]
fn discrete() {
    assert_prints_the_numbers_of("discrete", &[1, 2, 4]);
}

#[test]
#[ignore = "needs Python with torch and safetensors"]
fn bias() {
    assert_prints_the_numbers_of("bias", &[1, 3, 5]);
}

#[test]
#[ignore = "needs Python with torch and safetensors"]
fn dimension() {
    assert_prints_the_numbers_of("dimension", &[0, 1, 4]);
}

#[test]
#[ignore = "needs Python with torch and safetensors"]
fn gradients() {
    assert_prints_the_numbers_of("gradients", &[1, 2, 3, 5]);
}

#[test]
#[ignore = "needs Python with torch and safetensors"]
fn modes() {
    assert_prints_the_numbers_of("modes", &[1, 2, 3, 4]);
}

#[test]
#[ignore = "needs Python with torch and safetensors"]
fn sandwich() {
    assert_prints_the_numbers_of("sandwich", &[0, 3, 4, 5]);
}
