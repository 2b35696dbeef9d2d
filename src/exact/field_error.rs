//! Whether an interpolated log p(x|z) can be called exact where q or the posterior is.

use super::LogLikelihood;
use super::proposal::Frame;
use crate::family::BivariateGaussian;

/// Points that are compared.
const POINTS: usize = 48;
/// How far from the mean, in standard deviations.
const REACH: f64 = 3.5;
/// The angle between two neighbours of a sunflower's seeds, which no lattice repeats.
const GOLDEN_ANGLE: f64 = 2.399_963_229_728_653;

/// The largest difference in nats between two forms of log p(x|z) within 3.5 deviations of `q`, at 48
/// points: an interpolated one and that of the decoder itself.
///
/// For the posterior, use the Gaussian of each of its spots. Values that agree to 1e-7 there are also resolved by the
/// nodes of the lattice: interpolation fails long before the trapezoid rule does.
pub fn field_error<F, L>(field: &F, exact: &L, q: &BivariateGaussian) -> f64
where
    F: LogLikelihood + ?Sized,
    L: LogLikelihood + ?Sized,
{
    let frame = Frame::new(q);
    let points: Vec<_> = (0..POINTS)
        .map(|index| {
            let radius = REACH * ((index as f64 + 0.5) / POINTS as f64).sqrt();
            let (sin, cos) = (index as f64 * GOLDEN_ANGLE).sin_cos();
            frame.latent([radius * cos, radius * sin])
        })
        .collect();
    let (mut found, mut expected) = (Vec::new(), Vec::new());
    field.extend(&points, &mut found);
    exact.extend(&points, &mut expected);
    let difference = |(a, b): (&f64, &f64)| (a - b).abs();
    // NaN is not small.
    found
        .iter()
        .zip(&expected)
        .map(difference)
        .fold(0.0, |most, off| if off.is_nan() { f64::INFINITY } else { off.max(most) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::LatticePair;
    use crate::exact::field::tests::tabulated;

    /// Cosines of a wavelength along both axes.
    struct Waves(f64);

    impl LogLikelihood for Waves {
        fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
            values.extend(points.iter().map(|[z1, z2]| (z1 / self.0).cos() + (z2 / self.0).cos()));
        }
    }

    #[test]
    fn long_waves_are_interpolated_and_short_ones_are_not() {
        let q = BivariateGaussian::new([1.0, -0.7], [0.3, 0.1], 0.5).unwrap();
        for (wave, is_right) in [(0.5, true), (0.02, false), (0.005, false)] {
            let waves = Waves(wave);
            let field = tabulated(LatticePair::FINE, |z| waves.at(z));
            let found = field_error(&field, &waves, &q);
            assert_eq!(found < 1e-9, is_right, "{wave}: {found}");
            assert!(is_right || found > 1e-3, "{wave}: {found}");
        }
    }

    #[test]
    fn nothing_is_no_agreement() {
        let field = tabulated(LatticePair::COARSE, |_| f64::NAN);
        assert_eq!(field_error(&field, &Waves(1.0), &BivariateGaussian::standard()), f64::INFINITY);
    }
}
