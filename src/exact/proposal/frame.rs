//! The latent plane in the principal axes of a q, in its deviations.

use std::f64::consts::TAU;

use crate::exact::{Kink, LogLikelihood};
use crate::family::BivariateGaussian;

/// Standard deviations after which q is cut: the mass beyond is e^{−7.5²/2} ≈ 6e−13.
pub(in crate::exact) const REACH: f64 = 7.5;

/// z = μ + u₁ s₁ d₁ + u₂ s₂ d₂ with the principal axes d and the deviations s along them: u ~ N(0, I).
#[derive(Clone, Copy, Debug)]
pub(in crate::exact) struct Frame {
    mean: [f64; 2],
    /// s d of both axes.
    axes: [[f64; 2]; 2],
}

impl Frame {
    pub(crate) fn new(q: &BivariateGaussian) -> Self {
        let axes = q.principal_axes().map(|axis| axis.direction.map(|part| axis.sd * part));
        Self { mean: q.mean(), axes }
    }

    /// z at u.
    pub(crate) fn latent(&self, [first, second]: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|side: usize| {
            self.mean[side] + (first * self.axes[0][side] + second * self.axes[1][side])
        })
    }

    /// A line of the plane as a line in u.
    fn kink(&self, kink: &Kink) -> Kink {
        let along = |axis: [f64; 2]| kink.normal[0] * axis[0] + kink.normal[1] * axis[1];
        Kink { normal: self.axes.map(along), offset: kink.side(self.mean) }
    }
}

/// log N(u; 0, I).
pub(in crate::exact) fn log_standard([first, second]: [f64; 2]) -> f64 {
    -0.5 * (first * first + second * second) - TAU.ln()
}

/// log p(x|z) as a function of u.
pub(in crate::exact) struct Framed<'a, L: ?Sized> {
    frame: Frame,
    likelihood: &'a L,
    kinks: Vec<Kink>,
}

impl<'a, L: LogLikelihood + ?Sized> Framed<'a, L> {
    pub(crate) fn new(frame: Frame, likelihood: &'a L) -> Self {
        let kinks = likelihood.kinks().iter().map(|kink| frame.kink(kink)).collect();
        Self { frame, likelihood, kinks }
    }
}

impl<L: LogLikelihood + ?Sized> LogLikelihood for Framed<'_, L> {
    fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
        let latents: Vec<_> = points.iter().map(|&u| self.frame.latent(u)).collect();
        self.likelihood.extend(&latents, values);
    }

    fn kinks(&self) -> &[Kink] {
        &self.kinks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plane([Kink; 1]);

    impl LogLikelihood for Plane {
        fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
            values.extend(points.iter().map(|&z| self.0[0].side(z)));
        }

        fn kinks(&self) -> &[Kink] {
            &self.0
        }
    }

    #[test]
    fn u_is_standard_normal_and_lines_stay_lines() {
        let q = BivariateGaussian::new([3.0, -20.0], [0.02, 2.0], 0.9).unwrap();
        let frame = Frame::new(&q);
        let plane = Plane([Kink { normal: [1.5, -0.25], offset: 3.0 }]);
        let framed = Framed::new(frame, &plane);
        let log_area = q.log_density(q.mean()) - log_standard([0.0; 2]);
        for u in [[0.0, 0.0], [1.0, 2.0], [-7.0, 0.5]] {
            let off = q.log_density(frame.latent(u)) - log_area - log_standard(u);
            assert!(off.abs() < 1e-9, "{off}");
            assert!((framed.at(u) - framed.kinks()[0].side(u)).abs() < 1e-12);
        }
    }
}
