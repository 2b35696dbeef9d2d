use proptest::prelude::*;

use super::*;
use crate::gradient::{Optimiser, Outcome};

fn k(draws: usize) -> NonZeroUsize {
    NonZeroUsize::new(draws).unwrap()
}

fn reading(readings: &Readings, kind: MethodKind) -> &MethodReading {
    readings.methods.iter().find(|reading| reading.method.kind == kind).unwrap()
}

#[test]
fn every_method_is_read_and_agrees_with_theory() {
    // 8 methods, mean and variance in m and ln σ within 5 standard errors: 32 comparisons of 6e-7.
    let parameters = Parameters { draws: k(4), replicates: 20_000, ..Parameters::default() };
    let readings = Gradients::new(parameters).unwrap().readings().unwrap();
    assert_eq!(readings.methods.len(), METHODS.len());
    assert!((readings.elbo + 2.121_518_472_827_541).abs() < 1e-13);
    assert!((readings.posterior.log_evidence() + 1.838_840_140_668_227).abs() < 1e-14);
    for reading in &readings.methods {
        let (measured, theory) = (reading.measured.as_ref().unwrap(), reading.theory.unwrap());
        assert_eq!(measured.cloud.len(), 20_000);
        let moments = measured.moments;
        for (found, theory) in [(moments.mean, theory.mean), (moments.log_sd, theory.log_sd)] {
            assert!((found.mean - theory.mean).abs() < 5.0 * found.mean_stderr);
            assert!((found.variance - theory.variance).abs() < 5.0 * found.variance_stderr);
        }
    }
}

#[test]
fn a_constant_explodes_the_score_only() {
    // 27.03 → 7.5e4 against 8.16 → 8.16 at "wide"; 5 standard errors measured: 6e-7 each.
    for (log_constant, score) in [(0.0, 27.031_401_630_9), (-170.0, 74_770.0)] {
        let parameters = Parameters { log_constant, replicates: 20_000, ..Parameters::default() };
        let readings = Gradients::new(parameters).unwrap().readings().unwrap();
        for (kind, expected) in
            [(MethodKind::Score, score), (MethodKind::Reparameterised, 8.156_347_656_25)]
        {
            let reading = reading(&readings, kind);
            let found = reading.measured.as_ref().unwrap().moments.mean;
            let theory = reading.theory.unwrap().mean.variance;
            assert!((theory / expected - 1.0).abs() < 2e-4, "{kind:?} {theory}");
            assert!((found.variance - theory).abs() < 5.0 * found.variance_stderr);
        }
    }
}

#[test]
fn at_the_posterior_landing_estimates_have_no_noise_and_no_ratio() {
    let posterior = Gradients::new(Parameters::default()).unwrap().readings().unwrap().posterior;
    for draws in [k(1), k(16)] {
        let parameters = Parameters {
            proposal_mean: posterior.mean(),
            proposal_variance: posterior.variance(),
            draws,
            ..Parameters::default()
        };
        let readings = Gradients::new(parameters).unwrap().readings().unwrap();
        for kind in [MethodKind::StickingTheLanding, MethodKind::DReG] {
            let moments = reading(&readings, kind).measured.as_ref().unwrap().moments;
            for found in [moments.mean, moments.log_sd] {
                assert!(found.variance < 1e-24 && found.mean.abs() < 1e-12, "{found:?}");
                assert_eq!(found.snr, None);
            }
        }
        let pathwise = reading(&readings, MethodKind::Reparameterised).measured.as_ref().unwrap();
        assert!(pathwise.moments.mean.snr.is_some());
    }
}

#[test]
fn leaving_one_out_needs_two() {
    let readings = Gradients::new(Parameters::default()).unwrap().readings().unwrap();
    let rloo = reading(&readings, MethodKind::Rloo);
    let expected = EstimateError::TooFewDraws { needed: 2, given: 1 };
    assert_eq!(rloo.measured, Err(NoReading::Estimate(expected)));
    assert_eq!(rloo.theory, None);
}

