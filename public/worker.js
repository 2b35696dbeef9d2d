// Runs one of the two programs, which the page names, as the background half of the app.
self.onmessage = async ({ data: { glue, module } }) => {
  self.onmessage = null;
  try {
    const bindings = await import(glue);
    await bindings.default({ module_or_path: module });
  } catch (error) {
    // A rejected promise stays in here; the page hears only of what is thrown outside of one.
    setTimeout(() => {
      throw error;
    });
  }
};
