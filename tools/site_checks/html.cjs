// Is the HTML of every page valid? https://html-validate.org/usage/
module.exports = {
  root: true,
  extends: ["html-validate:standard"],
  rules: {
    "wcag/h37": "error", // Every image has an alternative text.
    // Material writes autocomplete="off" on the checkboxes that open its menu and its search.
    "valid-autocomplete": "off",
  },
  elements: [
    "html5",
    {
      // Material writes tabindex="" on the heading of a section that cannot be folded.
      "*": { attributes: { tabindex: { enum: ["/-?\\d*/"] } } },
      // Material's link to a page's source has rel="edit", which is registered for <link> only.
      a: { attributes: { rel: { allowed: () => null } } },
    },
  ],
};
