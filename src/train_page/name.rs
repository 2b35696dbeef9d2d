//! The settings of a run as a line of text, by which a kept run is identified.

use super::setting::{PARAMETERS, RunSettings};
use crate::parameters::Parameter;

impl RunSettings {
    /// Every setting that decides the run: `data=strokes&n=8192&…`.
    pub fn name(self) -> String {
        let values = self.canonical().values();
        let parts: Vec<String> = PARAMETERS
            .iter()
            .zip(&values)
            .map(|(parameter, &value)| format!("{}={}", parameter.name, parameter.text(value)))
            .collect();
        parts.join("&")
    }

    /// The settings in a line. A setting that it lacks, because the line is older than the setting, has its default;
    /// `None` if it contains an unknown word.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut settings = Self::default();
        for part in name.split('&') {
            let (name, text) = part.split_once('=')?;
            let is_it = |parameter: &Parameter| parameter.name == name;
            let place = PARAMETERS.iter().position(is_it)?;
            settings.set(place, PARAMETERS[place].read(text)?);
        }
        Some(settings.canonical())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train_page::PRESETS;

    #[test]
    fn a_name_is_read_back() {
        for preset in PRESETS {
            let settings = RunSettings::preset(preset).canonical();
            assert_eq!(
                RunSettings::from_name(&settings.name()),
                Some(settings),
                "{}",
                preset.label.english()
            );
        }
    }

    /// The name of the default run in the first version of this page.
    #[test]
    fn a_name_from_before_a_setting_existed_has_its_default() {
        let old = "data=strokes&n=8192&h=64&act=tanh&l=2&objective=elbo&beta=4&k=8&batch=128\
                   &rate=0.003&warm=0&seed=1";
        assert_eq!(RunSettings::from_name(old), Some(RunSettings::default()));
        let other = old.replace("seed=1", "seed=2");
        assert_ne!(RunSettings::from_name(&other), Some(RunSettings::default()));
        for bad in ["", "data", "data=mars", "colour=red"] {
            assert_eq!(RunSettings::from_name(bad), None, "{bad}");
        }
    }
}
