// The interactive picture of lesson 3: a three that can be dragged sideways, and its distances to the
// mean three and to the mean seven. What is shown follows from the slider alone.
"use strict";

{
  const SIZE = 28; // rows and columns of an image
  const PIXEL = 4; // its width in the picture
  const SIDE = SIZE * PIXEL;
  const TOP = 20; // where the three images begin
  const PLACES = [0, 128, 256]; // their left edges
  const BAR = 106; // where the bars begin
  const LENGTH = 820; // of a bar, for a distance of 1
  const LEVELS = 8; // how many shades are drawn

  // Pixels from 0 to 1, out of one byte each. `atob` skips white space.
  const read = (text) => Array.from(atob(text), (byte) => byte.charCodeAt(0) / 255);

  // Training image 10000 of MNIST, and the means of all its training threes and sevens, rounded.
  const THREE = read(`
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    AAAAAAAdlsP+//6wwZZgAAAAAAAAAAAAAAAAAAAAADCm4P396sT9/f396QAAAAAAAAAAAAAAAAAAXfT5/bsuCggECsL9/ekA
    AAAAAAAAAAAAAAAAAGv9/eYwAAAAAADA/f2cAAAAAAAAAAAAAAAAAAADFBQPAAAAAAAr4P31SgAAAAAAAAAAAAAAAAAAAAAA
    AAAAAAAA+f31fgAAAAAAAAAAAAAAAAAAAAAAAAAAAA5l3/34fAAAAAAAAAAAAAAAAAAAAAAAAAAAC6bv/f39ux4AAAAAAAAA
    AAAAAAAAAAAAAAAAABD4+v39/f3o1W8CAAAAAAAAAAAAAAAAAAAAAAAAACtiYtD9/f39uxYAAAAAAAAAAAAAAAAAAAAAAAAA
    AAAJM3f9/f1MAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABt/39iwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAALb9/WgAAAAAAAAA
    AAAAAAAAAAAAAAAAAAAAAFX5/f0kAAAAAAAAAAAAAAAAAAAAAAAAAAAAADzW/f2tCwAAAAAAAAAAAAAAAAAAAAAAAAAAAGL3
    /f3iCQAAAAAAAAAAAAAAAAAAAAAAAAAAKpb8/f3pNQAAAAAAAAAAAAAAAAAAACpzKjxzn/D9/fqvGQAAAAAAAAAAAAAAAAAA
    AAC7/f39/f39/cVWAAAAAAAAAAAAAAAAAAAAAAAAZ/39/f396EMBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==`);
  const MEAN_THREE = read(`
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    AAAAAAAAAAAAAAAAAAAAAAAAAAABAQIEBQYHBgUEAwIBAAAAAAAAAAAAAAAAAQMIDhcjLzg/QDwzJhsRCAMBAAAAAAAAAAAA
    AgcQHTBHYnqOnJ+Yh2tONB4OBAEAAAAAAAAAAQYPHzVRb4ugr7m+vrSbelc2HAoCAAAAAAAAAAIKFSc+Vm19h4uPlqCmnodo
    RSUOAwAAAAAAAAADChQiMkBLUVFPUl1ziZKGakcmDgMAAAAAAAAAAgcOFx4kKCkpKzRKa4eShGM+HwsCAAAAAAAAAAIEBwsP
    ERQYIC5GZ4idmHpSLhQGAQAAAAAAAAABAgQFBwsUJDtbfZyvrpVpPh4LAwAAAAAAAAAAAAECAwcRJkdvlbPFxrWRYTcYCAIA
    AAAAAAAAAAABAQQKGzplkLLEx7+xlW5EIQ0DAQAAAAAAAAAAAQIEDB4+Y4WaoKCdnJeDXzYYCAIAAAAAAAAAAQIDBQsXLUZY
    YGJjaXmLjnVMJg8EAAAAAAAAAQIEBgcKEBkiKSosMT5Ye4+AWjIWBwEAAAAAAAEECAsNDg8PEBARExkrSnOMg144GgkBAAAA
    AAABBw8VGRoYExANDA8XLlN6joJdOBsIAQAAAAAAAgoWIysuLSYfGRgdLEhujJF8VjMXBgEAAAAAAAMMHC4+SU9LQzw8Rlt3
    kpyPbUcnDwQAAAAAAAACCxovSWByent5fYeXpqmZeVMwFwcBAAAAAAAAAgcTJUBgf5iosbe6uK6XdVAwGAoDAAAAAAAAAAED
    ChUoQl98laWppJJ5Wj0lEwgCAQAAAAAAAAAAAQMIDxkmNEFJS0Y7LB4SCQQBAQAAAAAAAAAAAAAAAQIDBQYICQkJBwYEAgEB
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==`);
  const MEAN_SEVEN = read(`
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    AAABAQICAgIDAgICAgEBAAAAAAAAAAAAAAAAAAEDBgkOEhcZGxwcHBsZFA8JBgMBAAAAAAAAAQMHDxsoN0ZTXWRpbG9wbGBN
    Nh8PBgEAAAAAAAMJEiI2T2mCl6avtLe5uramh103GwoCAAAAAAEFDRouR2WCnK63uLSytL3EvZ9vQh8LAgAAAAABBQ0aLERe
    d4mQjIB1cHePrbigbz4cCAEAAAAAAQQJFCE0SFtlYVJANTNCa52yl2MyFAUBAAAAAAACBgwXJDVDRTooGBIXMmukr4hQIwwD
    AAAAAAAAAQMIEBomLiwgEQkIFT6Dsqd0OxgIAgEAAAAAAAACBQsSGh4aEgsIDCJeorqaXiwSBwMBAAAAAAAAAQMHDRITEg8O
    EBpAhbe2hEkiEAgDAQAAAAAAAAECBQgLDQ8RExovZaS9oGY2GQwGAwEAAAAAAAAAAQMFBwkMDxUjSYayr4BKIxAIBAIBAAAA
    AAAAAAEBAgMFCAwXMmWZrpNgMxYKBAIBAAAAAAAAAAAAAQECAwYOIUh6n5tzRSIPBgIBAAAAAAAAAAAAAAAAAQQJGDVfh5eC
    WjQZCgQBAQAAAAAAAAAAAAAAAQMHEyhLcIeFa0kpFAgDAQAAAAAAAAAAAAAAAQIGECE7W3V+dFo8IxEHAwEAAAAAAAAAAAAA
    AQIFDBkuSWNycmRNMx8PBwMBAAAAAAAAAAAAAAEDCBIhNk5gZ2NVQS0bDgYDAQAAAAAAAAAAAAABAwgSIjNEUFNOQzQkFgwG
    AgEAAAAAAAAAAAAAAAEEChMbJCstKyYdFQ0IBAEBAAAAAAAAAAAAAAAAAAEBAgMEBQUGBQQDAgEAAAAAAAAAAA==`);

  // Moves an image by whole pixels, to the right if positive; what comes in is blank.
  function shift(image, by) {
    return image.map((_, i) => {
      const column = (i % SIZE) - by;
      return column >= 0 && column < SIZE ? image[i - by] : 0;
    });
  }

  const minus = (a, b) => a.map((x, i) => x - b[i]);
  const meanSize = (xs) => xs.reduce((sum, x) => sum + Math.abs(x), 0) / xs.length;

  // An image as squares, one path for each shade; negative values are a kind of their own.
  function pixels(image, left, kinds) {
    const paths = new Map();
    image.forEach((x, i) => {
      const level = Math.round(LEVELS * x);
      const [column, row] = [i % SIZE, Math.floor(i / SIZE)];
      const corner = `M${left + PIXEL * column} ${TOP + PIXEL * row}`;
      const square = `${corner}h${PIXEL}v${PIXEL}h-${PIXEL}z`;
      if (level) paths.set(level, (paths.get(level) ?? "") + square);
    });
    return [...paths].map(([level, path]) => {
      const kind = level > 0 ? kinds[0] : kinds[1];
      return `<path class="${kind}" opacity="${Math.abs(level) / LEVELS}" d="${path}"/>`;
    });
  }

  // The picture without what changes.
  function ground() {
    const titles = ["the digit", "\u2212 mean three", "\u2212 mean seven"];
    return PLACES.map(
      (left, i) => `<text x="${left + SIDE / 2}" y="12">${titles[i]}</text>
        <rect class="frame" x="${left}" y="${TOP}" width="${SIDE}" height="${SIDE}"/>`,
    ).join("");
  }

  function bar(name, distance, y, nearest) {
    const length = LENGTH * distance;
    const kind = nearest ? "bar nearest" : "bar";
    return `<text class="first" x="0" y="${y + 12}">to mean ${name}</text>
      <rect class="${kind}" x="${BAR}" y="${y}" width="${length}" height="16"/>
      <text class="first" x="${BAR + length + 6}" y="${y + 12}">${distance.toFixed(3)}</text>`;
  }

  // Where the digit is, in words.
  function place(by) {
    if (!by) return "Not shifted";
    const side = by > 0 ? "right" : "left";
    return `Shifted ${Math.abs(by)} ${Math.abs(by) === 1 ? "pixel" : "pixels"} to the ${side}`;
  }

  function show(by) {
    const digit = shift(THREE, by);
    const differences = [minus(digit, MEAN_THREE), minus(digit, MEAN_SEVEN)];
    const [three, seven] = differences.map(meanSize);
    const isThree = three < seven;
    return {
      drawing: [
        ...pixels(digit, PLACES[0], ["ink"]),
        ...pixels(differences[0], PLACES[1], ["more", "less"]),
        ...pixels(differences[1], PLACES[2], ["more", "less"]),
        bar("three", three, 146, isThree),
        bar("seven", seven, 172, !isThree),
      ].join(""),
      words: `${place(by)}: distance ${three.toFixed(3)} to the mean three and
        ${seven.toFixed(3)} to the mean seven. Verdict: a ${isThree ? "three" : "seven"}.`,
    };
  }

  // Lets a finger or a mouse drag the picture, which moves the slider.
  function drag(svg, input) {
    let from; // where the drag began, and the slider's number there
    svg.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, by: input.valueAsNumber };
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (!from) return;
      const pixel = (PIXEL * svg.getBoundingClientRect().width) / svg.viewBox.baseVal.width;
      input.valueAsNumber = from.by + Math.round((event.clientX - from.x) / pixel);
      input.dispatchEvent(new Event("input"));
    });
    ["pointerup", "pointercancel"].forEach((end) =>
      svg.addEventListener(end, () => (from = undefined)),
    );
  }

  interactive.define("shifted-three", (root) => {
    interactive.slider(root, {
      label: "Shift",
      range: 'min="-5" max="7" step="1" value="0"', // no ink leaves the image
      viewBox: "0 0 368 192",
      ground: ground(),
      show,
    });
    drag(root.querySelector("svg"), root.querySelector("input"));
  });
}
