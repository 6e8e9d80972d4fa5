// What is to be seen of training: curves, pictures of weights, digits that are read wrongly.
import { drawChart } from "./charts.js";
import { createMistakes, createWeights } from "./gallery.js";

const LANE = `<h2></h2><div class="weights"></div>`;
const WRONG = `<p class="caption"></p><div class="mistakes"></div>`;
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const NAMES = ["First setting", "Second setting"];

// `imageOf(place)` returns the bytes of a held-out digit.
export function createViews(root, imageOf) {
  const chart = (title) =>
    `<figure><figcaption>${title}</figcaption><svg class="chart" role="img"></svg></figure>`;
  root.innerHTML = `
    <div class="lanes">${NAMES.map(() => `<section class="lane">${LANE}</section>`).join("")}</div>
    <div class="curves">${chart("Loss")}${chart("Share read correctly")}</div>
    <div class="lanes wrong">${NAMES.map(() => `<section class="lane">${WRONG}</section>`).join("")}</div>`;
  const [losses, accuracies] = root.querySelectorAll("svg");
  const [tops, bottoms] = [".lanes:not(.wrong) > *", ".wrong > *"].map((selector) =>
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

  return {
    show(lanes, settings) {
      const xTitle = "digits seen";
      drawChart(losses, {
        series: series(lanes, 1),
        title: "Loss on training digits and on held-out digits",
        xTitle,
      });
      drawChart(accuracies, {
        series: series(lanes, 2),
        title: "Share of training digits and of held-out digits read correctly",
        highest: 1,
        format: (share) => `${Math.round(100 * share)} %`,
        xTitle,
      });
      parts.forEach(({ lanes: both, heading, caption, weights, mistakes }, n) => {
        for (const part of both) part.hidden = n >= lanes.length;
        if (n >= lanes.length) return;
        const isLinear = settings[n].model === "linear";
        const what = isLinear ? "weights" : "weights of the hidden units";
        heading.textContent = lanes.length > 1 ? `${NAMES[n]}: ${what}` : `W${what.slice(1)}`;
        const { count, of, shown } = lanes[n].mistakes;
        const name = lanes.length > 1 ? `${NAMES[n]}: ` : "";
        const first = count > shown.length ? ` The first ${shown.length}:` : "";
        caption.textContent = `${name}${count} of ${of} held-out digits are read wrongly now.${first}`;
        weights(lanes[n].pictures, isLinear);
        mistakes(lanes[n].mistakes);
      });
    },

    // How far training is, in words.
    words(lanes, settings) {
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
