//! The decoder for one x in plain f64, with proven bounds on what rounding does to it.
//!
//! With y_d = (1 − 2x_d) a_d the Bernoulli likelihood is log p(x|z) = −Σ_d softplus(y_d), for ink and
//! background alike; so the rows of the output layer are stored with their signs turned.
//!
//! # Rounding
//! Let u be [`UNIT`], H the hidden width, n = H + 784 + 20; a sum of n products is off by at most n·u
//! times the sum of their magnitudes, in any order (Higham 2002, §3.1; what that neglects is of the order
//! n²u², far less than [`INFLATION`]). Let coordinates be at most Z in magnitude and off by 4uZ, w be the
//! largest ‖w_j‖₁ and b the largest |b_j|.
//! - A hidden unit is off by at most **T = 8u (w Z + b + 3)**: the coordinates give 4u wZ and the three
//!   terms of the pre-activation 3u (wZ + b); tanh makes no error larger and adds 8 units in the last
//!   place, 8u below one; 16u are spare. At the ends of a cell's range the coordinates are exact, while
//!   adding the half-width costs another 4u (wZ + b).
//! - The logits are together off by at most **Y = S (T + n u) + n u B** with S = Σ|W_dj| and B = Σ|b_d|,
//!   for no tanh exceeds 1 in magnitude. A ReLU is at most M_j = ‖w_j‖₁ Z + |b_j| and off by 7u M_j: the
//!   coordinates give 4u, the terms 3u. With H + 1 roundings of the sum H + 8 are needed; allowed are
//!   **Y = 4u (H + 20) (Σ_j C_j M_j + B)**, C_j = Σ_d|W_dj|, for the pieces of `affine` need more.
//! - log p(x|z) then is off by Y, for its slope in a logit is at most 1; and by its own sum's rounding:
//!   785u |ℓ| for 784 terms of one sign; 784 factors 1 + e^{−|y|}, each within 10u; two logarithms below
//!   280 within 16u: at most **Y + 900u |ℓ| + 3·10⁴ u**.

use candle_core::{DType, Tensor};

use super::CertificateError;
use super::interval::UNIT;
use crate::data::{BinaryImage, PIXELS};
use crate::model::{Activation, Vae, in_precision};

/// Makes an upper bound of a computed sum of products of non-negative numbers: n·u with n up to 5000.
pub(super) const INFLATION: f64 = 1.0 + 1e-12;

/// Factors of at most 2 that are multiplied before their logarithm is taken: 2³⁹² is far from overflow.
const FACTORS: usize = PIXELS / 2;

/// One unit of the hidden layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct HiddenUnit {
    pub(super) weight: [f64; 2],
    pub(super) bias: f64,
}

impl HiddenUnit {
    /// u_j(z)
    pub(super) fn pre_activation(&self, [z1, z2]: [f64; 2]) -> f64 {
        self.weight[0] * z1 + self.weight[1] * z2 + self.bias
    }

    /// The largest change of the pre-activation for such a change of the coordinates.
    pub(super) fn reach(&self, [first, second]: [f64; 2]) -> f64 {
        self.weight[0].abs() * first + self.weight[1].abs() * second
    }

    /// M_j: the largest magnitude of the pre-activation for coordinates up to `reach`.
    pub(super) fn most(&self, reach: f64) -> f64 {
        (self.reach([reach; 2]) + self.bias.abs()) * INFLATION
    }
}

/// The decoder with the signs of one x. Every sum of magnitudes is an upper bound.
#[derive(Clone, Debug)]
pub(super) struct SignedDecoder {
    pub(super) activation: Activation,
    pub(super) units: Vec<HiddenUnit>,
    /// Signed output weights, [784, H].
    weights: Vec<f64>,
    /// Signed output biases.
    pub(super) biases: Vec<f64>,
    /// Σ_j |W_dj| of each pixel.
    pub(super) row_sums: Vec<f64>,
    /// Σ_d |W_dj| of each unit.
    pub(super) column_sums: Vec<f64>,
    /// S
    pub(super) weight_sum: f64,
    /// B
    bias_sum: f64,
    /// Σ C_j ‖w_j‖₁ and Σ C_j |b_j|: bounds of the hidden layer's effect on the logits.
    carried: [f64; 2],
    /// w
    pub(super) largest_weight: f64,
    /// b
    largest_bias: f64,
}

