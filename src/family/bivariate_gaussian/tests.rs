//! Tests of the bivariate Gaussian against mpmath and against its axes.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;

use super::*;

/// A Gaussian, a point, and what mpmath with 50 digits says about them.
struct Known {
    q: ([f64; 2], [f64; 2], f64),
    point: [f64; 2],
    entropy: f64,
    kl: f64,
    log_density: f64,
    precision: [f64; 3],
    /// Standard deviations along the axes, longer first, and the direction of the longer.
    axes: [f64; 2],
    direction: [f64; 2],
    /// Mean and standard deviation of z₂ given the point's z₁, then of z₁ given its z₂.
    conditionals: [(f64, f64); 2],
}

const KNOWN: [Known; 5] = [
    Known {
        q: ([0.6, -0.5], [0.5, 0.3], -0.4),
        point: [0.25, 0.125],
        entropy: 0.853_580_387_951_075_3,
        kl: 1.459_296_678_458_270_2,
        log_density: -2.034_301_287_421_975,
        precision: [4.761_904_761_904_762, 3.174_603_174_603_175, 13.227_513_227_513_23],
        axes: [0.519_615_242_270_663_2, 0.264_575_131_106_459],
        direction: [0.948_683_298_050_513_8, -0.316_227_766_016_837_94],
        conditionals: [
            (-0.416, 0.274_954_541_697_350_4),
            (0.183_333_333_333_333_27, 0.458_257_569_495_584),
        ],
    },
    // A needle, far from the origin and almost along an axis.
    Known {
        q: ([4.0, -4.0], [3.0, 0.02], 0.99),
        point: [1.0, -4.0625],
        entropy: -1.934_051_423_976_535_6,
        kl: 24.272_128_490_385_88,
        log_density: -112.094_214_907_681_65,
        precision: [5.583_472_920_156_332, -829.145_728_643_215_3, 125_628.140_703_517_47],
        axes: [3.000_065_339_346_249, 0.002_821_285_748_944_372_5],
        direction: [0.999_978_220_673_004_5, 0.006_599_862_093_398_934],
        conditionals: [(-4.0198, 0.002_821_347_195_933_178), (-5.281_25, 0.423_202_079_389_976_7)],
    },
    Known {
        q: ([-1.25, 2.0], [0.02, 0.02], -0.99),
        point: [-1.218_75, 1.968_75],
        entropy: -6.944_686_718_072_791,
        kl: 11.564_213_784_482_137,
        log_density: 6.717_849_406_515_002,
        precision: [125_628.140_703_517_47, 124_371.859_296_482_3, 125_628.140_703_517_47],
        axes: [0.028_213_471_959_331_77, 0.002],
        direction: [0.707_106_781_186_547_5, -0.707_106_781_186_547_5],
        conditionals: [
            (1.969_062_5, 0.002_821_347_195_933_178),
            (-1.219_062_5, 0.002_821_347_195_933_178),
        ],
    },
    Known {
        q: ([0.125, 0.25], [1.5, 0.75], 0.3125),
        point: [-2.0, 3.0],
        entropy: 2.904_280_235_086_844_5,
        kl: 0.378_909_331_322_501,
        log_density: -12.265_030_595_837_205,
        precision: [0.492_544_492_544_492_54, -0.307_840_307_840_307_84, 1.970_177_970_177_970_2],
        axes: [1.523_257_200_869_242_6, 0.701_560_760_020_114],
        direction: [0.980_580_675_690_920_2, 0.196_116_135_138_184_03],
        conditionals: [
            (-0.082_031_25, 0.712_438_319_698_624_9),
            (1.843_75, 1.424_876_639_397_249_7),
        ],
    },
    Known {
        q: ([0.0, 1.0], [0.02, 3.0], 0.99),
        point: [0.0625, 2.5],
        entropy: -1.934_051_423_976_535_6,
        kl: 8.772_128_490_385_881,
        log_density: -170.982_405_862_455_46,
        precision: [125_628.140_703_517_47, -829.145_728_643_215_3, 5.583_472_920_156_332],
        axes: [3.000_065_339_346_249, 0.002_821_285_748_944_372_5],
        direction: [0.006_599_862_093_398_934, 0.999_978_220_673_004_5],
        conditionals: [(10.281_25, 0.423_202_079_389_976_7), (0.0099, 0.002_821_347_195_933_178)],
    },
];

