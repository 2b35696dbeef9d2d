//! Goals: open at first, met by their solution.

use elboscope::address::Page;
use elboscope::course::{Block, Condition};
use elboscope::lab::LabState;
use elboscope::parameters::Parameter;
use elboscope::state::{BenchState, Language};
use elboscope::train_page;

use crate::course::numbers::{is_computed, value_on};
use crate::course::{course, page, steps};

/// A state with the solution's values.
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
                let (index, value) = solved_setting(state.lab.parameters, name, text, place);
                state.set(index, value);
            }
            Page::Lab(state)
        }
        Page::Train(settings) => {
            let mut settings = *settings;
            for (name, text) in solution {
                let (index, value) = solved_setting(train_page::PARAMETERS, name, text, place);
                settings.set(index, value);
            }
            Page::Train(settings)
        }
        Page::Course(_) => panic!("{place}: a step beside a step"),
    }
}

/// The place of a parameter in its table, and a value that it can take.
fn solved_setting(table: &[Parameter], name: &str, text: &str, place: &str) -> (usize, f64) {
    let found = table.iter().position(|parameter| parameter.name == name);
    let index = found.unwrap_or_else(|| panic!("{place}: no parameter {name}"));
    let value = table[index].read(text).unwrap_or_else(|| panic!("{place}: {name}={text}"));
    assert_eq!(table[index].clamp(value), value, "{place}: {name}={text}");
    (index, value)
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
