//! The hidden layer's nonlinearity, as a candle operation with its own gradient.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor};
use elboscope_kernels::{
    relu_f32, relu_f64, tanh_f32, tanh_f64, times_relu_slope_f32, times_relu_slope_f64,
    times_tanh_slope_f32, times_tanh_slope_f64,
};
use serde::{Deserialize, Serialize};

use super::elementwise::{Binary, Unary};

/// Nonlinearity between the two linear layers of encoder and decoder.
///
/// The exact lattice needs a smooth decoder: its error decreases exponentially with tanh, but only algebraically
/// across the kinks of ReLU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activation {
    /// Hyperbolic tangent, the default.
    #[default]
    Tanh,
    /// max(a, 0).
    Relu,
}

impl Activation {
    /// The name in a weights file's metadata.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tanh => "tanh",
            Self::Relu => "relu",
        }
    }

    /// Reads what [`Self::name`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Tanh, Self::Relu].into_iter().find(|activation| activation.name() == name)
    }

    /// Applies the activation to every element.
    pub fn forward(self, input: &Tensor) -> Result<Tensor> {
        input.contiguous()?.apply_op1(Activate(self))
    }

    /// `gradient` times the derivative at every element, computed from the activation's `output` there.
    pub fn backward(self, gradient: &Tensor, output: &Tensor) -> Result<Tensor> {
        gradient.contiguous()?.apply_op2_no_bwd(&output.contiguous()?, &TimesSlope(self))
    }
}

struct Activate(Activation);

impl CustomOp1 for Activate {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let function = match self.0 {
            Activation::Tanh => Unary { single: tanh_f32, double: tanh_f64 },
            Activation::Relu => Unary { single: relu_f32, double: relu_f64 },
        };
        Ok((function.map(storage, layout)?, layout.shape().clone()))
    }

    fn bwd(&self, _: &Tensor, output: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        self.0.backward(gradient, output).map(Some)
    }
}

/// The gradient times the slope: 1 − h² for tanh; for ReLU 1 where h > 0, else 0.
struct TimesSlope(Activation);

