// Trains in a worker with one of three implementations, and records the time of every step.

import load, { Digits, Factors, Training } from "./program/training_bench.js";

// Number of batches that are made before the clock starts; every implementation uses them in this order.
const BATCHES = 15;

const { memory } = await load();
const digits = Digits.shuffled();
const batches = Array.from({ length: BATCHES }, () => digits.next_batch());
const trainings = new Map();

const starts = {
  app: (hidden, latent) => over(batches, Training.app(hidden, latent)),
  candle: (hidden, latent) => over(batches, Training.candle(hidden, latent)),
  async tensorflow(hidden, latent) {
    const { backend, tensors, training } = await import("./tensorflow.js");
    await backend();
    return over(tensors(batches.map((batch) => batch.values())), training(hidden, latent));
  },
};

function over(pixels, training) {
  let next = 0;
  return () => training.step(pixels[next++ % pixels.length]);
}

// Takes steps; returns the milliseconds of each, and the result of the last one.
function timed(step, steps) {
  const milliseconds = [];
  let last;
  let before = performance.now();
  for (let taken = 0; taken < steps; taken++) {
    last = step();
    const after = performance.now();
    milliseconds.push(after - before);
    before = after;
  }
  return { milliseconds, last };
}

const questions = {
  // The training of this implementation and shape continues from one question to the next.
  async train(way, hidden, latent, steps) {
    const name = `${way} ${hidden} ${latent}`;
    if (!trainings.has(name)) trainings.set(name, await starts[way](hidden, latent));
    return timed(trainings.get(name), steps);
  },
  // As in a user's run: every step takes a new batch.
  run(hidden, latent, steps) {
    if (!trainings.has("run")) trainings.set("run", Training.app(hidden, latent));
    const training = trainings.get("run");
    return timed(() => {
      const batch = digits.next_batch();
      const elbo = training.step(batch);
      batch.free();
      return elbo;
    }, steps);
  },
  // Plain products of two matrices.
  multiply(size, times) {
    const factors = new Factors(size);
    const { milliseconds } = timed(() => factors.multiply(), times);
    factors.free();
    return milliseconds;
  },
  memory: () => memory.buffer.byteLength,
  backend: async () => (await import("./tensorflow.js")).backend(),
};

self.onmessage = async ({ data: { name, values } }) => {
  try {
    self.postMessage({ answer: await questions[name](...values) });
  } catch (error) {
    self.postMessage({ failure: String(error) });
  }
};
self.postMessage("ready");
