//! What holds for every setting of a run.

use super::*;

#[test]
fn defaults_and_presets_are_inside_their_bounds() {
    for (place, parameter) in PARAMETERS.iter().enumerate() {
        let others = &PARAMETERS[..place];
        assert!(others.iter().all(|other| other.name != parameter.name), "{}", parameter.name);
        assert_eq!(parameter.clamp(parameter.default), parameter.default, "{}", parameter.name);
        assert_eq!(RunSettings::default().get(place), parameter.default, "{}", parameter.name);
    }
    for preset in PRESETS {
        let settings = RunSettings::preset(preset);
        for &(place, value) in preset.values {
            assert_eq!(settings.get(place), value, "{}", preset.label.en);
        }
    }
}

#[test]
fn a_value_is_set_inside_its_bounds_and_the_others_stay() {
    for (place, parameter) in PARAMETERS.iter().enumerate() {
        let [min, max] = parameter.bounds();
        for (value, expected) in [(-1e9, min), (1e9, max), (f64::NAN, parameter.default)] {
            let mut settings = RunSettings::default();
            settings.set(place, value);
            let mut values = RunSettings::default().values();
            values[place] = expected;
            assert_eq!(settings.values(), values, "{}", parameter.name);
        }
    }
    let mut settings = RunSettings::default();
    settings.set(PARAMETERS.len(), 3.0);
    assert_eq!(settings, RunSettings::default());
    assert_eq!(settings.get(PARAMETERS.len()), 0.0);
}

#[test]
fn what_travels_to_the_worker_arrives_to_the_last_bit() {
    for preset in PRESETS {
        let mut settings = RunSettings::preset(preset);
        let rate = PARAMETERS.iter().position(|parameter| parameter.name == "rate").unwrap();
        settings.set(rate, 0.001_234_567_890_123_4);
        let bytes = postcard::to_allocvec(&settings).unwrap();
        assert_eq!(postcard::from_bytes::<RunSettings>(&bytes).unwrap(), settings);
    }
}
