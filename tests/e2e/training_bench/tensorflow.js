// The same VAE in TensorFlow.js, with its own layers: fused products, its Adam, its gradients.

import "./tfjs/tf.min.js";
import "./tfjs/tf-backend-wasm.min.js";

const { tf } = globalThis;

// Selects the wasm backend; returns its name with the features that it found.
export async function backend() {
  tf.wasm.setWasmPaths(new URL("./tfjs/", import.meta.url).href);
  await tf.setBackend("wasm");
  const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  const threads = await tf.env().getAsync("WASM_HAS_MULTITHREAD_SUPPORT");
  return `${tf.version_core} ${tf.getBackend()}${simd ? "-simd" : ""}${threads ? ", threads" : ""}`;
}

export const tensors = (batches) => batches.map((values) => tf.tensor2d(values, [values.length / 784, 784]));

export function training(hidden, latent) {
  const layers = [
    layer(784, hidden),
    layer(hidden, 2 * latent),
    layer(latent, hidden),
    layer(hidden, 784),
  ];
  const adam = tf.train.adam(1e-3);
  const step = (pixels) =>
    tf.tidy(() => -adam.minimize(() => loss(layers, latent, pixels), true).dataSync()[0]);
  return { step };
}

// Uniform within 1/√inputs, as in this app and PyTorch.
function layer(inputs, outputs) {
  const bound = 1 / Math.sqrt(inputs);
  const uniform = (shape) => tf.variable(tf.randomUniform(shape, -bound, bound));
  return { weight: uniform([inputs, outputs]), bias: uniform([outputs]) };
}

const dense = (input, { weight, bias }, activation) =>
  tf.fused.matMul({ a: input, b: weight, bias, activation });

// Minus the ELBO per image, from one draw per image.
function loss(layers, latent, pixels) {
  const images = pixels.shape[0];
  const output = dense(dense(pixels, layers[0], "relu"), layers[1], "linear");
  const mean = tf.slice(output, [0, 0], [images, latent]);
  const logVariance = tf.slice(output, [0, latent], [images, latent]);
  const noise = tf.randomNormal([images, latent]);
  const latents = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise));
  const logits = dense(dense(latents, layers[2], "relu"), layers[3], "linear");
  // ln(1 + eᵃ) in the form that does not overflow; tf.softplus takes longer.
  const softplus = tf.add(tf.relu(logits), tf.log(tf.add(tf.exp(tf.neg(tf.abs(logits))), 1)));
  const fit = tf.sum(tf.sub(tf.mul(logits, pixels), softplus));
  const kl = tf.sum(tf.sub(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), logVariance), 1));
  return tf.div(tf.sub(tf.mul(kl, 0.5), fit), images);
}
