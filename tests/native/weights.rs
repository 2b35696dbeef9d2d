//! Weights files: they are read back to the bit, and every fault of a file is reported.

use std::collections::HashMap;

use crate::common::small_model::small_model;
use candle_core::{DType, Device, Tensor};
use elboscope::data::BinaryImage;
use elboscope::model::{
    Activation, ImageTerm, MAX_UNIT_INPUT, TENSOR_NAMES, Vae, WeightsError, encoder_proposal,
    read_weights, tells_activation, tensor_prefix, write_weights,
};
use proptest::prelude::*;
use safetensors::{Dtype, SafeTensors};

/// Tensors of a file that can be modified before it is written.
type Tensors = HashMap<String, Tensor>;

fn model() -> Vae {
    small_model(3, 2, Activation::Tanh)
}

fn tensors(model: &Vae) -> Vec<Tensor> {
    let layers = model.encoder.iter().chain(&model.decoder);
    layers.flat_map(|layer| [layer.weight.clone(), layer.bias.clone()]).collect()
}

fn by_name(model: &Vae) -> Tensors {
    TENSOR_NAMES.iter().map(|name| name.to_string()).zip(tensors(model)).collect()
}

fn file(tensors: &Tensors, metadata: &[(&str, &str)]) -> Vec<u8> {
    let metadata =
        metadata.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    safetensors::serialize(tensors, Some(metadata)).unwrap()
}

fn bits(model: &Vae) -> Vec<Vec<u32>> {
    let flat = |tensor: Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    tensors(model).into_iter().map(|t| flat(t).into_iter().map(f32::to_bits).collect()).collect()
}

/// The error for a file in which one tensor was changed.
fn error_with(name: &str, change: impl Fn(&Tensor) -> Tensor) -> WeightsError {
    let mut tensors = by_name(&model());
    let changed = change(&tensors[name]);
    tensors.insert(name.to_string(), changed);
    read_weights(&file(&tensors, &[])).unwrap_err()
}

#[test]
fn writing_and_reading_keeps_every_bit() {
    for activation in [Activation::Tanh, Activation::Relu] {
        let model = small_model(5, 2, activation);
        let bytes = write_weights(&model).unwrap();
        let back = read_weights(&bytes).unwrap();
        assert_eq!(bits(&back), bits(&model));
        assert_eq!(back.activation, activation);
        assert!(tells_activation(&bytes));
        assert_eq!(write_weights(&back).unwrap(), bytes);
    }
}

#[test]
fn names_and_shapes_are_those_of_two_pytorch_sequentials() {
    // nn.Sequential(nn.Linear(784, 5), nn.Tanh(), nn.Linear(5, 4)) and (nn.Linear(2, 5), nn.Tanh(),
    // nn.Linear(5, 784)): layer 1 has no parameters, a weight is [out, in].
    let bytes = write_weights(&small_model(5, 2, Activation::Tanh)).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let expected: [(&str, &[usize]); 8] = [
        ("encoder.0.weight", &[5, 784]),
        ("encoder.0.bias", &[5]),
        ("encoder.2.weight", &[4, 5]),
        ("encoder.2.bias", &[4]),
        ("decoder.0.weight", &[5, 2]),
        ("decoder.0.bias", &[5]),
        ("decoder.2.weight", &[784, 5]),
        ("decoder.2.bias", &[784]),
    ];
    assert_eq!(file.len(), expected.len());
    assert_eq!(TENSOR_NAMES, expected.map(|(name, _)| name));
    for (name, shape) in expected {
        let tensor = file.tensor(name).unwrap();
        assert_eq!((tensor.shape(), tensor.dtype()), (shape, Dtype::F32), "{name}");
    }
}

#[test]
fn other_latent_sizes_and_hidden_widths_are_read() {
    for (hidden, latent) in [(1, 1), (4, 3), (64, 2)] {
        let model = small_model(hidden, latent, Activation::Tanh);
        let back = read_weights(&write_weights(&model).unwrap()).unwrap();
        assert_eq!((back.hidden(), back.latent()), (hidden, latent));
    }
}

