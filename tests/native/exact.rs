//! The exact values of the shipped model against its identities and against an independent decoder.

use std::f64::consts::TAU;
use std::num::NonZeroUsize;
use std::sync::OnceLock;

use crate::common::scalar_decoder::{ScalarDecoder, log_evidences};
use crate::common::shipped::{WEIGHTS, digits};
use candle_core::DType;
use elboscope::bench::{Noise, Scene, draw};
use elboscope::data::BinaryImage;
use elboscope::evidence::{LADDER_STEPS, importance, ladder};
use elboscope::exact::{
    BestGaussian, Decomposition, LatticePair, LogLikelihood, LogPartitionPair, best_gaussian,
    exact_elbo, exact_iwae_ladder,
};
use elboscope::family::BivariateGaussian;
use elboscope::model::{ImageTerm, Vae, encoder_proposal, read_weights};
use elboscope::state::BenchState;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

/// A 3 (the page's first x), and digits of other shapes and handwritings.
const PLACES: [usize; 4] = [3, 1, 10, 28];

/// One digit with its exact results.
struct Case {
    image: BinaryImage,
    term: ImageTerm,
    scene: Scene,
    best: BestGaussian,
}

struct Bench {
    model: Vae,
    decoder: ScalarDecoder,
    cases: Vec<Case>,
}

/// The fine lattices are built once for all tests.
fn bench() -> &'static Bench {
    static BENCH: OnceLock<Bench> = OnceLock::new();
    BENCH.get_or_init(|| {
        let model = read_weights(WEIGHTS).unwrap();
        let exact = model.to_dtype(DType::F64).unwrap();
        let partitions = LogPartitionPair::new(&exact, LatticePair::FINE).unwrap();
        let case = |image: BinaryImage| {
            let term = ImageTerm::new(&exact, &image).unwrap();
            let encoder = encoder_proposal(&model, &image).unwrap();
            let scene = Scene::new(partitions.field(&exact, &term).unwrap(), encoder);
            let best = best_gaussian(&scene.field, &[encoder], BenchState::admits).unwrap();
            Case { image, term, scene, best }
        };
        let cases = digits(&PLACES).into_iter().map(case).collect();
        Bench { model, decoder: ScalarDecoder::read(WEIGHTS), cases }
    })
}

fn gaussian(mean: [f64; 2], sd: [f64; 2], rho: f64) -> BivariateGaussian {
    BivariateGaussian::new(mean, sd, rho).unwrap()
}

/// Any q that can be dragged, with standard deviations uniform in their logarithm.
fn any_draggable(rng: &mut Pcg64Mcg) -> BivariateGaussian {
    let mut mean = || rng.random_range(-4.0..=4.0);
    let mean = [mean(), mean()];
    let mut sd = || rng.random_range(0.02_f64.ln()..=3.0_f64.ln()).exp();
    let sd = [sd(), sd()];
    gaussian(mean, sd, rng.random_range(-0.99..=0.99))
}

/// The largest identity residual of the given q over all digits; other properties are asserted.
fn largest_residual(proposals: &[BivariateGaussian]) -> (f64, Option<BivariateGaussian>) {
    let mut largest = (0.0, None);
    for case in &bench().cases {
        for q in proposals {
            let found = Decomposition::new(q, &case.scene.field, &case.scene.evidence);
            assert!(found.kl_posterior > -1e-9 && found.kl_prior >= 0.0, "{q:?}: {found:?}");
            assert!(found.elbo() <= case.best.elbo + 1e-6, "{q:?}: {}", found.elbo());
            assert_eq!(found.elbo(), exact_elbo(q, &case.scene.field));
            if found.identity_residual() > largest.0 {
                largest = (found.identity_residual(), Some(*q));
            }
        }
    }
    println!("largest identity residual {:.1e} at {:?}", largest.0, largest.1);
    largest
}

#[test]
fn the_identities_hold_at_every_corner_of_what_can_be_dragged() {
    let mut proposals = Vec::new();
    for mean in [[-4.0, -4.0], [-4.0, 4.0], [4.0, -4.0], [4.0, 4.0], [0.0, 0.0]] {
        for sd in [[0.02, 0.02], [0.02, 3.0], [3.0, 0.02], [3.0, 3.0]] {
            for rho in [-0.99, 0.0, 0.99] {
                proposals.push(gaussian(mean, sd, rho));
            }
        }
    }
    let (residual, q) = largest_residual(&proposals);
    assert!(residual <= 1e-6, "{q:?}: {residual}");
}