fn of(known: &Known) -> BivariateGaussian {
    let (mean, sd, rho) = known.q;
    BivariateGaussian::new(mean, sd, rho).unwrap()
}

#[test]
fn entropy_divergence_and_density_match_mpmath() {
    for known in &KNOWN {
        let q = of(known);
        assert_relative_eq!(q.entropy(), known.entropy, max_relative = 1e-14);
        assert_relative_eq!(q.kl_to_standard(), known.kl, max_relative = 1e-14);
        let found = q.log_density(known.point);
        assert_relative_eq!(found, known.log_density, max_relative = 1e-12);
    }
}

#[test]
fn precision_axes_and_conditionals_match_mpmath() {
    for known in &KNOWN {
        let q = of(known);
        for (found, expected) in q.precision().into_iter().zip(known.precision) {
            assert_relative_eq!(found, expected, max_relative = 1e-13);
        }
        let axes = q.principal_axes();
        for (axis, sd) in axes.iter().zip(known.axes) {
            assert_relative_eq!(axis.sd, sd, max_relative = 1e-13);
        }
        let [x, y] = known.direction;
        let across = if x * axes[1].direction[1] > 0.0 { [-y, x] } else { [y, -x] };
        for (axis, [x, y]) in axes.iter().zip([known.direction, across]) {
            assert_abs_diff_eq!(axis.direction[0], x, epsilon = 1e-13);
            assert_abs_diff_eq!(axis.direction[1], y, epsilon = 1e-13);
        }
        for (axis, (mean, sd)) in known.conditionals.into_iter().enumerate() {
            let found = q.conditional(axis, known.point[axis]);
            assert_abs_diff_eq!(found.0, mean, epsilon = 1e-14 * (1.0 + mean.abs()));
            assert_relative_eq!(found.1, sd, max_relative = 1e-13);
        }
    }
}

#[test]
fn the_standard_is_the_prior() {
    let standard = BivariateGaussian::standard();
    assert_eq!(standard, BivariateGaussian::new([0.0; 2], [1.0; 2], 0.0).unwrap());
    assert_eq!(standard.kl_to_standard(), 0.0);
    assert_eq!(standard.latent_from_noise([0.5, -2.0]), [0.5, -2.0]);
    for z in [[0.0, 0.0], [1.5, -0.25], [-24.0, 24.0]] {
        assert_abs_diff_eq!(standard.log_density(z), log_prior(z), epsilon = 1e-12);
    }
}

#[test]
fn each_bad_parameter_is_named() {
    let new = |mean, sd, rho| BivariateGaussian::new(mean, sd, rho).unwrap_err();
    assert_eq!(new([0.0, f64::INFINITY], [1.0; 2], 0.0), GaussianError::Mean(f64::INFINITY));
    assert!(matches!(new([f64::NAN, 0.0], [1.0; 2], 0.0), GaussianError::Mean(_)));
    for bad in [0.0, -0.0, -1.0, f64::INFINITY, f64::NAN] {
        let error = new([0.0; 2], [1.0, bad], 0.0);
        assert!(matches!(error, GaussianError::StandardDeviation(_)), "{bad}");
    }
    for bad in [1.0, -1.0, 1.5, f64::NAN, f64::INFINITY] {
        let error = new([0.0; 2], [1.0; 2], bad);
        assert!(matches!(error, GaussianError::Correlation(_)), "{bad}");
    }
}

#[test]
fn a_matrix_that_is_no_covariance_is_refused() {
    for bad in [[1.0, 1.0, 1.0], [1.0, -1.5, 1.0], [-1.0, 0.0, 1.0], [0.0, 0.0, 1.0]] {
        assert!(BivariateGaussian::from_covariance([0.0; 2], bad).is_err(), "{bad:?}");
    }
    let first = PrincipalAxis { direction: [1.0, 0.0], sd: 0.0 };
    assert!(BivariateGaussian::from_axes([0.0; 2], first, 1.0).is_err());
}

#[test]
fn a_circle_has_axes_along_the_coordinates() {
    let axes = BivariateGaussian::new([0.0; 2], [0.5; 2], 0.0).unwrap().principal_axes();
    assert_eq!(axes.map(|axis| axis.sd), [0.5; 2]);
    assert_eq!(axes.map(|axis| axis.direction), [[1.0, 0.0], [0.0, 1.0]]);
}

