// What is to be seen of training: curves, pictures of weights, digits that are read wrongly.
import { drawChart } from "./charts.js";
import { createMistakes, createWeights } from "./gallery.js";

const LANE = `<h2></h2><div class="weights"></div>`;
const WRONG = `<p class="caption"></p><div class="mistakes"></div>`;
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const WEIGHTS = {
  digits: "weights",
  units: "hidden units’ weights",
  filters: "first layer’s filters",
};
const NAMES = ["First setting", "Second setting"];

// `imageOf(place)` returns the bytes of a held-out digit.
export function createViews(root, imageOf) {
  const chart = (title) =>
    `<figure><figcaption>${title}</figcaption><svg class="chart" role="img"></svg></figure>`;
  root.innerHTML = `
    <div class="lanes pictures">${NAMES.map(() => `<section class="lane">${LANE}</section>`).join("")}</div>
    <div class="curves">${chart("Loss")}${chart("Share read correctly")}</div>
    <div class="lanes wrong">${NAMES.map(() => `<section class="lane">${WRONG}</section>`).join("")}</div>`;
  const [losses, accuracies] = root.querySelectorAll("svg");
  const [tops, bottoms] = [".pictures > *", ".wrong > *"].map((selector) =>
    Array.from(root.querySelectorAll(selector)),
  );
  const parts = tops.map((top, n) => ({
    lanes: [top, bottoms[n]],
    heading: top.querySelector("h2"),
    weights: createWeights(top.querySelector(".weights")),
    caption: bottoms[n].querySelector(".caption"),
    mistakes: createMistakes(bottoms[n].querySelector(".mistakes"), imageOf),
  }));

  function series(lanes, which) {
    return lanes.flatMap(({ training, testing }, n) => {
      const name = lanes.length > 1 ? ["1st ", "2nd "][n] : "";
      const take = (points) => points.map((point) => [point[0], point[which]]);
      return [
        { points: take(training), label: `${name}training`, kind: `lane${n} training` },
        { points: take(testing), label: `${name}held-out`, kind: `lane${n} held-out` },
      ];
    });
  }

  const xTitle = "digits seen";

  return {
    showLosses(lanes) {
      drawChart(losses, {
        series: series(lanes, 1),
        title: "Loss on training digits and on held-out digits",
        xTitle,
      });
    },

    showAccuracies(lanes) {
      drawChart(accuracies, {
        series: series(lanes, 2),
        title: "Share of training digits and of held-out digits read correctly",
        highest: 1,
        format: (share) => `${Math.round(100 * share)} %`,
        xTitle,
      });
    },

    showWeights(lanes) {
      parts.forEach(({ lanes: both, heading, weights }, n) => {
        for (const part of both) part.hidden = n >= lanes.length;
        if (n >= lanes.length) return;
        const kind = { linear: "digits", convolutional: "filters" }[lanes[n].setting.model] ?? "units";
        const what = WEIGHTS[kind];
        const short = ["First", "Second"][n];
        heading.textContent =
          lanes.length > 1 ? `${short}: ${what}` : `${what[0].toUpperCase()}${what.slice(1)}`;
        for (const part of both) part.classList.toggle("racing", lanes.length > 1);
        weights(lanes[n].pictures, kind);
      });
    },

    showMistakes(lanes) {
      lanes.forEach((lane, n) => {
        const { caption, mistakes } = parts[n];
        const { count, of, shown } = lane.mistakes;
        const name = lanes.length > 1 ? `${["First", "Second"][n]}: ` : "";
        const first = count > shown.length ? ` Some of them:` : "";
        caption.textContent = `${name}${count} of ${of} held-out digits are read wrongly now.${first}`;
        mistakes(lane.mistakes);
      });
    },

    // How far training is, in words.
    words(lanes) {
      const each = lanes.map((lane, n) => {
        const name = lanes.length > 1 ? `${NAMES[n]}: ` : "";
        if (lane.diverged) {
          return `${name}diverged at step ${lane.steps}. The loss is no longer a number; try a smaller learning rate.`;
        }
        const { loss, accuracy } = lane.heldOut;
        const training = Number.isFinite(lane.loss) ? `Training loss ${lane.loss.toFixed(3)}, held-out` : "Held-out";
        return `${name}epoch ${lane.epochs.toFixed(lane.epochs < 10 ? 1 : 0)}, step ${lane.steps}. ${training} loss ${loss.toFixed(3)}, ${percent(accuracy)} of held-out digits read correctly.`;
      });
      const text = each.join("\n").replace(/[^\S\n]+/g, " ");
      return text[0].toUpperCase() + text.slice(1);
    },
  };
}
