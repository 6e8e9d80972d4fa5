// Pictures that a reader's code shows, as jd.plots.show_image does.
const SIDE = 112; // Pixels of the page for the longer side of a picture.

// Returns a picture for the page. Its colors are characters from 0 to 255, four for each number.
export function picture({ height, width, colors, title }) {
  const figure = document.createElement("figure");
  if (title) {
    const caption = document.createElement("figcaption");
    caption.textContent = title;
    figure.append(caption);
  }
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.style.width = `${SIDE * Math.min(1, width / height)}px`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `A picture of ${height} x ${width} numbers`);
  const bytes = Uint8ClampedArray.from(colors, (letter) => letter.charCodeAt(0));
  canvas.getContext("2d").putImageData(new ImageData(bytes, width), 0, 0);
  figure.append(canvas);
  return figure;
}