/// A narrow q near the posteriors is summed between the nodes: there the error is largest.
fn narrow_and_wide(count: usize) -> Vec<BivariateGaussian> {
    let mut rng = Pcg64Mcg::seed_from_u64(1);
    let mut proposals: Vec<_> = (0..count).map(|_| any_draggable(&mut rng)).collect();
    proposals.extend((0..10 * count).map(|_| {
        let mut mean = || rng.random_range(-2.5..2.5);
        let mean = [mean(), mean()];
        let mut sd = || rng.random_range(0.02_f64.ln()..0.21_f64.ln()).exp();
        let sd = [sd(), sd()];
        gaussian(mean, sd, rng.random_range(-0.99..=0.99))
    }));
    proposals
}

#[test]
fn the_identities_hold_between_the_corners() {
    let (residual, q) = largest_residual(&narrow_and_wide(200));
    assert!(residual <= 1e-6, "{q:?}: {residual}");
}

#[test]
fn the_evidence_is_that_of_the_scalar_decoder() {
    let bench = bench();
    let images: Vec<BinaryImage> = bench.cases.iter().map(|case| case.image).collect();
    // Other nodes with nearly the same distance: the rule has converged far beyond 1e-8 for both, while the reported
    // error is the coarser rule's.
    let expected = log_evidences(&bench.decoder, &images, 5.0, 0.045);
    for (case, expected) in bench.cases.iter().zip(expected) {
        let found = case.scene.evidence;
        let off = found.log_evidence - expected;
        println!("{expected} off by {off:.1e}, error {:.1e}", found.error);
        assert!(off.abs() < 1e-8, "{} {expected}", found.log_evidence);
        assert!(off.abs() <= found.error + 1e-10 && found.error < 1e-2, "{off} {}", found.error);
    }
}

/// E_q log p(x|z) of every image by the scalar decoder: the trapezoid rule in the coordinates ε of
/// z = μ + L ε, `step` apart in z along the longer axis.
fn reconstructions(
    bench: &Bench,
    images: &[BinaryImage],
    q: &BivariateGaussian,
    step: f64,
) -> Vec<f64> {
    const REACH: f64 = 8.0;
    let nodes = |sd: f64| (REACH / (step / sd).min(0.5)).ceil() as i32;
    let [major, minor] = q.principal_axes();
    let (rows, columns) = (nodes(major.sd), nodes(minor.sd));
    let (mut sums, mut total) = (vec![0.0; images.len()], 0.0);
    for row in -rows..=rows {
        for column in -columns..=columns {
            let u = REACH * (f64::from(row) + 0.37) / f64::from(rows);
            let v = REACH * (f64::from(column) - 0.21) / f64::from(columns);
            if u * u + v * v > REACH * REACH {
                continue;
            }
            let weight = (-0.5 * (u * u + v * v)).exp();
            let [x, y] = [0, 1].map(|axis| {
                q.mean()[axis]
                    + u * major.sd * major.direction[axis]
                    + v * minor.sd * minor.direction[axis]
            });
            total += weight;
            for (sum, value) in sums.iter_mut().zip(bench.decoder.log_likelihoods(images, [x, y])) {
                *sum += weight * value;
            }
        }
    }
    let area = REACH * REACH / (f64::from(rows) * f64::from(columns));
    assert!((total * area / TAU - 1.0).abs() < 1e-12);
    sums.into_iter().map(|sum| sum * area / TAU).collect()
}

#[test]
fn expected_log_likelihoods_are_those_of_the_scalar_decoder() {
    let bench = bench();
    let images: Vec<BinaryImage> = bench.cases.iter().map(|case| case.image).collect();
    // A wide q is summed on nodes of the lattice, exactly; a narrow one between them, where the field is
    // interpolated.
    const EXACT: f64 = 1e-8;
    const INTERPOLATED: f64 = 1e-6;
    let known = [
        ("wide", EXACT, gaussian([0.3, -0.2], [0.7, 0.5], 0.25)),
        ("narrow", INTERPOLATED, gaussian([-0.731, 0.417], [0.05, 0.08], -0.5)),
        ("point", INTERPOLATED, gaussian([0.113, 0.057], [0.02, 0.02], 0.0)),
        ("needle", INTERPOLATED, gaussian([0.507, -1.013], [0.02, 0.9], 0.99)),
        ("slanted needle", INTERPOLATED, gaussian([-0.4, 0.6], [0.6, 0.6], -0.99)),
        ("far", EXACT, gaussian([3.9, -4.0], [0.3, 0.3], 0.5)),
    ];
    for (name, tolerance, q) in known {
        let expected = reconstructions(bench, &images, &q, 0.05);
        for (case, expected) in bench.cases.iter().zip(expected) {
            let found =
                Decomposition::new(&q, &case.scene.field, &case.scene.evidence).reconstruction;
            println!("{name}: {expected} off by {:.1e}", found - expected);
            assert!((found - expected).abs() < tolerance, "{name}: {found} {expected}");
        }
    }
}