#[test]
fn the_ladder_of_ratios_falls_for_iwae_and_rises_for_dreg() {
    let lab = Gradients::new(Parameters { replicates: 4000, ..Parameters::default() }).unwrap();
    let expected = [
        (MethodKind::Iwae, [0.440, 0.161, 0.0756, 0.0373]),
        (MethodKind::DReG, [0.987, 1.052, 2.228, 4.521]),
    ];
    for (kind, expected) in expected {
        let ladder = lab.snr_ladder(kind, &SNR_LADDER.map(k)).unwrap();
        for ((rung, draws), expected) in ladder.iter().zip(SNR_LADDER).zip(expected) {
            assert_eq!(rung.draws, k(draws));
            let exact = rung.theory.mean.unwrap();
            assert!((exact / expected - 1.0).abs() < 2e-3, "{kind:?} {draws} {exact}");
            // 5 standard errors: 6e-7 each.
            let found = rung.measured.unwrap().mean.snr.unwrap();
            assert!((found.ratio - exact).abs() < 5.0 * found.stderr, "{kind:?} {draws}");
        }
    }
}

#[test]
fn a_parameter_out_of_its_domain_is_named() {
    let message = |parameters: Parameters| Gradients::new(parameters).unwrap_err().to_string();
    let good = Parameters::default();
    assert_eq!(
        message(Parameters { noise_sd: 0.0, ..good }),
        "s must be positive, its square a normal number, found 0"
    );
    assert_eq!(
        message(Parameters { proposal_variance: -1.0, ..good }),
        "the variance of q must be positive, found -1"
    );
    assert_eq!(message(Parameters { slope: f64::NAN, ..good }), "w must be finite, found NaN");
    assert_eq!(
        message(Parameters { replicates: 1, ..good }),
        "from 2 replicates up to 1000000 draws in all are possible, found 1 of 1"
    );
    assert!(Gradients::new(Parameters { draws: k(1001), ..good }).is_err());
    assert!(Gradients::new(Parameters { proposal_variance: f64::INFINITY, ..good }).is_err());
    let lab = Gradients::new(good).unwrap();
    assert!(lab.snr_ladder(MethodKind::Iwae, &[k(1001)]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn wherever_a_hand_drags_it_nothing_is_nan(
        slope in -4.0..4.0_f64, noise_sd in 0.05..3.0_f64, observation in -8.0..8.0_f64,
        proposal_mean in -6.0..6.0_f64, log_variance in -14.0..3.0_f64,
        log_constant in -200.0..=0.0_f64, draws in 1_usize..=64, seed: u32,
    ) {
        let parameters = Parameters {
            slope, noise_sd, observation, proposal_mean, log_constant, seed,
            proposal_variance: log_variance.exp(), draws: k(draws), replicates: 50,
            ..Parameters::default()
        };
        let lab = Gradients::new(parameters).unwrap();
        for reading in lab.readings().unwrap().methods {
            if reading.method.least_draws > draws {
                continue;
            }
            let measured = reading.measured.unwrap();
            prop_assert!(measured.cloud.iter().flatten().all(|slope| slope.is_finite()));
            for found in [measured.moments.mean, measured.moments.log_sd] {
                prop_assert!(found.mean_stderr.is_finite() && found.variance_stderr.is_finite());
            }
            if let Some(theory) = reading.theory {
                prop_assert!(theory.mean.variance.is_finite() && theory.mean.mean.is_finite());
                prop_assert!(theory.log_sd.variance.is_finite() && theory.log_sd.mean.is_finite());
            }
        }
        for method in METHODS.iter().filter(|method| method.least_draws <= draws) {
            let settings = AscentSettings {
                draws: k(draws), seed, most_steps: 100, ..AscentSettings::default()
            };
            let mut ascent = lab.ascent(method.kind, settings).unwrap();
            for at in ascent.by_ref() {
                prop_assert!(at.mean.is_finite() && at.log_sd.is_finite() && at.elbo.is_finite());
            }
            prop_assert!(ascent.outcome().is_some());
        }
    }
}

#[test]
fn runs_start_at_q_and_end_with_a_label() {
    let lab = Gradients::new(Parameters::default()).unwrap();
    let settings = AscentSettings {
        draws: k(4),
        optimiser: Optimiser::Adam { rate: 0.02 },
        ..AscentSettings::default()
    };
    let mut ascent = lab.ascent(MethodKind::StickingTheLanding, settings).unwrap();
    assert_eq!((ascent.here().mean, ascent.here().step), (0.5, 0));
    let last = ascent.by_ref().last().unwrap();
    assert_eq!(ascent.outcome(), Some(Outcome::Converged));
    assert!(last.elbo > -1.838_840_140_668_227 - 0.01);
}
