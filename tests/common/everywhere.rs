//! Numerical results that must be equal natively and in the browser; each function is one test.

use candle_core::DType;
use elboscope::bench::Noise;
use elboscope::data::{Binarization, gallery};
use elboscope::evidence::{LogWeights, Reliability, importance, k_hat, ladder};
use elboscope::exact::{
    Decomposition, Lattice, LatticePair, LogLikelihoodField, LogLikelihoodLattice,
    LogPartitionLattice, best_gaussian, exact_evidence,
};
use elboscope::family::BivariateGaussian;
use elboscope::gradient::pathwise_gradient;
use elboscope::model::{ImageTerm, read_weights};
use elboscope::state::number::parse;

use super::quadratic::Quadratic;
use super::scalar_decoder::{ScalarDecoder, log_evidences};
use super::shipped::{WEIGHTS, digits};

/// Recorded natively on x86-64: the tests check that every platform agrees.
const GALLERY_HASH: u64 = 0xea07_0785_1655_b15f;
const BERNOULLI_HASH: u64 = 0x876b_e9c5_8284_06b4;
const NOISE_HASH: u64 = 0xb5c5_5f0f_d22b_747a;
const NOISE_OF_SEVEN: [[f64; 2]; 4] = [
    [0.5473603806734532, -0.10299512836000722],
    [-0.5712136264957532, 2.4332345325479388],
    [-0.31196483450960616, -0.7377824142957067],
    [-0.6800078018720754, -0.37929736052601126],
];

/// FNV-1a, 64 bits.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    bytes.fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The same pixels to the bit, and the same Bernoulli draw for each.
pub fn the_gallery_is_the_same_everywhere() {
    let gallery = gallery();
    let pixels = gallery.iter().flat_map(|digit| digit.image.pixels().to_vec());
    assert_eq!(hash(pixels.flat_map(|ink| ink.to_bits().to_le_bytes())), GALLERY_HASH);
    let coins = Binarization::Bernoulli { seed: 12 };
    let thrown: String =
        gallery.iter().map(|digit| coins.apply(&digit.image).to_base64()).collect();
    assert_eq!(hash(thrown.bytes()), BERNOULLI_HASH);
}

/// The same seed gives the same ε to the bit.
pub fn the_noise_is_the_same_everywhere() {
    assert_eq!(Noise::new(7).take(4), NOISE_OF_SEVEN);
    let bits = Noise::new(1).take(10_000).into_iter().flatten();
    assert_eq!(hash(bits.flat_map(|e| e.to_bits().to_le_bytes())), NOISE_HASH);
}

/// A quadratic log p(x|z), known in closed form.
pub fn the_quadratic_oracle_holds() {
    let model = Quadratic { level: -170.0, t: [1.0, -2.0], lambda: [9.0, 3.0, 16.0] };
    let field =
        model.field(LatticePair { inner: Lattice::new(6.0, 150), outer: Lattice::new(24.0, 300) });
    let evidence = exact_evidence(&field);
    assert!((evidence.log_evidence - model.log_evidence()).abs() < 1e-9, "{evidence:?}");
    for (mean, sd, rho) in [([0.6, -0.5], [0.5, 0.3], -0.4), ([4.0, 4.0], [3.0, 0.02], 0.99)] {
        let q = BivariateGaussian::new(mean, sd, rho).unwrap();
        let found = Decomposition::new(&q, &field, &evidence);
        let reconstruction = model.reconstruction(&q);
        assert!(
            (found.reconstruction - reconstruction).abs() < 1e-9 * reconstruction.abs(),
            "{found:?}"
        );
        let kl = model.kl_posterior(&q);
        assert!((found.kl_posterior - kl).abs() < 1e-9 * (1.0 + reconstruction.abs()), "{found:?}");
        assert!(found.identity_residual() < 1e-8 * (1.0 + kl), "{found:?}");
    }
    let best = best_gaussian(&field, &[BivariateGaussian::standard()], |_| true).unwrap();
    assert!((best.elbo - model.log_evidence()).abs() < 1e-8, "{best:?}");
}

/// The shipped model's log p(x|z) and log p(x) by candle's kernels against plain loops.
pub fn the_shipped_model_is_the_scalar_decoder() {
    let model = read_weights(WEIGHTS).unwrap().to_dtype(DType::F64).unwrap();
    let decoder = ScalarDecoder::read(WEIGHTS);
    let images = digits(&[3]);
    let term = ImageTerm::new(&model, &images[0]).unwrap();
    let table = |lattice: Lattice| {
        let partition = LogPartitionLattice::new(&model, lattice).unwrap();
        LogLikelihoodLattice::new(&model, &term, &partition).unwrap()
    };
    let inner = table(Lattice::new(6.0, 150));
    let lattice = inner.lattice();
    for index in (0..lattice.len()).step_by(601) {
        let (row, column) = (index / lattice.side(), index % lattice.side());
        let z = [lattice.coordinate(row), lattice.coordinate(column)];
        let expected = decoder.log_likelihoods(&images, z)[0];
        assert!((inner.values()[index] - expected).abs() < 1e-9, "{z:?}");
    }
    let field = LogLikelihoodField { inner, outer: table(Lattice::new(24.0, 48)) };
    let found = exact_evidence(&field);
    let expected = log_evidences(&decoder, &images, 4.5, 0.07)[0];
    assert!((found.log_evidence - expected).abs() < 1e-7 + found.error, "{found:?} {expected}");
    assert!(found.error < 1e-1, "{found:?}");
}

