// One of two workers that share every batch: each takes half of it, and they exchange gradients in
// transferred buffers.

import load, { Half } from "./program/training_bench.js";

await load();
let half, port, buffer, resolve;
// The other may be ahead by one message.
const inbox = [];

const next = () => inbox.shift() ?? new Promise((waiting) => (resolve = waiting));

const questions = {
  begin(hidden, latent, part, parts) {
    half = Half.share(hidden, latent, part, parts);
    buffer = undefined;
  },
  connect(other) {
    port = other;
    port.onmessage = ({ data }) => {
      resolve ? resolve(data) : inbox.push(data);
      resolve = undefined;
    };
  },
  // Milliseconds per step without another.
  alone(steps) {
    const began = performance.now();
    for (let taken = 0; taken < steps; taken++) {
      half.gather();
      half.apply();
    }
    return (performance.now() - began) / steps;
  },
  // The same with the copies that an exchange takes, and nobody to exchange with: no message can make it
  // faster.
  copying(steps) {
    const began = performance.now();
    for (let taken = 0; taken < steps; taken++) {
      half.gather();
      buffer ??= new Float32Array(half.count());
      half.give(buffer);
      half.take(buffer);
      half.apply();
    }
    return (performance.now() - began) / steps;
  },
  // The same with another: both send, both add, both move by the same sum.
  async together(steps) {
    const began = performance.now();
    for (let taken = 0; taken < steps; taken++) {
      half.gather();
      buffer ??= new Float32Array(half.count());
      half.give(buffer);
      port.postMessage(buffer, [buffer.buffer]);
      // The buffer that came carries the next gradients back.
      buffer = await next();
      half.take(buffer);
      half.apply();
    }
    return (performance.now() - began) / steps;
  },
};

self.onmessage = async ({ data: { name, values } }) => {
  try {
    self.postMessage({ answer: await questions[name](...values) });
  } catch (error) {
    self.postMessage({ failure: String(error) });
  }
};
self.postMessage("ready");
