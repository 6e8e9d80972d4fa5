// Does axe find a barrier on a page? https://github.com/pa11y/pa11y-ci#configuration
// SCHEME is "light" or "dark".
const { CHROME_PATH, SCHEME } = process.env;
const DARK = 0, LIGHT = 1;

module.exports = {
  defaults: {
    runners: ["axe"],
    standard: "WCAG2AA",
    // WCAG 2.2 asks for it at level AA, but pa11y stops at 2.1.
    rules: ["target-size"],
    // Moderate violations count too. What axe could not decide becomes a notice, which does not.
    includeWarnings: true,
    levelCapWhenNeedsReview: "notice",
    ignore: [
      // Material's script puts the buttons of each code block into a <nav> without a name. It is
      // a recommendation of axe, not a rule of WCAG.
      "landmark-unique",
    ],
    viewport: { width: 1280, height: 800 },
    timeout: 60000,
    // What scrolls gets its place in the order of tabs, and the playground its labels, by scripts.
    wait: 500,
    // One at a time: a browser does not draw pages in the background, and scripts wait for that.
    concurrency: 1,
    useIncognitoBrowserContext: false,
    chromeLaunchConfig: {
      executablePath: CHROME_PATH,
      args: [
        "--no-sandbox", // Chromium refuses to run as root with it.
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--force-prefers-reduced-motion", // No color is measured in the middle of a transition.
        `--blink-settings=preferredColorScheme=${SCHEME === "dark" ? DARK : LIGHT}`,
      ],
    },
  },
};