impl SignedDecoder {
    /// The decoder of `model` with the signs of `image`.
    ///
    /// # Errors
    /// [`CertificateError::Latent`] for a model that cannot have one.
    pub(super) fn new(model: &Vae, image: &BinaryImage) -> Result<Self, CertificateError> {
        if model.latent() != 2 {
            return Err(CertificateError::Latent { found: model.latent() });
        }
        let values =
            |tensor: &Tensor| in_precision(tensor, DType::F64)?.flatten_all()?.to_vec1::<f64>();
        let [input, output] = &model.decoder;
        let weights = values(&input.weight)?;
        let units = weights.as_chunks::<2>().0.iter().zip(values(&input.bias)?);
        let units: Vec<HiddenUnit> =
            units.map(|(&weight, bias)| HiddenUnit { weight, bias }).collect();
        let (mut weights, mut biases) = (values(&output.weight)?, values(&output.bias)?);
        let rows = weights.chunks_exact_mut(units.len()).zip(&mut biases);
        for ((row, bias), _) in rows.zip(image.pixels()).filter(|(_, ink)| *ink) {
            *bias = -*bias;
            for weight in row {
                *weight = -*weight;
            }
        }

        let mut column_sums = vec![0.0; units.len()];
        let mut row_sums = Vec::with_capacity(PIXELS);
        for row in weights.chunks_exact(units.len()) {
            row_sums.push(INFLATION * row.iter().map(|weight| weight.abs()).sum::<f64>());
            for (sum, weight) in column_sums.iter_mut().zip(row) {
                *sum += INFLATION * weight.abs();
            }
        }
        let sum = |values: &[f64]| INFLATION * values.iter().map(|value| value.abs()).sum::<f64>();
        let most = |f: fn(&HiddenUnit) -> f64| INFLATION * units.iter().map(f).fold(0.0, f64::max);
        let carried = |f: fn(&HiddenUnit) -> f64| {
            INFLATION * units.iter().zip(&column_sums).map(|(unit, c)| c * f(unit)).sum::<f64>()
        };
        Ok(Self {
            activation: model.activation,
            weight_sum: sum(&row_sums),
            bias_sum: sum(&biases),
            carried: [carried(|unit| unit.reach([1.0, 1.0])), carried(|unit| unit.bias.abs())],
            largest_weight: most(|unit| unit.reach([1.0, 1.0])),
            largest_bias: most(|unit| unit.bias.abs()),
            units,
            weights,
            biases,
            row_sums,
            column_sums,
        })
    }

    /// H.
    pub(super) fn hidden(&self) -> usize {
        self.units.len()
    }

    /// n·u.
    pub(super) fn sum_rounding(&self) -> f64 {
        (self.hidden() + PIXELS + 20) as f64 * UNIT
    }

    /// T, for coordinates up to `reach`.
    pub(super) fn unit_error(&self, reach: f64) -> f64 {
        8.0 * UNIT * (self.largest_weight * reach + self.largest_bias + 3.0) * INFLATION
    }

    /// Y, for coordinates up to `reach`.
    pub(super) fn logit_error(&self, reach: f64) -> f64 {
        let rounding = self.sum_rounding();
        let error = match self.activation {
            Activation::Tanh => {
                let weights = self.weight_sum * (self.unit_error(reach) + rounding);
                weights + rounding * self.bias_sum
            }
            Activation::Relu => {
                self.affine_rounding() * (self.carried_magnitude(reach) + self.bias_sum)
            }
        };
        error * INFLATION
    }

    /// 4u (H + 20), for ReLU.
    fn affine_rounding(&self) -> f64 {
        4.0 * UNIT * (self.hidden() + 20) as f64
    }

    /// Σ_j C_j M_j for coordinates up to `reach`.
    pub(super) fn carried_magnitude(&self, reach: f64) -> f64 {
        let [by_weight, by_bias] = self.carried;
        (by_weight * reach + by_bias) * INFLATION
    }

    /// Bound on the error of one logit: the largest row in place of the sum over all.
    pub(super) fn largest_logit_error(&self, reach: f64) -> f64 {
        let largest = |values: &[f64]| values.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
        let (row, bias) = (largest(&self.row_sums), largest(&self.biases));
        let rounding = self.sum_rounding();
        let error = match self.activation {
            Activation::Tanh => row * (self.unit_error(reach) + rounding) + rounding * bias,
            Activation::Relu => {
                let unit = self.largest_weight * reach + self.largest_bias;
                self.affine_rounding() * (row * unit + bias)
            }
        };
        error * INFLATION
    }

