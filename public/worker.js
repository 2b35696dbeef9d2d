// Runs the page's already compiled wasm a second time, as the background half of the app.
self.onmessage = async ({ data: { glue, module } }) => {
  self.onmessage = null;
  const bindings = await import(glue);
  await bindings.default({ module_or_path: module });
};
