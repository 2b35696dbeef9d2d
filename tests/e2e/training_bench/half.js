// One of two workers that divide every batch and exchange gradients in transferred buffers.

import load, { Half } from "./program/training_bench.js";

await load();
let half, port, buffer, resolve;
// The other worker may be ahead by one message.
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
  // Milliseconds per step of a single worker.
  alone(steps) {
    const began = performance.now();
    for (let taken = 0; taken < steps; taken++) {
      half.gather();
      half.apply();
    }
    return (performance.now() - began) / steps;
  },
  // The same with the copies of an exchange but without messages: a lower bound of the time with another worker.
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
  // The same with another worker: both send, both add, both update by the same sum.
  async together(steps) {
    const began = performance.now();
    for (let taken = 0; taken < steps; taken++) {
      half.gather();
      buffer ??= new Float32Array(half.count());
      half.give(buffer);
      port.postMessage(buffer, [buffer.buffer]);
      // The received buffer is reused for the next gradients.
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