    /// h_j, given u_j.
    pub(super) fn activate(&self, pre_activation: f64) -> f64 {
        match self.activation {
            Activation::Tanh => pre_activation.tanh(),
            Activation::Relu => pre_activation.max(0.0),
        }
    }

    /// W_dj of every pixel, for one unit.
    pub(super) fn column(&self, unit: usize) -> impl Iterator<Item = f64> + '_ {
        self.weights.iter().skip(unit).step_by(self.hidden()).copied()
    }

    /// By how much a computed log p(x|z) may be off.
    pub(super) fn log_likelihood_error(&self, reach: f64, log_likelihood: f64) -> f64 {
        log_likelihood_error(self.logit_error(reach), log_likelihood)
    }

    /// Σ_j f(W_dj) h_j of each pixel, for several columns h at once.
    pub(super) fn product<const LANES: usize>(
        &self,
        columns: &[[f64; LANES]],
        f: impl Fn(f64) -> f64,
        mut each: impl FnMut(usize, [f64; LANES]),
    ) {
        for (pixel, row) in self.weights.chunks_exact(self.hidden()).enumerate() {
            let mut sums = [0.0; LANES];
            for (weight, column) in row.iter().zip(columns) {
                let weight = f(*weight);
                for (sum, value) in sums.iter_mut().zip(column) {
                    *sum += weight * value;
                }
            }
            each(pixel, sums);
        }
    }

    /// Σ_d W_dj s_d of each unit.
    pub(super) fn transposed_product<const LANES: usize>(
        &self,
        slopes: &[[f64; LANES]],
    ) -> Vec<[f64; LANES]> {
        let mut sums = vec![[0.0; LANES]; self.hidden()];
        for (row, slopes) in self.weights.chunks_exact(self.hidden()).zip(slopes) {
            for (sums, weight) in sums.iter_mut().zip(row) {
                for (sum, slope) in sums.iter_mut().zip(slopes) {
                    *sum += weight * slope;
                }
            }
        }
        sums
    }

    /// log p(x|z) at several points, each off by at most [`Self::log_likelihood_error`].
    pub(super) fn log_likelihoods<const LANES: usize>(
        &self,
        points: &[[f64; 2]; LANES],
    ) -> [f64; LANES] {
        let hidden = |unit: &HiddenUnit| points.map(|z| self.activate(unit.pre_activation(z)));
        let columns: Vec<[f64; LANES]> = self.units.iter().map(hidden).collect();
        let mut sum = SoftplusSum::new();
        self.product(
            &columns,
            |weight| weight,
            |pixel, sums| {
                sum.push(sums.map(|sum| sum + self.biases[pixel]));
            },
        );
        sum.finish().map(|sum| -sum)
    }
}

/// By how much −Σ softplus(y_d) may be off if the logits are together off by `logit_error`.
pub(super) fn log_likelihood_error(logit_error: f64, log_likelihood: f64) -> f64 {
    (logit_error + 900.0 * UNIT * log_likelihood.abs() + 3e4 * UNIT) * INFLATION
}

/// σ(y) and σ(y)σ(−y), the first and the second derivative of softplus.
pub(super) fn softplus_derivatives(y: f64) -> (f64, f64) {
    let power = (-y.abs()).exp();
    let tail = power / (1.0 + power);
    (if y > 0.0 { 1.0 - tail } else { tail }, tail * (1.0 - tail))
}

/// Σ softplus(y) of several columns: one exponential per term and one logarithm per [`FACTORS`].
#[derive(Clone, Copy, Debug)]
pub(super) struct SoftplusSum<const LANES: usize> {
    positive: [f64; LANES],
    product: [f64; LANES],
    factors: usize,
}

impl<const LANES: usize> SoftplusSum<LANES> {
    /// Empty sums.
    pub(super) fn new() -> Self {
        Self { positive: [0.0; LANES], product: [1.0; LANES], factors: 0 }
    }