#[test]
fn a_missing_tensor_is_named_with_what_is_there() {
    for missing in TENSOR_NAMES {
        let mut tensors = by_name(&model());
        tensors.remove(missing);
        match read_weights(&file(&tensors, &[])) {
            Err(WeightsError::Missing { name, found }) => {
                assert_eq!(name, missing);
                assert_eq!(found.split(", ").count(), 7);
                assert!(!found.contains(missing));
            }
            other => panic!("{missing}: {other:?}"),
        }
    }
}

#[test]
fn a_file_of_other_names_tells_some_of_them() {
    let one = Tensor::zeros(1, DType::F32, &Device::Cpu).unwrap();
    let tensors: Tensors =
        (0..500).map(|n| (format!("blocks.{n}.{}", "x".repeat(50)), one.clone())).collect();
    let error = read_weights(&file(&tensors, &[])).unwrap_err();
    assert!(matches!(error, WeightsError::Missing { .. }), "{error}");
    assert!(error.to_string().chars().count() < 400);
}

#[test]
fn a_wrong_shape_is_named() {
    for wrong in TENSOR_NAMES {
        // One more along the first axis, and all in one row: at least one tensor no longer fits.
        let longer = |t: &Tensor| Tensor::cat(&[t, &t.narrow(0, 0, 1).unwrap()], 0).unwrap();
        let flat = |t: &Tensor| t.flatten_all().unwrap().unsqueeze(0).unwrap();
        for error in [error_with(wrong, longer), error_with(wrong, flat)] {
            assert!(matches!(error, WeightsError::Shape { .. }), "{wrong}: {error:?}");
        }
    }
    let error =
        error_with("decoder.2.bias", |_| Tensor::zeros(783, DType::F32, &Device::Cpu).unwrap());
    let expected = WeightsError::Shape {
        name: "decoder.2.bias",
        found: vec![783],
        expected: "[784]".to_string(),
    };
    assert_eq!(error, expected);
}

#[test]
fn empty_and_scalar_tensors_have_the_wrong_shape() {
    let empty = |t: &Tensor| Tensor::zeros((0, t.dims()[1]), DType::F32, &Device::Cpu).unwrap();
    assert!(matches!(error_with("encoder.0.weight", empty), WeightsError::Shape { .. }));
    for name in TENSOR_NAMES {
        let error = error_with(name, |_| Tensor::new(1.0_f32, &Device::Cpu).unwrap());
        assert!(matches!(error, WeightsError::Shape { .. }), "{name}: {error:?}");
    }
}

#[test]
fn the_first_value_that_is_not_finite_is_found() {
    for name in TENSOR_NAMES {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let error = error_with(name, |t| {
                let mut values = t.flatten_all().unwrap().to_vec1::<f32>().unwrap();
                values[2..].fill(bad);
                Tensor::from_vec(values, t.shape(), &Device::Cpu).unwrap()
            });
            // The shortest tensor has three values.
            assert_eq!(error, WeightsError::NotFinite { name: name_of(name), position: 2 });
        }
    }
}

fn name_of(name: &str) -> &'static str {
    TENSOR_NAMES.into_iter().find(|known| *known == name).unwrap()
}

#[test]
fn an_f64_beyond_f32_is_not_finite() {
    let error = error_with("encoder.2.bias", |_| {
        Tensor::new(&[0.0_f64, 1e39, 0.0, 0.0], &Device::Cpu).unwrap()
    });
    assert_eq!(error, WeightsError::NotFinite { name: "encoder.2.bias", position: 1 });
}

#[test]
fn other_floating_types_are_read_as_f32() {
    let model = model();
    for (dtype, tolerance) in [(DType::F64, 0.0), (DType::F16, 1e-3), (DType::BF16, 1e-2)] {
        let tensors: Tensors = by_name(&model)
            .into_iter()
            .map(|(name, t)| (name, t.to_dtype(dtype).unwrap()))
            .collect();
        let back = read_weights(&file(&tensors, &[])).unwrap();
        for (found, expected) in bits(&back).iter().flatten().zip(bits(&model).iter().flatten()) {
            let (found, expected) = (f32::from_bits(*found), f32::from_bits(*expected));
            assert!((found - expected).abs() <= tolerance * expected.abs() + tolerance * 1e-3);
        }
    }
}

#[test]
fn tensors_beside_the_eight_are_ignored() {
    let mut tensors = by_name(&model());
    tensors.insert("optimizer.step".into(), Tensor::new(&[7_i64], &Device::Cpu).unwrap());
    tensors.insert("aaa".into(), Tensor::new(&[f32::NAN], &Device::Cpu).unwrap());
    assert_eq!(bits(&read_weights(&file(&tensors, &[])).unwrap()), bits(&model()));
}

