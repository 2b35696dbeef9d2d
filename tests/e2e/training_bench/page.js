// Sends one question at a time to the worker, as the site does with its own.

let worker;
let running;

// A new worker with fresh memory.
window.begin = () => {
  worker?.terminate();
  worker = new Worker("./worker.js", { type: "module" });
  running = new Promise((resolve, reject) => {
    worker.onmessage = resolve;
    worker.onerror = (event) => reject(new Error(event.message));
  });
};

window.ask = async (name, ...values) => {
  await running;
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data: { answer, failure } }) =>
      failure === undefined ? resolve(answer) : reject(new Error(failure));
    worker.postMessage({ name, values });
  });
};

// One worker with whole batches against two that divide them, in turns.
window.share = async (hidden, latent, steps, turns) => {
  const open = async () => {
    const worker = new Worker("./half.js", { type: "module" });
    await new Promise((resolve) => (worker.onmessage = resolve));
    return (name, values, transfer = []) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data: { answer, failure } }) =>
          failure === undefined ? resolve(answer) : reject(new Error(failure));
        worker.postMessage({ name, values }, transfer);
      });
  };
  const [whole, first, second] = [await open(), await open(), await open()];
  const { port1, port2 } = new MessageChannel();
  await whole("begin", [hidden, latent, 0, 1]);
  await first("begin", [hidden, latent, 0, 2]);
  await second("begin", [hidden, latent, 1, 2]);
  await first("connect", [port1], [port1]);
  await second("connect", [port2], [port2]);
  const found = { whole: [], half: [], shared: [] };
  for (let turn = 0; turn <= turns; turn++) {
    const times = {
      whole: await whole("alone", [steps]),
      half: await first("copying", [steps]),
      shared: (await Promise.all([first("together", [steps]), second("together", [steps])]))[0],
    };
    // The first turn warms up.
    if (turn > 0) for (const name in times) found[name].push(times[name]);
  }
  return found;
};
