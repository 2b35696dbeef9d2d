//! The message of a candle error without its backtrace.
//!
//! The symbol names would add 25 kB of code to the page, and its users cannot use them.

use candle_core::Error;

/// Why an operation failed, in one line.
pub fn reason(error: &Error) -> String {
    match error {
        Error::WithBacktrace { inner, .. } | Error::WithPath { inner, .. } => reason(inner),
        Error::Context { inner, context } => format!("{context}: {}", reason(inner)),
        Error::Msg(text) => text.clone(),
        Error::Wrapped(error) => error.to_string(),
        Error::SafeTensor(error) => error.to_string(),
        Error::UnsupportedSafeTensorDtype(dtype) => format!("numbers of type {dtype} are not read"),
        Error::UnsupportedDTypeForOp(dtype, op) => format!("{op} has no {}", dtype.as_str()),
        Error::UnexpectedDType { msg, expected, got } => {
            format!("{msg}: {} instead of {}", got.as_str(), expected.as_str())
        }
        Error::UnexpectedShape { msg, .. } => msg.clone(),
        Error::ShapeMismatch { buffer_size, shape } => {
            format!("{buffer_size} numbers for the shape {:?}", shape.dims())
        }
        Error::ShapeMismatchBinaryOp { lhs, rhs, op } => {
            format!("{op} of shapes {:?} and {:?}", lhs.dims(), rhs.dims())
        }
        _ => "an operation of the network failed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device, Tensor};

    use super::*;

    #[test]
    fn an_error_is_said_in_one_line() {
        let device = &Device::Cpu;
        let matrix = Tensor::zeros((2, 3), DType::F32, device).unwrap();
        let errors = [
            matrix.matmul(&matrix).unwrap_err(),
            matrix.to_vec2::<f64>().unwrap_err(),
            matrix.reshape((4, 4)).unwrap_err(),
            Error::Msg("no such layer".into()).bt(),
            Error::wrap("q has no area"),
            candle_core::safetensors::SliceSafetensors::new(b"nonsense").map(|_| ()).unwrap_err(),
        ];
        for error in errors {
            let said = reason(&error);
            assert!(!said.is_empty() && !said.contains('\n'), "{said:?}");
            assert!(!said.contains("failed"), "not told apart: {error}");
        }
    }
}
