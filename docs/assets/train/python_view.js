// The setting as a program to copy.
import { toSafetensors } from "./files.js";
import { toPython } from "./python.js";

// `params()` promises the layers of the first setting.
export function createPythonView(root, { params }) {
  root.innerHTML = `<pre tabindex="0" aria-label="Python program"><code></code></pre>
    <p class="buttons"><button type="button">Copy the program</button>
      <button type="button">Save the parameters</button> <span role="status"></span></p>`;
  const code = root.querySelector("code");
  const [copy, save, status] = root.querySelectorAll("button, [role=status]");
  let shown = "";

  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      status.textContent = "Copied.";
    } catch {
      status.textContent = "This browser does not let the page copy. Select the text instead.";
    }
    setTimeout(() => (status.textContent = ""), 3000);
  });

  save.addEventListener("click", async () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(toSafetensors(await params()));
    link.download = "trained.safetensors";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });

  return {
    show(lanes, { all, heldOut }) {
      const options = {
        source: all === 10000 ? "mnist" : "uci",
        heldOut: [all, all + heldOut.labels.length],
        epochs: Math.max(1, Math.floor(lanes[0].epochs)),
      };
      const programs = lanes.map(({ setting }) => toPython(setting, options));
      const titles = ["# The first setting\n", "\n\n# The second setting\n"];
      const text =
        programs.length > 1 ? programs.map((text, n) => titles[n] + text).join("") : programs[0];
      if (text !== shown) code.textContent = shown = text;
    },
  };
}