impl CustomOp2 for TimesSlope {
    fn name(&self) -> &'static str {
        "times-slope"
    }

    fn cpu_fwd(
        &self,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
        output: &CpuStorage,
        output_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let function = match self.0 {
            Activation::Tanh => {
                Binary { single: times_tanh_slope_f32, double: times_tanh_slope_f64 }
            }
            Activation::Relu => {
                Binary { single: times_relu_slope_f32, double: times_relu_slope_f64 }
            }
        };
        let product = function.map((gradient, gradient_layout), (output, output_layout))?;
        Ok((product, gradient_layout.shape().clone()))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device, Var};

    use super::*;

    /// tanh by mpmath with 30 digits, on both sides of every switch a quick tanh may have.
    const TANH: [(f64, f64); 9] = [
        (0.0, 0.0),
        (1e-9, 1e-9),
        (1e-4, 9.999_999_966_666_667e-5),
        (0.003, 0.002_999_991_000_032_4),
        (0.3, 0.291_312_612_451_590_9),
        (1.0, 0.761_594_155_955_764_9),
        (4.5, 0.999_753_210_848_027_5),
        (9.5, 0.999_999_988_794_407_2),
        (18.0, 0.999_999_999_999_999_5),
    ];

    fn both_signs() -> Vec<(f64, f64)> {
        TANH.into_iter().chain(TANH.map(|(u, tanh)| (-u, -tanh))).collect()
    }

    #[test]
    fn tanh_matches_mpmath_in_both_precisions() -> Result<()> {
        let known = both_signs();
        let inputs: Vec<f64> = known.iter().map(|pair| pair.0).collect();
        for (dtype, tolerance) in [(DType::F64, 4e-16), (DType::F32, 2e-7)] {
            // Every length of the rest after full vectors.
            for count in 1..=known.len() {
                let input = Tensor::from_slice(&inputs[..count], count, &Device::Cpu)?;
                let output = Activation::Tanh.forward(&input.to_dtype(dtype)?)?;
                let output = output.to_dtype(DType::F64)?.to_vec1::<f64>()?;
                for (found, (u, tanh)) in output.iter().zip(&known) {
                    assert!(
                        (found - tanh).abs() <= tolerance * tanh.abs(),
                        "{dtype:?} tanh {u}: {found}"
                    );
                }
            }
        }
        Ok(())
    }

    #[test]
    fn tanh_agrees_with_the_standard_library_everywhere() -> Result<()> {
        let inputs: Vec<f64> = (-40_000..=40_000).map(|i| f64::from(i) * 5e-4).collect();
        let input = Tensor::from_slice(&inputs, inputs.len(), &Device::Cpu)?;
        let output = Activation::Tanh.forward(&input)?.to_vec1::<f64>()?;
        for (found, u) in output.iter().zip(&inputs) {
            // A few units in the last place for each of the two.
            assert!((found - u.tanh()).abs() <= 1e-15 * u.tanh().abs(), "tanh {u}: {found}");
        }
        Ok(())
    }

    #[test]
    fn tanh_saturates_and_passes_nan_on() -> Result<()> {
        let huge = [f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, f64::NAN];
        for dtype in [DType::F64, DType::F32] {
            let input = Tensor::new(&huge, &Device::Cpu)?.to_dtype(dtype)?;
            let output =
                Activation::Tanh.forward(&input)?.to_dtype(DType::F64)?.to_vec1::<f64>()?;
            assert_eq!(output[..4], [1.0, -1.0, 1.0, -1.0], "{dtype:?}");
            assert!(output[4].is_nan(), "{dtype:?}");
        }
        Ok(())
    }

    #[test]
    fn a_transposed_tensor_keeps_its_places() -> Result<()> {
        let input = Tensor::new(&[[0.0_f64, 1.0], [4.5, 0.3]], &Device::Cpu)?;
        let output = Activation::Tanh.forward(&input.t()?)?.t()?.to_vec2::<f64>()?;
        let plain = Activation::Tanh.forward(&input)?.to_vec2::<f64>()?;
        assert_eq!(output, plain);
        Ok(())
    }

    #[test]
    fn other_types_are_refused() -> Result<()> {
        let input = Tensor::new(&[1_u32, 2], &Device::Cpu)?;
        assert!(Activation::Tanh.forward(&input).is_err());
        Ok(())
    }

    #[test]
    fn slopes_are_one_minus_tanh_squared_and_a_step() -> Result<()> {
        let points = [-2.0_f64, -0.3, 0.25, 1.0, 9.5];
        // 1/cosh² by mpmath.
        let expected = [
            0.070_650_824_853_164_5,
            0.915_136_961_826_629_2,
            0.940_014_848_806_378,
            0.419_974_341_614_026_1,
            2.241_118_549_901_845e-8,
        ];
        let slopes = |activation: Activation| -> Result<Vec<f64>> {
            let input = Var::new(&points, &Device::Cpu)?;
            let gradients = activation.forward(&input)?.sum_all()?.backward()?;
            gradients.get(&input).expect("the input is a leaf").to_vec1()
        };
        for (found, expected) in slopes(Activation::Tanh)?.into_iter().zip(expected) {
            // 1 − tanh² cancels where tanh is near one.
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
        assert_eq!(slopes(Activation::Relu)?, [0.0, 0.0, 1.0, 1.0, 1.0]);
        Ok(())
    }

    #[test]
    fn names_are_read_back() {
        for activation in [Activation::Tanh, Activation::Relu] {
            assert_eq!(Activation::from_name(activation.name()), Some(activation));
        }
        for unknown in ["", "Tanh", "tanh ", "gelu"] {
            assert_eq!(Activation::from_name(unknown), None);
        }
    }
}
