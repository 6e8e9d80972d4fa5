// What is to be seen of training: curves, pictures of weights, digits that are read wrongly.
import { drawChart } from "./charts.js";
import { createMistakes, createWeights } from "./gallery.js";

const LANE = `<h3></h3><div class="weights"></div>
  <p class="caption"></p><div class="mistakes"></div>`;
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const NAMES = ["First setting", "Second setting"];

// `imageOf(place)` returns the bytes of a held-out digit.
export function createViews(root, imageOf) {
  root.innerHTML = `
    <div class="curves">
      <figure><figcaption>Loss</figcaption><svg class="chart" role="img"></svg></figure>
      <figure><figcaption>Share read correctly</figcaption><svg class="chart" role="img"></svg></figure>
    </div>
    <div class="lanes">${NAMES.map(() => `<section class="lane">${LANE}</section>`).join("")}</div>`;
  const [losses, accuracies] = root.querySelectorAll("svg");
  const parts = Array.from(root.querySelectorAll(".lane"), (lane) => ({
    lane,
    heading: lane.querySelector("h3"),
    caption: lane.querySelector(".caption"),
    weights: createWeights(lane.querySelector(".weights")),
    mistakes: createMistakes(lane.querySelector(".mistakes"), imageOf),
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
      parts.forEach(({ lane, heading, caption, weights, mistakes }, n) => {
        lane.hidden = n >= lanes.length;
        if (lane.hidden) return;
        const isLinear = settings[n].model === "linear";
        heading.textContent =
          (lanes.length > 1 ? `${NAMES[n]}: ` : "") + (isLinear ? "weights" : "hidden units");
        const { count } = lanes[n].mistakes;
        const first = lanes[n].mistakes.shown.length;
        caption.textContent = count
          ? `Read wrongly now: ${count} of 500 held-out digits.${count > first ? ` The first ${first}:` : ""}`
          : "All held-out digits are read correctly.";
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
        const training = Number.isFinite(lane.loss) ? `training loss ${lane.loss.toFixed(3)}, ` : "";
        return `${name}epoch ${lane.epochs.toFixed(lane.epochs < 10 ? 1 : 0)}, step ${lane.steps}.
          ${training}held-out loss ${loss.toFixed(3)}, ${percent(accuracy)} of held-out digits read correctly.`;
      });
      const text = each.join(" ").replace(/\s+/g, " ");
      return text[0].toUpperCase() + text.slice(1).replace(/\. t/g, ". T");
    },
  };
}
