//! Whether the range of every axis is fixed by what the axis says.

use std::collections::BTreeMap;

use crate::figure::{Axis, ScalePolicy};
use crate::lab::Sheet;

/// The ranges that an axis had in one state, each once, with its policy.
type Seen = Vec<([f64; 2], ScalePolicy)>;

/// Every axis that was seen: by lab, figure and direction, and there by state.
#[derive(Default)]
pub(super) struct Ranges(BTreeMap<String, BTreeMap<String, Seen>>);

impl Ranges {
    /// Notes the axes of a sheet.
    pub(super) fn take(&mut self, lab: &str, state: &str, sheet: &Sheet) {
        for figure in &sheet.figures {
            for (direction, axis) in [("x", &figure.x), ("y", &figure.y)] {
                self.note(&format!("{lab}, {}, {direction}", figure.name), state, axis);
            }
        }
    }

    fn note(&mut self, name: &str, state: &str, axis: &Axis) {
        let states = self.0.entry(name.to_owned()).or_default();
        let seen = states.entry(state.to_owned()).or_default();
        let entry = (axis.range, axis.policy);
        if !seen.contains(&entry) {
            seen.push(entry);
        }
    }

    /// A fixed axis never moves and one that is fixed by the setting not within a state; one that is said to follow
    /// its values does so somewhere.
    pub(super) fn check(&self) {
        let mut wrong = Vec::new();
        for (name, states) in &self.0 {
            let entries: Vec<_> = states.values().flatten().collect();
            let (range, policy) = *entries[0];
            let is_constant = entries.iter().all(|entry| entry.0 == range);
            let holds_in_every_state = states.values().all(|seen| seen.len() == 1);
            let is_so = entries.iter().all(|entry| entry.1 == policy)
                && match policy {
                    ScalePolicy::Fixed => is_constant,
                    ScalePolicy::OfSetting => holds_in_every_state,
                    ScalePolicy::OfValues => !holds_in_every_state,
                    // A run knows of no scene.
                    ScalePolicy::OfView | ScalePolicy::OfScene => false,
                };
            if !is_so {
                wrong.push(format!("{name}: {entries:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