#[test]
fn tensors_beside_the_eight_are_ignored_whatever_their_type() {
    let bytes = write_weights(&model()).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mask = safetensors::tensor::TensorView::new(Dtype::BOOL, vec![2], &[0, 1]).unwrap();
    let mut views = file.tensors();
    views.push(("mask".to_string(), mask));
    let with_mask = safetensors::serialize(views, None).unwrap();
    assert_eq!(bits(&read_weights(&with_mask).unwrap()), bits(&model()));
}

#[test]
fn activations_are_named_assumed_or_unknown() {
    let tensors = by_name(&model());
    let silent = file(&tensors, &[("format", "pt")]);
    assert!(!tells_activation(&silent));
    assert_eq!(read_weights(&silent).unwrap().activation, Activation::Tanh);
    let relu = file(&tensors, &[("format", "pt"), ("activation", "relu")]);
    assert!(tells_activation(&relu));
    assert_eq!(read_weights(&relu).unwrap().activation, Activation::Relu);
    let gelu = read_weights(&file(&tensors, &[("activation", "gelu")])).unwrap_err();
    assert_eq!(gelu, WeightsError::Activation("gelu".to_string()));
    let long = "é".repeat(10_000);
    let error = read_weights(&file(&tensors, &[("activation", long.as_str())])).unwrap_err();
    assert_eq!(error, WeightsError::Activation("é".repeat(40)));
}

#[test]
fn a_hidden_layer_too_wide_is_refused() {
    let bytes = write_weights(&small_model(4097, 2, Activation::Tanh)).unwrap();
    assert_eq!(read_weights(&bytes).unwrap_err(), WeightsError::TooWide { found: 4097 });
    let wide = small_model(4096, 2, Activation::Tanh);
    assert_eq!(read_weights(&write_weights(&wide).unwrap()).unwrap().hidden(), 4096);
}

