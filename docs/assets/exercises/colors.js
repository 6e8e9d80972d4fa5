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

// The library's own description of Python is three lines like these, and 4 KB that other languages need.
languageMap.python = {
  comments: { line: "#" },
  autoIndent: [([start], code) => /[:([{] *$/.test(code.slice(0, start))],
};
// Its other keys would be in the way of the browser's.
const KEYS = Object.fromEntries(
  ["Tab", "8+Tab", "Enter", "Mod+/"].map((key) => [key, defaultKeymap[key]]),
);

// Puts the editor in the place of the field, and returns the editor's own field.
export function color(field) {
  const { value, selectionStart, selectionEnd, attributes } = field;
  const options = { language: "python", lineNumbers: false, tabSize: 4, value };
  const editor = createEditor(null, options, editorCommands(KEYS, []));
  const { container, textarea, keyCommandMap } = editor;
  for (const { name, value } of attributes) textarea.setAttribute(name, value);
  keyCommandMap.Escape = () => {
    setIgnoreTab(true);
  };
  textarea.addEventListener("blur", () => setIgnoreTab(false));
  // Enter that ends a composition of characters is no new line.
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
