// What a reader wrote and solved, kept in the browser alone.
const PREFIX = "jaxdigits exercise ";

// A browser may refuse to keep anything; then exercises work all the same.
function keep(name, value) {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {}
}

function kept(name) {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

function allSolved() {
  try {
    return Object.keys(localStorage).filter(
      (name) => name.startsWith(PREFIX) && name.endsWith(" solved"),
    ).length;
  } catch {
    return 0;
  }
}

// The key of an exercise: the names of its lesson and of its check's function, without the lesson's
// number, so that it stays the same if lessons are reordered.
export const keyOf = (root) => root.dataset.key;
export const codeOf = (key) => kept(`${key} code`);
export const keepCode = (key, code) => keep(`${key} code`, code);
export const isSolved = (key) => kept(`${key} solved`) !== undefined;
export const solve = (key) => keep(`${key} solved`, "yes");

export function words(keys, all) {
  const here = keys.filter(isSolved).length;
  const what =
    "Python is the real one. NumPy and JAX are small versions made for this course, and our tests " +
    "compare what they compute with the real ones. ";
  const digits = "The page has fewer digits than the text, so your numbers may differ from it.";
  if (!here && !allSolved()) {
    return (
      "Write your answer into the box and press Run. The code runs in this page: nothing is sent " +
      "anywhere, and what you write stays in this browser. " +
      what +
      digits
    );
  }
  return `Solved: ${here} of ${keys.length} here, ${allSolved()} of ${all} in the course. ${what}${digits}`;
}
