// A text field for Python: lines keep their indentation, Tab indents, and Escape lets Tab move on.

const INDENT = "    ";

export function upgrade(area, { code, changed, run }) {
  const fit = () => {
    area.rows = Math.max(4, area.value.split("\n").length + 1);
  };
  let leaving = false; // After Escape, Tab moves to the next control, as it does elsewhere.
  const replace = (start, end, text) => {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input"));
  };

  area.value = code;
  fit();
  area.addEventListener("input", () => {
    fit();
    changed(area.value);
  });
  area.addEventListener("blur", () => {
    leaving = false;
  });
  area.addEventListener("keydown", (event) => {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const line = value.lastIndexOf("\n", start - 1) + 1;
    if (event.key === "Escape") {
      leaving = true;
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      const before = value.slice(line, start);
      const deeper = before.trimEnd().endsWith(":") ? INDENT : "";
      replace(start, end, `\n${before.match(/^ */)[0]}${deeper}`);
    } else if (event.key === "Tab" && !leaving && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      if (event.shiftKey) {
        const spaces = value.slice(line, line + INDENT.length).match(/^ */)[0].length;
        const place = Math.max(line, start - spaces);
        area.setRangeText("", line, line + spaces, "preserve");
        area.setSelectionRange(place, place);
        area.dispatchEvent(new Event("input"));
      } else {
        replace(start, end, INDENT);
      }
    } else if (event.key === "Backspace" && start === end && start > line) {
      const before = value.slice(line, start);
      if (before.trim() === "" && before.length % INDENT.length === 0) {
        event.preventDefault();
        replace(start - INDENT.length, start, "");
      }
    }
  });
  return {
    code: () => area.value,
    set: (text) => {
      area.value = text;
      fit();
    },
    focus: () => area.focus(),
  };
}
