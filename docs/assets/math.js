// Formulas by KaTeX, whose script is fetched when a formula is in sight, or when a reader of a page
// with formulas first does anything: a page opens without it, and has it before it is scrolled to
// one. `document$` is Material's: it fires when a page is shown, also after instant navigation.
"use strict";

{
  const address = new URL("katex/katex.min.js", document.currentScript.src);
  let katexReady;

  function fetchKatex() {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: address, onload: resolve, onerror: reject });
      document.head.append(script);
    });
  }

  function wanted(formulas) {
    return new Promise((resolve) => {
      const inSight = new IntersectionObserver((changes) => {
        if (changes.some((change) => change.isIntersecting)) resolve();
      });
      for (const formula of formulas) inSight.observe(formula);
      for (const action of ["scroll", "pointermove", "pointerdown", "keydown"]) {
        addEventListener(action, resolve, { once: true, passive: true });
      }
    });
  }

  async function typeset() {
    const formulas = document.querySelectorAll(".arithmatex");
    if (formulas.length === 0) return;
    if (!katexReady) await wanted(formulas);
    await (katexReady ??= fetchKatex());
    let started = 0;
    for (const formula of formulas) {
      // A page answers while its formulas appear: a few at a time.
      if (performance.now() - started > 8) {
        await new Promise((resolve) => setTimeout(resolve));
        started = performance.now();
      }
      // Written as \(...\) in a line, as \[...\] on lines of its own.
      const source = formula.textContent.trim();
      const displayMode = source.startsWith("\\[");
      katex.render(source.slice(2, -2), formula, { displayMode, throwOnError: false });
    }
  }

  // Opened from a disk, `document$` ends before it fires: Material closes it with instant navigation.
  document$.subscribe({ next: typeset, complete: typeset });
}
