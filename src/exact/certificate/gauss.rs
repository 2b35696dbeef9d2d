//! Gauss–Legendre quadrature with a proven error for analytic integrands.

use super::decoder::INFLATION;

/// N, the nodes per axis.
pub(super) const POINTS: usize = 8;

/// The nodes on [−1, 1], each to half a unit in the last place.
pub(super) const NODES: [f64; POINTS] = [
    -0.960_289_856_497_536_2,
    -0.796_666_477_413_626_7,
    -0.525_532_409_916_329,
    -0.183_434_642_495_649_8,
    0.183_434_642_495_649_8,
    0.525_532_409_916_329,
    0.796_666_477_413_626_7,
    0.960_289_856_497_536_2,
];

/// Their weights, which sum to 2, each to half a unit in the last place.
pub(super) const WEIGHTS: [f64; POINTS] = [
    0.101_228_536_290_376_26,
    0.222_381_034_453_374_48,
    0.313_706_645_877_887_3,
    0.362_683_783_378_362,
    0.362_683_783_378_362,
    0.313_706_645_877_887_3,
    0.222_381_034_453_374_48,
    0.101_228_536_290_376_26,
];

/// The ellipse with foci ±1 in the complex plane whose half-axes sum to ρ (Bernstein 1912).
#[derive(Clone, Copy, Debug)]
pub(super) struct Ellipse {
    /// At least 1; there it is the interval [−1, 1] itself.
    pub(super) rho: f64,
}

impl Ellipse {
    /// Its half-axis along the real line.
    pub(super) fn real(&self) -> f64 {
        0.5 * (self.rho + 1.0 / self.rho) * INFLATION
    }

    /// Its half-axis along the imaginary line.
    pub(super) fn imaginary(&self) -> f64 {
        0.5 * (self.rho - 1.0 / self.rho) * INFLATION
    }

    /// Bound on the error of the rule on [−1, 1] for a function that is analytic in the ellipse and at most 1 in
    /// magnitude there.
    ///
    /// # Formula
    /// Its Chebyshev coefficients are at most 2 ρ⁻ᵏ (Bernstein). The rule is exact to degree 2N − 1, and
    /// for odd k both integral and rule are 0. For each even k ≥ 2N ≥ 4 the integral of T_k is at most
    /// 2/(k² − 1) ≤ 2/15 in magnitude and the rule, whose weights are positive, at most 2. Summed over
    /// k = 2N, 2N + 2, …: **64/15 · ρ^(−2N)/(1 − ρ⁻²)** (Trefethen 2008, Theorem 4.5).
    pub(super) fn error(&self) -> f64 {
        const { assert!(POINTS >= 2) };
        let inverse_square = 1.0 / (self.rho * self.rho);
        let power = inverse_square.powi(POINTS as i32);
        64.0 / 15.0 * power / (1.0 - inverse_square) * INFLATION
    }

    /// Bound on the error of the product rule on [−1, 1]² for a function that is at most `largest`\[a\] in magnitude
    /// while its a-th argument is in the ellipse and the other in [−1, 1].
    ///
    /// One argument is integrated after the other: the error in the first is integrated over a length
    /// of 2, that in the second is added up with weights whose sum is 2.
    pub(super) fn square_error(&self, largest: [f64; 2]) -> f64 {
        2.0 * self.error() * (largest[0] + largest[1]) * INFLATION
    }
}

/// Ellipses among which the one with the smallest error is sought.
const RHOS: [f64; 12] = [1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 12.0, 16.0];

/// The ellipse with the smallest error, if that is below `most`.
pub(super) fn best_ellipse(most: f64, error: impl Fn(&Ellipse) -> f64) -> Option<Ellipse> {
    let mut best = (most, None);
    for ellipse in RHOS.map(|rho| Ellipse { rho }) {
        let error = error(&ellipse);
        if error < best.0 {
            best = (error, Some(ellipse));
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(f: impl Fn(f64) -> f64) -> f64 {
        NODES.into_iter().zip(WEIGHTS).map(|(node, weight)| weight * f(node)).sum()
    }

    #[test]
    fn polynomials_are_integrated_to_degree_fifteen() {
        for degree in 0..2 * POINTS as i32 {
            let exact = if degree % 2 == 0 { 2.0 / f64::from(degree + 1) } else { 0.0 };
            assert!((rule(|x| x.powi(degree)) - exact).abs() < 1e-15, "{degree}");
        }
        assert!((rule(|x| x.powi(16)) - 2.0 / 17.0).abs() > 1e-6);
    }

    #[test]
    fn the_error_is_a_bound_and_not_much_more() {
        // 1/(a − x) has its pole at a; in the ellipse that reaches to b < a it is at most 1/(a − b).
        let mut tightest = f64::INFINITY;
        for a in [1.05_f64, 1.25, 2.0, 3.0] {
            let exact = ((a + 1.0) / (a - 1.0)).ln();
            let off = (rule(|x| 1.0 / (a - x)) - exact).abs();
            let pole = a + (a * a - 1.0).sqrt();
            for share in [0.5, 0.8, 0.9, 0.95, 0.99] {
                let ellipse = Ellipse { rho: pole.powf(share) };
                let bound = ellipse.error() / (a - ellipse.real());
                assert!(off < bound + 1e-15, "{a} {share}: {off} {bound}");
                if off > 1e-13 {
                    tightest = tightest.min(bound / off);
                }
            }
        }
        // Half of ρ⁻¹⁶'s digits could not be missing unnoticed.
        assert!(tightest < 100.0, "{tightest}");
    }

    /// The Chebyshev polynomial T₁₆, the first that the rule does not integrate.
    fn chebyshev(x: f64) -> f64 {
        (16.0 * x.acos()).cos()
    }

    #[test]
    fn the_first_polynomial_that_is_missed_nearly_reaches_the_bound() {
        // In the ellipse T₁₆ is at most ½(ρ¹⁶ + ρ⁻¹⁶); its integral is −2/255. In two dimensions
        // T₁₆(x) + T₁₆(y) has 1 more, and four times the error: a length of 2 for either.
        let off = (rule(chebyshev) + 2.0 / 255.0).abs();
        let square = rule(|x| rule(|y| chebyshev(x) + chebyshev(y))) + 2.0 * 4.0 / 255.0;
        assert!((square.abs() - 4.0 * off).abs() < 1e-12);
        for rho in [4.0_f64, 8.0, 16.0] {
            let (ellipse, largest) = (Ellipse { rho }, 0.5 * (rho.powi(16) + rho.powi(-16)));
            let bound = ellipse.error() * largest;
            assert!((0.65..1.0).contains(&(off / bound)), "{rho}: {off} {bound}");
            let bound = ellipse.square_error([largest + 1.0; 2]);
            assert!((0.65..1.0).contains(&(square.abs() / bound)), "{rho}: {square} {bound}");
        }
    }

    #[test]
    fn half_axes_differ_by_the_foci() {
        for rho in [1.0, 1.5, 4.0, 16.0] {
            let ellipse = Ellipse { rho };
            let square = ellipse.real().powi(2) - ellipse.imaginary().powi(2);
            assert!((square - 1.0).abs() < 1e-9, "{rho}");
            assert!((ellipse.real() + ellipse.imaginary() - rho).abs() < 1e-10);
        }
    }
}