#[test]
fn between_the_nodes_the_field_is_the_decoders() {
    let bench = bench();
    let images: Vec<BinaryImage> = bench.cases.iter().map(|case| case.image).collect();
    let mut rng = Pcg64Mcg::seed_from_u64(2);
    let mut largest = [0.0_f64; 3];
    for (ring, reach) in [2.0, 5.7, 24.0].into_iter().enumerate() {
        for _ in 0..1500 {
            let mut coordinate = || rng.random_range(-reach..reach);
            let z = [coordinate(), coordinate()];
            let expected = bench.decoder.log_likelihoods(&images, z);
            for (case, expected) in bench.cases.iter().zip(expected) {
                largest[ring] = largest[ring].max((case.scene.field.at(z) - expected).abs());
            }
        }
    }
    println!("interpolation is off by at most {largest:?}");
    // The last ring is that of the outer lattice with twice the step; no narrow q can reach it.
    assert!(largest[0] < 1e-6 && largest[1] < 1e-6 && largest[2] < 1e-3, "{largest:?}");
}

#[test]
fn bounds_are_in_order() {
    for case in &bench().cases {
        let evidence = case.scene.evidence.log_evidence;
        assert!(case.scene.encoder_elbo <= case.best.elbo && case.best.elbo < evidence);
        // The best q has an approximation gap of tenths of a nat at most; more is a failed ascent.
        assert!(evidence - case.best.elbo < 1.0, "{} {evidence}", case.best.elbo);
        assert_eq!(case.best.elbo, exact_elbo(&case.best.q, &case.scene.field));
    }
}

#[test]
fn no_small_step_improves_the_best_gaussian() {
    for case in &bench().cases {
        let ([m1, m2], [s1, s2], rho) = (case.best.q.mean(), case.best.q.sd(), case.best.q.rho());
        for parameter in 0..5 {
            // In units of σ, ln σ and artanh ρ; at 0.03 the loss is about 0.03² nats.
            for step in [-0.03, 0.03] {
                let mut phi = [m1, m2, s1, s2, rho];
                phi[parameter] = match parameter {
                    0 => m1 + step * s1,
                    1 => m2 + step * s2,
                    2 | 3 => phi[parameter] * f64::exp(step),
                    _ => (rho.atanh() + step).tanh(),
                };
                let q = gaussian([phi[0], phi[1]], [phi[2], phi[3]], phi[4]);
                let loss = case.best.elbo - exact_elbo(&q, &case.scene.field);
                assert!(loss > 1e-5, "parameter {parameter} by {step}: {loss}");
            }
        }
    }
}

#[test]
fn no_random_gaussian_beats_the_best_one() {
    let mut rng = Pcg64Mcg::seed_from_u64(3);
    for case in &bench().cases {
        let best = &case.best.q;
        for trial in 0..600 {
            let q = if trial % 3 == 0 {
                any_draggable(&mut rng)
            } else {
                // About the best one, from near to far.
                let spread = [0.01, 0.1, 0.5][trial / 3 % 3];
                let mut normal = || spread * Distribution::<f64>::sample(&StandardNormal, &mut rng);
                let sd = best.sd();
                gaussian(
                    [best.mean()[0] + sd[0] * normal(), best.mean()[1] + sd[1] * normal()],
                    [sd[0] * normal().exp(), sd[1] * normal().exp()],
                    (best.rho().atanh() + normal()).tanh(),
                )
            };
            let elbo = exact_elbo(&q, &case.scene.field);
            assert!(elbo <= case.best.elbo + 1e-9, "{q:?}: {elbo} {}", case.best.elbo);
        }
    }
}

