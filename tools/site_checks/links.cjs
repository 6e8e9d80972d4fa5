// Does every link inside the site lead to a file and an anchor that exist?
// https://github.com/JustinBeckwith/linkinator#configuration-file
module.exports = {
  checkFragments: true,
  checkCss: true,
  timeout: 20000,
  // Other sites are not asked: they may be down, and the checks need no network.
  skip: ["^https?://(?!(localhost|127\\.0\\.0\\.1)[:/])"],
  verbosity: "error",
};
