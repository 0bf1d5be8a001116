// Classic and blocking on purpose: it runs before the first paint, so that neither a chosen theme nor the controls that
// need the module (class "scripted") appear late. A browser without modules gets the pages as they are.
if ("noModule" in HTMLScriptElement.prototype) {
  const root = document.documentElement;
  root.dataset.script = "on";
  try {
    const theme = localStorage.getItem("yansou.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage is refused here: the system's theme stays.
  }
}