/// Everything that can be dragged.
fn draggable() -> impl Strategy<Value = BivariateGaussian> {
    let mu = || -4.0..=4.0_f64;
    let sigma = || (0.02_f64.ln()..=3.0_f64.ln()).prop_map(f64::exp);
    (mu(), mu(), sigma(), sigma(), -0.99..=0.99_f64)
        .prop_map(|(m1, m2, s1, s2, rho)| BivariateGaussian::new([m1, m2], [s1, s2], rho).unwrap())
}

/// Relative to the standard deviations, which is how far off a picture of it would be.
fn assert_same(found: &BivariateGaussian, expected: &BivariateGaussian, epsilon: f64) {
    for axis in [0, 1] {
        let (found_sd, sd) = (found.sd()[axis], expected.sd()[axis]);
        assert_relative_eq!(found_sd, sd, max_relative = epsilon);
        assert_abs_diff_eq!(found.mean()[axis], expected.mean()[axis], epsilon = epsilon * sd);
    }
    assert_abs_diff_eq!(found.rho(), expected.rho(), epsilon = epsilon);
}

proptest! {
    #[test]
    fn covariance_and_back(q in draggable()) {
        let back = BivariateGaussian::from_covariance(q.mean(), q.covariance()).unwrap();
        assert_same(&back, &q, 1e-14);
    }

    #[test]
    fn axes_and_back(q in draggable()) {
        let [major, minor] = q.principal_axes();
        prop_assert!(major.sd >= minor.sd && major.direction[0] >= 0.0);
        let inner = major.direction[0] * minor.direction[0]
            + major.direction[1] * minor.direction[1];
        prop_assert!(inner.abs() < 1e-15);
        // The thinnest needle has an axis ratio of 1000: 6 of 16 digits of its minor variance
        // are lost beside the major one, and ρ is far better.
        let back = BivariateGaussian::from_axes(q.mean(), major, minor.sd).unwrap();
        assert_same(&back, &q, 1e-12);
        let back = BivariateGaussian::from_axes(q.mean(), minor, major.sd).unwrap();
        assert_same(&back, &q, 1e-12);
    }

    #[test]
    fn precision_is_the_inverse_of_the_covariance(q in draggable()) {
        let ([a, b, c], [p, r, s]) = (q.covariance(), q.precision());
        // Σ P has entries of the size of 1/(1 − ρ²) ≤ 50 that cancel.
        prop_assert!((a * p + b * r - 1.0).abs() < 1e-12);
        prop_assert!((b * r + c * s - 1.0).abs() < 1e-12);
        let [s1, s2] = q.sd();
        prop_assert!((a * r + b * s).abs() < 1e-12 * s1 / s2);
    }

    #[test]
    fn noise_has_the_density_of_the_latent_point(
        q in draggable(), e1 in -6.0..6.0_f64, e2 in -6.0..6.0_f64,
    ) {
        // log q(μ + L ε) = log N(ε; 0, I) − ½ ln det Σ, and ½ ln det Σ = H − 1 − ln 2π.
        let log_volume = q.entropy() - 1.0 - TAU.ln();
        let found = q.log_density(q.latent_from_noise([e1, e2]));
        // ε is recovered to 1e-16·4/(0.02·0.14): ten digits fewer than μ has, times ε ≤ 6.
        prop_assert!((found - (log_prior([e1, e2]) - log_volume)).abs() < 1e-11);
    }

    #[test]
    fn a_joint_density_is_marginal_times_conditional(
        q in draggable(), z1 in -4.0..4.0_f64, u in -5.0..5.0_f64, axis in 0..2_usize,
    ) {
        let log_normal = |z: f64, mean: f64, sd: f64| {
            -0.5 * ((z - mean) / sd).powi(2) - 0.5 * TAU.ln() - sd.ln()
        };
        let (mean, sd) = q.conditional(axis, z1);
        let other = mean + sd * u;
        let z = if axis == 0 { [z1, other] } else { [other, z1] };
        let product = log_normal(z1, q.mean()[axis], q.sd()[axis]) + log_normal(other, mean, sd);
        prop_assert!((q.log_density(z) - product).abs() < 1e-8 * (1.0 + product.abs()));
    }

    #[test]
    fn the_divergence_is_never_negative(q in draggable()) {
        prop_assert!(q.kl_to_standard() >= 0.0);
    }
}
