// A picture of a digit, from a file or from the camera.
import { readPhoto } from "./photo.js";

export const CHOOSER = `
  <label class="file">Choose a picture <input type="file" accept="image/*"></label>
  <label class="file camera">Take a picture
    <input type="file" accept="image/*" capture="environment"></label>`;

// Calls `chosen` with each file.
export function whenChosen(root, chosen) {
  for (const input of root.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      const [file] = input.files;
      input.value = ""; // So that the same file can be chosen again.
      if (file) chosen(file);
    });
  }
}

const NO_PICTURE = "This file could not be opened as a picture. Please choose a PNG or a JPEG.";
const NO_DIGIT =
  "No digit was found in this picture. Please choose one that shows a single digit, written with a " +
  "thick pen, and some plain paper around it.";

// Returns a picture as 784 intensities, as `read_image` of jaxdigits does. An error says what to do.
export async function readPicture(file) {
  const image = await readPhoto(file).catch((cause) => {
    throw new Error(NO_PICTURE, { cause });
  });
  if (!image) throw new Error(NO_DIGIT);
  return image;
}
