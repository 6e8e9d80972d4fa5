// Formulas by KaTeX, which is fetched only where there are any. `document$` is Material's: it
// fires when a page is shown, also after instant navigation.
const katexUrl = new URL("katex/katex.min.js", document.currentScript.src);
let katexReady;

async function typeset() {
  const formulas = document.querySelectorAll(".arithmatex");
  if (formulas.length === 0) return;
  katexReady ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: katexUrl });
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  await katexReady;
  for (const formula of formulas) {
    // Written as \(...\) in a line, as \[...\] on lines of its own.
    const source = formula.textContent.trim();
    const displayMode = source.startsWith("\\[");
    katex.render(source.slice(2, -2), formula, { displayMode, throwOnError: false });
  }
}

// Opened from a disk, `document$` ends before it fires: Material closes it with instant navigation.
document$.subscribe({ next: typeset, complete: typeset });
