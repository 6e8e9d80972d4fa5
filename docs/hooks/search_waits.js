// Goes before Material's script, which fetches the index of the search with every first page: half
// of what that loads. It waits until a reader reaches for the search, by pointer, finger, or
// keyboard, or comes with a question in the address.
{
  const { open, send } = XMLHttpRequest.prototype;
  const waiting = new WeakSet();
  const wanted = new Promise((resolve) => {
    if (new URLSearchParams(location.search).has("q")) resolve();
    const reached = ({ target }) => {
      if (target.closest?.(".md-search, [for=__search], #__search")) resolve();
    };
    for (const kind of ["pointerover", "focusin", "change"]) {
      document.addEventListener(kind, reached);
    }
  });
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (String(url).endsWith("/search/search_index.json")) waiting.add(this);
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (!waiting.has(this)) return send.apply(this, body);
    wanted.then(() => send.apply(this, body));
  };
}
