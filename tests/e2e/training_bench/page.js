// Hands one question at a time to the worker, as the site does with its own.

let worker;
let running;

// A worker of its own, whose memory nobody has used yet.
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