/// The pathwise gradient in f32 against that in f64.
pub fn the_gradient_in_single_precision_is_close() {
    let model = read_weights(WEIGHTS).unwrap();
    let exact = model.to_dtype(DType::F64).unwrap();
    let term = ImageTerm::new(&model, &digits(&[3])[0]).unwrap();
    let q = BivariateGaussian::new([0.6, -0.5], [0.5, 0.3], -0.4).unwrap();
    let noise = Noise::new(7).take(16);
    let [single, double] =
        [&model, &exact].map(|model| pathwise_gradient(model, &term, &q, &noise).unwrap());
    for axis in [0, 1] {
        let slope = double.mean[axis];
        assert!(
            (single.mean[axis] - slope).abs() < 1e-4 * (1.0 + slope.abs()),
            "{single:?} {double:?}"
        );
    }
    assert!((single.atanh_rho - double.atanh_rho).abs() < 1e-3, "{single:?} {double:?}");
}

/// k̂ of generalised Pareto quantiles by the published code, and the ladder of five draws by hand.
pub fn diagnostics_have_their_known_values() {
    let quantile = |i: u32| {
        let p = (f64::from(i) + 0.5) / 900.0;
        ((-0.7 * (-p).ln_1p()).exp_m1() / 0.7).ln()
    };
    let found = k_hat(&LogWeights::new((0..900).map(quantile).collect()).unwrap()).unwrap();
    assert!((found.value - 0.668_698_589_546_288_2).abs() < 1e-9, "{found:?}");
    assert_eq!((found.tail, found.reliability()), (90, Reliability::Warn));

    // Weights 1, 3, 5, 7, 9 at a level far below the range of exp: pairs (1, 3) and (5, 7), the 9 is left over.
    const LEVEL: f64 = -1000.0;
    let draws =
        LogWeights::new([1.0_f64, 3.0, 5.0, 7.0, 9.0].map(|w| w.ln() + LEVEL).to_vec()).unwrap();
    let ks = [1, 2, 5].map(|k| std::num::NonZeroUsize::new(k).unwrap());
    let means = [945.0_f64.ln() / 5.0, 12.0_f64.ln() / 2.0, 5.0_f64.ln()];
    for (rung, mean) in ladder(&draws, &ks).iter().zip(means) {
        assert!((rung.mean - LEVEL - mean).abs() < 1e-12, "{rung:?}");
    }
    assert!((importance(&draws).log_evidence - LEVEL - 5.0_f64.ln()).abs() < 1e-12);
}

/// Decimal notation is rounded to the nearest f64, ties to even: the bits as CPython reads them.
pub fn decimal_notation_is_correctly_rounded() {
    for (text, bits) in [
        ("0.1", 0x3fb9_9999_9999_999a),
        ("701440.24946046", 0x4125_6800_7fb9_480b),
        ("9007199254740993", 0x4340_0000_0000_0000),
        ("9007199254740992.9999999999", 0x4340_0000_0000_0000),
        ("2.2250738585072011e-308", 0x000f_ffff_ffff_ffff),
        ("2.2250738585072014e-308", 0x0010_0000_0000_0000),
        ("5e-324", 0x0000_0000_0000_0001),
        ("1.7976931348623157e308", 0x7fef_ffff_ffff_ffff),
        ("123456789012345678901234567890", 0x45f8_ee90_ff6c_373e),
        ("6.62607015e-34", 0x390b_860b_de02_3111),
        ("-1.0000000000000002220446049250313080847263336181640625", 0xbff0_0000_0000_0001),
        ("1.00000000000000011102230246251565404236316680908203125", 0x3ff0_0000_0000_0000),
        ("8.5e-17", 0x3c98_7fe4_9aab_41e0),
        ("1e23", 0x44b5_2d02_c7e1_4af6),
        ("-0.0", 0x8000_0000_0000_0000),
    ] {
        assert_eq!(parse(text).map(f64::to_bits), Some(bits), "{text}");
    }
    for text in ["", ".", "1e999", "0x10", "Infinity", "NaN", " 1", "1,5", "--1", "e3"] {
        assert_eq!(parse(text), None, "{text}");
    }
}
