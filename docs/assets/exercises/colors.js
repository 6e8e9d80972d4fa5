// Makes a text field an editor of prism-code-editor, which colors Python and indents its lines. Tab
// indents, too; after Escape it moves to the next control, as it does elsewhere.
import { createEditor, languageMap } from "../editor/index.js";
import {
  defaultKeymap,
  editorCommands,
  setIgnoreTab,
} from "../editor/extensions/commands/index.js";
import "../editor/prism/languages/python.js";

const response = await fetch(new URL("../editor/layout.css", import.meta.url));
if (!response.ok) throw new Error(`${response.url} cannot be loaded (${response.status})`);
const layout = await new CSSStyleSheet().replace(await response.text());
document.adoptedStyleSheets.push(layout);

// The library has such a description of Python, too, but it comes with 4 KB for other languages.
languageMap.python = {
  comments: { line: "#" },
  autoIndent: [([start], code) => /[:([{] *$/.test(code.slice(0, start))],
};
// Some of the library's other keys mean something else in a browser.
const KEYS = Object.fromEntries(
  ["Tab", "8+Tab", "Enter", "Mod+/"].map((key) => [key, defaultKeymap[key]]),
);

// Puts the editor in the place of the field, and returns the editor's own field.
export function color(field) {
  const { value, selectionStart, selectionEnd, attributes } = field;
  const options = { language: "python", lineNumbers: false, tabSize: 4, value };
  const editor = createEditor(null, options, editorCommands(KEYS, []));
  const { container, textarea, keyCommandMap } = editor;
  for (const { name, value } of attributes) {
    // A field that is in use has a class from the theme, and the editor needs its own.
    if (name !== "class") textarea.setAttribute(name, value);
  }
  keyCommandMap.Escape = () => {
    setIgnoreTab(true);
  };
  textarea.addEventListener("blur", () => setIgnoreTab(false));
  // An Enter that ends the composition of a character, as in Japanese, begins no new line.
  const compose = (event) => event.isComposing && event.stopPropagation();
  container.addEventListener("keydown", compose, { capture: true });

  const focused = document.activeElement === field;
  field.before(container);
  if (focused) {
    textarea.focus({ preventScroll: true });
    textarea.setSelectionRange(selectionStart, selectionEnd);
  }
  field.remove();
  return textarea;
}
