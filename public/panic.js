// The buttons of the panic overlay: they work when the program itself does not.
const overlay = document.getElementById("panic");
overlay.querySelector("[data-action=reload]").onclick = () => location.reload();
overlay.querySelector("[data-action=start-over]").onclick = () => {
  history.replaceState(null, "", location.pathname);
  location.reload();
};
