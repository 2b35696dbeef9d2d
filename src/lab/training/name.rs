//! The settings of a run as a line of text, by which a kept run is identified.

use super::description::{LAB, canonical};
use crate::lab::{LabState, Parameter};

/// Every setting that determines a run: `data=strokes&n=8192&…`.
pub fn name_of(values: &[f64]) -> String {
    let values = canonical(values);
    let parts: Vec<String> = LAB
        .parameters
        .iter()
        .zip(&values)
        .map(|(parameter, &value)| format!("{}={}", parameter.name, parameter.text(value)))
        .collect();
    parts.join("&")
}

/// The settings in a line. A setting that it lacks, because the line is older than the setting, has its default;
/// `None` if it contains an unknown word.
pub fn values_of_name(name: &str) -> Option<Vec<f64>> {
    let mut state = LabState::new(&LAB);
    for part in name.split('&') {
        let (name, text) = part.split_once('=')?;
        let is_it = |parameter: &Parameter| parameter.name == name;
        let place = LAB.parameters.iter().position(is_it)?;
        state.set(place, LAB.parameters[place].read(text)?);
    }
    Some(canonical(state.values()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back() {
        for preset in LAB.presets {
            let values = canonical(LabState::preset(&LAB, preset).values());
            assert_eq!(values_of_name(&name_of(&values)), Some(values), "{}", preset.label.en);
        }
    }

    /// The name of the default run in the first version of this page.
    #[test]
    fn a_name_from_before_a_setting_existed_has_its_default() {
        let old = "data=strokes&n=8192&h=64&act=tanh&l=2&objective=elbo&beta=4&k=8&batch=128\
                   &rate=0.003&warm=0&seed=1";
        assert_eq!(values_of_name(old).as_deref(), Some(LabState::new(&LAB).values()));
        let other = old.replace("seed=1", "seed=2");
        assert_ne!(values_of_name(&other).as_deref(), Some(LabState::new(&LAB).values()));
        for bad in ["", "data", "data=mars", "colour=red"] {
            assert_eq!(values_of_name(bad), None, "{bad}");
        }
    }
}
