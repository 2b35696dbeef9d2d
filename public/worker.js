// Runs one of the two programs, as named by the page, in a worker.
self.onmessage = async ({ data: { glue, module } }) => {
  self.onmessage = null;
  try {
    const bindings = await import(glue);
    await bindings.default({ module_or_path: module });
  } catch (error) {
    // A rejected promise causes no error event in the page; an exception outside of a promise does.
    setTimeout(() => {
      throw error;
    });
  }
};