    /// Adds one term to every column.
    pub(super) fn push(&mut self, terms: [f64; LANES]) {
        for (lane, term) in terms.into_iter().enumerate() {
            self.positive[lane] += term.max(0.0);
            self.product[lane] *= 1.0 + (-term.abs()).exp();
        }
        self.factors += 1;
        if self.factors == FACTORS {
            self.take_logarithm();
        }
    }

    fn take_logarithm(&mut self) {
        for (positive, product) in self.positive.iter_mut().zip(&mut self.product) {
            *positive += product.ln();
            *product = 1.0;
        }
        self.factors = 0;
    }

    /// The sums.
    pub(super) fn finish(mut self) -> [f64; LANES] {
        self.take_logarithm();
        self.positive
    }
}

#[cfg(test)]
pub(super) mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;
    use crate::exact::field::tests::small_model;
    use crate::model::ImageTerm;

    pub(crate) fn stripes() -> BinaryImage {
        BinaryImage::from_fn(|pixel| pixel % 3 == 0)
    }

    impl SignedDecoder {
        /// Makes every pixel independent of z.
        pub(crate) fn forget_units(&mut self) {
            let (rows, columns) = (&mut self.row_sums, &mut self.column_sums);
            for value in self.weights.iter_mut().chain(rows).chain(columns) {
                *value = 0.0;
            }
            self.weight_sum = 0.0;
            self.carried = [0.0; 2];
        }
    }

    pub(crate) fn small_decoder(scale: f64) -> SignedDecoder {
        SignedDecoder::new(&small_model(Activation::Tanh, scale), &stripes()).unwrap()
    }

    pub(crate) fn relu_decoder(hidden: usize, scale: f64, seed: u64) -> SignedDecoder {
        let model = Vae::seeded(hidden, 2, scale, Activation::Relu, seed);
        SignedDecoder::new(&model, &stripes()).unwrap()
    }

    const POINTS: [[f64; 2]; 4] = [[0.0, 0.0], [1.5, -0.25], [-3.0, 7.0], [20.0, -0.001]];

    #[test]
    fn signs_give_the_bernoulli_likelihood() -> Result<(), candle_core::Error> {
        for activation in [Activation::Tanh, Activation::Relu] {
            let model = small_model(activation, 1.0);
            for image in
                [stripes(), BinaryImage::from_fn(|_| true), BinaryImage::from_fn(|_| false)]
            {
                let decoder = SignedDecoder::new(&model, &image).unwrap();
                let term = ImageTerm::new(&model, &image)?;
                let expected = term.log_likelihoods(&model, POINTS.as_flattened(), POINTS.len())?;
                let found = decoder.log_likelihoods(&POINTS);
                for (found, expected) in found.into_iter().zip(expected) {
                    assert_abs_diff_eq!(found, expected, epsilon = 1e-10);
                    // The proven error is of the size of real ones, not of the numbers.
                    let error = decoder.log_likelihood_error(20.0, found);
                    assert!(error > 1e-13 && error < 1e-8, "{error}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn sums_of_magnitudes_and_products_by_columns_and_rows() {
        let decoder = small_decoder(1.0);
        let ones = vec![[1.0, -2.0]; decoder.hidden()];
        decoder.product(&ones, f64::abs, |pixel, [sum, other]| {
            assert!(sum <= decoder.row_sums[pixel]);
            assert_abs_diff_eq!(sum, decoder.row_sums[pixel], epsilon = 1e-9);
            assert_abs_diff_eq!(other, -2.0 * sum, epsilon = 1e-12);
        });
        // sᵀ(Wh) = (Wᵀs)ᵀh
        let slopes: Vec<[f64; 1]> = (0..PIXELS).map(|pixel| [(pixel as f64).sin()]).collect();
        let mut along = 0.0;
        decoder.product(&ones, |weight| weight, |pixel, [sum, _]| along += slopes[pixel][0] * sum);
        let across: f64 = decoder.transposed_product(&slopes).iter().map(|sum| sum[0]).sum();
        assert_abs_diff_eq!(along, across, epsilon = 1e-10);
        let total: f64 = decoder.row_sums.iter().sum();
        assert!(decoder.weight_sum >= total && decoder.weight_sum < total * (1.0 + 1e-10));
        let total: f64 = decoder.column_sums.iter().sum();
        assert_abs_diff_eq!(decoder.weight_sum, total, epsilon = 1e-7);
    }

    #[test]
    fn rounding_is_allowed_for_as_derived() {
        // T, Y and the error of ℓ as the head of this file has them, from the weights themselves.
        let decoder = small_decoder(1.0);
        let most = |f: fn(&HiddenUnit) -> f64| decoder.units.iter().map(f).fold(0.0, f64::max);
        let (w, b) = (most(|u| u.weight[0].abs() + u.weight[1].abs()), most(|u| u.bias.abs()));
        let sum = |values: &[f64]| values.iter().map(|value| value.abs()).sum::<f64>();
        let (all_weights, all_biases) = (sum(&decoder.weights), sum(&decoder.biases));
        let (unit, n) = (2.0_f64.powi(-53), (decoder.hidden() + 784 + 20) as f64);
        for (reach, log_likelihood) in [(0.5, -100.0), (20.0, -1e4)] {
            let of_unit = 8.0 * unit * (w * reach + b + 3.0);
            let of_logits = all_weights * (of_unit + n * unit) + n * unit * all_biases;
            let of_sum = of_logits + 900.0 * unit * f64::abs(log_likelihood) + 3e4 * unit;
            for (found, derived) in [
                (decoder.unit_error(reach), of_unit),
                (decoder.logit_error(reach), of_logits),
                (decoder.log_likelihood_error(reach, log_likelihood), of_sum),
            ] {
                assert!(found >= derived && found < derived * (1.0 + 1e-10), "{found} {derived}");
            }
        }
    }

    #[test]
    fn rounding_is_allowed_for_as_derived_for_relu() {
        let decoder = relu_decoder(4, 1.0, 5);
        for reach in [0.5, 20.0] {
            let mut expected: f64 = decoder.biases.iter().map(|bias| bias.abs()).sum();
            let mut largest_unit = 0.0_f64;
            for (index, unit) in decoder.units.iter().enumerate() {
                let most = (unit.weight[0].abs() + unit.weight[1].abs()) * reach + unit.bias.abs();
                expected += most * decoder.column(index).map(f64::abs).sum::<f64>();
                largest_unit = largest_unit.max(most);
            }
            let derived = 4.0 * 2.0_f64.powi(-53) * (4.0 + 20.0) * expected;
            let found = decoder.logit_error(reach);
            assert!(found >= derived && found < derived * (1.0 + 1e-10), "{found} {derived}");
            // That of one logit is less than of all, and not less than a 784th.
            let one = decoder.largest_logit_error(reach);
            assert!(one < found && one > found / PIXELS as f64, "{one} {found}");
            assert!(decoder.carried_magnitude(reach) >= largest_unit);
        }
    }

    #[test]
    fn softplus_sums_and_derivatives_at_every_size() {
        let mut sum = SoftplusSum::<3>::new();
        for _ in 0..PIXELS {
            sum.push([0.0, 800.0, -1.0]);
        }
        // ln 2, 800 and ln(1 + 1/e), by mpmath.
        let expected = [std::f64::consts::LN_2, 800.0, 0.313_261_687_518_222_8];
        for (found, expected) in sum.finish().into_iter().zip(expected) {
            assert_abs_diff_eq!(found, 784.0 * expected, epsilon = 1e-9);
        }
        // σ(1) = 0.7310585786300049, σ(1)σ(−1) = 0.19661193324148185.
        for (y, sigmoid) in [(1.0, 0.731_058_578_630_004_9), (-1.0, 0.268_941_421_369_995_1)] {
            let (first, second) = softplus_derivatives(y);
            assert_abs_diff_eq!(first, sigmoid, epsilon = 1e-15);
            assert_abs_diff_eq!(second, 0.196_611_933_241_481_85, epsilon = 1e-15);
        }
        assert_eq!(softplus_derivatives(1e4), (1.0, 0.0));
        assert_eq!(softplus_derivatives(-1e4), (0.0, 0.0));
    }

    #[test]
    fn models_without_a_certificate_are_refused() {
        let mut model = small_model(Activation::Tanh, 1.0);
        model.decoder[0].weight =
            Tensor::zeros((4, 3), DType::F64, &candle_core::Device::Cpu).unwrap();
        let found = SignedDecoder::new(&model, &stripes());
        assert!(matches!(found, Err(CertificateError::Latent { found: 3 })));
    }
}