#[test]
fn the_iwae_ladder_climbs_from_the_elbo_to_the_evidence() {
    // 2¹⁶ draws. Each comparison allows five standard errors, of rungs that share their draws and are
    // positively correlated: false-alarm rate below 6e-7 each where the replicates are many, so rungs
    // with fewer than 256 of them are left out. Draws are in f32: 1e-3 nat for its rounding.
    let bench = bench();
    let q = BenchState::default().proposal().unwrap();
    for (seed, case) in bench.cases.iter().enumerate() {
        for q in [&q, &case.scene.encoder] {
            let noise = Noise::new(seed as u32).take(1 << 16);
            let draws = draw(&bench.model, &case.term, q, &noise).unwrap();
            let rungs = ladder(&draws.log_weights, &LADDER_STEPS);
            assert_eq!(rungs[0].k, NonZeroUsize::MIN);
            let error = |index: usize| 5.0 * rungs[index].stderr.unwrap() + 1e-3;
            let elbo = exact_elbo(q, &case.scene.field);
            assert!((rungs[0].mean - elbo).abs() < error(0), "{} {elbo}", rungs[0].mean);
            let trusted = rungs.iter().filter(|rung| rung.replicates >= 256).count();
            assert!(trusted >= 8);
            for index in 0..trusted {
                let evidence = case.scene.evidence.log_evidence;
                assert!(rungs[index].mean <= evidence + error(index), "{:?}", rungs[index]);
                if index > 0 {
                    let allowed = error(index).hypot(error(index - 1));
                    assert!(rungs[index].mean >= rungs[index - 1].mean - allowed, "{rungs:?}");
                }
            }
            let last = trusted - 1;
            assert!(rungs[last].mean > elbo + error(last), "{rungs:?}");
        }
    }
}

#[test]
fn every_rung_of_the_ladder_is_the_exact_bound() {
    // 2¹⁴ draws; five standard errors and 1e-3 nat for f32, false-alarm rate 6e-7 each where there are
    // at least 256 replicates. The exact bounds themselves: the first is the ELBO, they rise, and they
    // stay below log p(x).
    let bench = bench();
    let q = BenchState::default().proposal().unwrap();
    for (seed, case) in bench.cases.iter().take(2).enumerate() {
        for q in [&q, &case.scene.encoder, &case.best.q] {
            let exact = exact_iwae_ladder(q, &case.scene.field, &LADDER_STEPS).unwrap();
            assert!((exact[0] - exact_elbo(q, &case.scene.field)).abs() < 1e-6, "{q:?}");
            assert!(exact.windows(2).all(|pair| pair[0] < pair[1]), "{exact:?}");
            assert!(exact[10] < case.scene.evidence.log_evidence, "{exact:?}");

            let noise = Noise::new(60 + seed as u32).take(1 << 14);
            let draws = draw(&bench.model, &case.term, q, &noise).unwrap();
            let rungs = ladder(&draws.log_weights, &LADDER_STEPS);
            for (rung, exact) in rungs.iter().zip(exact).filter(|(rung, _)| rung.replicates >= 256)
            {
                let allowed = 5.0 * rung.stderr.unwrap() + 1e-3;
                assert!((rung.mean - exact).abs() < allowed, "{exact} {rung:?}");
            }
        }
    }
}

#[test]
fn the_exact_bounds_at_every_corner_of_what_can_be_dragged() {
    // The far corners have weights over thousands of nats.
    let case = &bench().cases[0];
    for mean in [[-4.0, 4.0], [0.0, 0.0]] {
        for sd in [[0.02, 0.02], [0.02, 3.0], [3.0, 3.0]] {
            let q = gaussian(mean, sd, 0.0);
            let exact = exact_iwae_ladder(&q, &case.scene.field, &LADDER_STEPS).unwrap();
            assert!((exact[0] - exact_elbo(&q, &case.scene.field)).abs() < 1e-6, "{q:?} {exact:?}");
            assert!(exact.windows(2).all(|pair| pair[0] < pair[1]), "{q:?} {exact:?}");
            assert!(exact[10] < case.scene.evidence.log_evidence + 1e-6, "{q:?} {exact:?}");
        }
    }
}

#[test]
fn importance_sampling_from_the_best_gaussian_finds_the_evidence() {
    // 2·10⁵ draws, two digits: five standard errors and 1e-3 nat for f32. False-alarm rate 6e-7 each as
    // far as the weights' variance is finite, which an ESS of more than a tenth makes plausible.
    let bench = bench();
    for (seed, case) in bench.cases.iter().take(2).enumerate() {
        let noise = Noise::new(40 + seed as u32).take(200_000);
        let draws = draw(&bench.model, &case.term, &case.best.q, &noise).unwrap();
        let found = importance(&draws.log_weights);
        let stderr = found.log_stderr.unwrap();
        let evidence = case.scene.evidence.log_evidence;
        println!("{} {evidence} ± {stderr:.1e}", found.log_evidence);
        assert!(stderr < (10.0_f64 / 200_000.0).sqrt());
        assert!((found.log_evidence - evidence).abs() < 5.0 * stderr + 1e-3);
    }
}
