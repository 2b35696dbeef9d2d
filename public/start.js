// Starts the application; a separate file, because the content security policy allows no inline script.
const { glue, wasm } = document.querySelector("script[data-glue]").dataset;
const absolute = (address) => new URL(address, document.baseURI).href;

try {
  const { default: initialise } = await import(absolute(glue));
  await initialise({ module_or_path: absolute(wasm) });
} catch (error) {
  console.error(error);
  // The application's own messages are in the part that could not be loaded.
  const message = document.createElement("p");
  message.id = "load-failure";
  message.setAttribute("role", "alert");
  message.textContent =
    "ELBOscope could not start: reload the page, or try a newer browser. · " +
    "O ELBOscope não pôde iniciar: recarregue a página ou use um navegador mais novo.";
  document.body.prepend(message);
}
