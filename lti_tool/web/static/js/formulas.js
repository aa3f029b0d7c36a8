/* Formulas of an exercise, drawn where the page has some: \( … \), \[ … \] and $$ … $$, with mhchem's \ce.

   A page asks for this file only where its content has formulas; without it they are read as they were written.
   MathML needs no stylesheet, and no style attribute, which the pages forbid. */

const VENDOR = new URL("../vendor/katex-0.19.1", import.meta.url);
const OPTIONS = {
  output: "mathml",
  throwOnError: false,
  maxSize: 20,
  delimiters: [
    { left: "$$", right: "$$", display: true },
    { left: "\\[", right: "\\]", display: true },
    { left: "\\(", right: "\\)", display: false },
  ],
  ignoredTags: ["script", "noscript", "style", "textarea", "pre", "code", "option"],
};

function draw(root) {
  globalThis.renderMathInElement(root, OPTIONS);
}

/* One after the other: each extends the one before. */
for (const part of [".js", "-mhchem.js", "-auto-render.js"]) await import(VENDOR + part);

draw(document.querySelector("main"));

/* The page is swapped without being loaded again (app.js). */
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.localName === "main") draw(node);
}).observe(document.body, { childList: true });
