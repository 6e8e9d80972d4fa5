// Formulas by KaTeX, which is fetched only where there are any: script, styles, and by these the
// fonts. `document$` is Material's: it fires when a page is shown, also after instant navigation.
const katexUrl = new URL("katex/", document.currentScript.src);
let katexReady;

function arrives(tag, properties) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.onload = resolve;
    element.onerror = reject;
    document.head.append(element);
  });
}

async function typeset() {
  const formulas = document.querySelectorAll(".arithmatex");
  if (formulas.length === 0) return;
  katexReady ??= Promise.all([
    arrives("link", { rel: "stylesheet", href: new URL("katex.min.css", katexUrl) }),
    arrives("script", { src: new URL("katex.min.js", katexUrl) }),
  ]);
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
