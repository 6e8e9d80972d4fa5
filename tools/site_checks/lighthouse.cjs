// What does a first visit on a phone weigh, and what does Lighthouse say of the page?
// https://googlechrome.github.io/lighthouse-ci/docs/configuration.html
const always = {
  "categories:accessibility": ["error", { minScore: 1 }],
  "categories:best-practices": ["error", { minScore: 1 }],
  "categories:seo": ["error", { minScore: 1 }],
  // A time, which depends on the machine and on what else it does.
  "categories:performance": ["warn", { minScore: 0.9 }],
  // Nothing is fetched from another host.
  "resource-summary:third-party:count": ["error", { maxNumericValue: 0 }],
};
const weighs = (bytes) => ({ "total-byte-weight": ["error", { maxNumericValue: bytes }] });

module.exports = {
  ci: {
    collect: {
      numberOfRuns: 1,
      settings: {
        chromeFlags: "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage",
      },
    },
    assert: {
      assertMatrix: [
        {
          matchingUrlPattern: "^(?!.*/(playground|train)/$)",
          assertions: { ...always, ...weighs(450_000) },
        },
        {
          // The page Train begins with 1,500 digits, 245 KB.
          matchingUrlPattern: "/train/$",
          assertions: { ...always, ...weighs(650_000) },
        },
        {
          // The playground loads six trained models, 1.2 MB: they are what readers come for.
          matchingUrlPattern: "/playground/$",
          assertions: { ...always, ...weighs(1_700_000) },
        },
      ],
    },
  },
};