#[test]
fn no_beginning_of_a_file_is_a_file() {
    let bytes = write_weights(&model()).unwrap();
    let header = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let ends = (0..header + 64).chain((header..bytes.len()).step_by(97)).chain([bytes.len() - 1]);
    for end in ends {
        let found = read_weights(&bytes[..end]);
        assert!(matches!(found, Err(WeightsError::NotSafetensors(_))), "{end}: {found:?}");
        assert!(!tells_activation(&bytes[..end]));
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(matches!(read_weights(&longer), Err(WeightsError::NotSafetensors(_))));
}

#[test]
fn headers_of_garbage_or_of_an_impossible_length_are_refused() {
    let bytes = write_weights(&model()).unwrap();
    for length in [0, 1, 99_999_999, 100_000_001, u64::from(u32::MAX), u64::MAX - 7, u64::MAX] {
        let mut file = bytes.clone();
        file[..8].copy_from_slice(&length.to_le_bytes());
        assert!(matches!(read_weights(&file), Err(WeightsError::NotSafetensors(_))), "{length}");
    }
    let wrong_headers: [&[u8]; 7] = [
        b"not json",
        b"{}}",
        b"[]",
        b"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,5]}}",
        b"{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        b"{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551615,2],\"data_offsets\":[0,4]}}",
        b"\xff\xfe\xfd",
    ];
    for header in wrong_headers {
        let length = (header.len() as u64).to_le_bytes();
        let file = [length.as_slice(), header, &[0; 4]].concat();
        assert!(matches!(read_weights(&file), Err(WeightsError::NotSafetensors(_))), "{header:?}");
    }
}

/// The file of a model in which every number of some tensors is multiplied.
fn scaled(model: &Vae, names: &[&str], factor: f64) -> Vec<u8> {
    let mut tensors = by_name(model);
    for name in names {
        tensors.insert((*name).to_owned(), (&tensors[*name] * factor).unwrap());
    }
    file(&tensors, &[("activation", model.activation.name())])
}

#[test]
fn weights_so_large_that_nothing_can_be_computed_are_refused() {
    for activation in [Activation::Tanh, Activation::Relu] {
        let model = small_model(16, 2, activation);
        for name in TENSOR_NAMES {
            for factor in [1e20, 1e30] {
                let found = read_weights(&scaled(&model, &[name], factor));
                let Err(WeightsError::TooLarge { reached, .. }) = found else {
                    panic!("{name}, {activation:?}: {found:?}")
                };
                assert!(reached > MAX_UNIT_INPUT, "{reached}");
            }
        }
        // Values that a person may have typed, or that a large learning rate gives, are accepted.
        let usual: [(&[&str], f64); 3] = [
            (&["decoder.0.weight", "decoder.0.bias"], 50.0),
            (&["decoder.2.weight", "decoder.2.bias"], 300.0),
            (&["encoder.0.weight", "encoder.2.weight"], 20.0),
        ];
        for (names, factor) in usual {
            assert!(read_weights(&scaled(&model, names, factor)).is_ok(), "{names:?}");
        }
    }
}

#[test]
fn whatever_is_accepted_has_a_finite_likelihood_in_the_whole_plane() {
    let image = BinaryImage::from_fn(|pixel| pixel % 3 == 0);
    let latents = [24.0, 24.0, -24.0, 24.0, 0.0, 0.0, 1e-3, -24.0];
    for activation in [Activation::Tanh, Activation::Relu] {
        let model = small_model(16, 2, activation);
        let outputs = ["decoder.2.weight", "decoder.2.bias", "encoder.2.weight", "encoder.2.bias"];
        // The largest power of two that is still accepted.
        let largest = (0..60)
            .rev()
            .find_map(|power| read_weights(&scaled(&model, &outputs, f64::from(power).exp2())).ok())
            .expect("a factor of one is accepted");
        for dtype in [DType::F64, DType::F32] {
            let model = largest.to_dtype(dtype).unwrap();
            let term = ImageTerm::new(&model, &image).unwrap();
            let values = term.log_likelihoods(&model, &latents, 4).unwrap();
            assert!(values.iter().all(|value| value.is_finite() && *value <= 0.0), "{values:?}");
            assert!(values.iter().any(|&value| value < -1e6), "near the limit: {values:?}");
        }
        let q = encoder_proposal(&largest, &image).unwrap();
        assert!(q.mean().iter().chain(&q.sd()).all(|value| value.is_finite()));
    }
}

#[test]
fn a_prefix_before_every_tensor_is_taken_off() {
    let model = model();
    let named = |prefix: &str| -> Tensors {
        by_name(&model).into_iter().map(|(name, t)| (format!("{prefix}{name}"), t)).collect()
    };
    for prefix in ["_orig_mod.", "module.", "module._orig_mod.", "vae/", ""] {
        let bytes = file(&named(prefix), &[]);
        assert_eq!(bits(&read_weights(&bytes).unwrap()), bits(&model), "{prefix}");
        assert_eq!(tensor_prefix(&bytes), prefix);
    }
    // The standard names have priority over prefixed ones.
    let mut both = named("ema.");
    both.extend(named(""));
    assert_eq!(tensor_prefix(&file(&both, &[])), "");
    // A prefix that not all names share is none.
    let mut torn = named("module.");
    let last = torn.remove("module.decoder.2.bias").unwrap();
    torn.insert("decoder.2.bias".to_owned(), last);
    let bytes = file(&torn, &[]);
    assert_eq!(tensor_prefix(&bytes), "");
    assert!(matches!(read_weights(&bytes), Err(WeightsError::Missing { .. })));
    assert_eq!(tensor_prefix(b"no file"), "");
}

/// A file and where its header ends.
fn small_file() -> (Vec<u8>, usize) {
    let bytes = write_weights(&small_model(1, 2, Activation::Tanh)).unwrap();
    let header = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    (bytes, header)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn changed_bytes_give_a_finite_model_or_an_error(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        in_header: bool,
    ) {
        let (mut bytes, header) = small_file();
        let end = if in_header { header } else { bytes.len() };
        for (index, byte) in changes {
            bytes[index.index(end)] = byte;
        }
        if let Ok(model) = read_weights(&bytes) {
            let all_finite = bits(&model).iter().flatten().all(|bits| f32::from_bits(*bits).is_finite());
            prop_assert!(all_finite);
        }
    }

    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(matches!(read_weights(&bytes), Err(WeightsError::NotSafetensors(_))));
        prop_assert!(!tells_activation(&bytes));
    }
}
