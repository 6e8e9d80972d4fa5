// The setting as a program to copy.
import { toPython } from "./python.js";

export function createPythonView(root) {
  root.innerHTML = `<div class="choice"></div><pre tabindex="0" aria-label="Python program"><code></code></pre>
    <p><button type="button">Copy</button> <span role="status"></span></p>`;
  const code = root.querySelector("code");
  const [button, status] = root.querySelectorAll("button, [role=status]");
  let shown = "";

  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      status.textContent = "Copied.";
    } catch {
      status.textContent = "This browser does not let the page copy. Select the text instead.";
    }
    setTimeout(() => (status.textContent = ""), 3000);
  });

  return {
    show(settings, epochs, { all, heldOut }) {
      const options = {
        source: all === 10000 ? "mnist" : "uci",
        heldOut: [all, all + heldOut.labels.length],
        epochs: Math.max(1, Math.floor(epochs)),
      };
      const programs = settings.map((setting) => toPython(setting, options));
      const titles = ["# The first setting\n", "\n\n# The second setting\n"];
      const text =
        programs.length > 1 ? programs.map((text, n) => titles[n] + text).join("") : programs[0];
      if (text !== shown) code.textContent = shown = text;
    },
  };
}
