// Runs in the browser: keeps the page up to date. Plain JavaScript, since it is sent as it is.
{
  const EVERY_MS = 2000;
  const TEXT = 3;
  /** Attributes that the server knows nothing of: what the reader has unfolded, what has just come in. */
  const OURS = new Set(['open', 'data-fresh']);
  const stopped = document.getElementById('stopped');
  const arrived = document.getElementById('arrived');
  let etag = '';
  let asOf = '';

  const sameAttributes = (current, wanted) => {
    for (const { name } of [...current.attributes]) {
      if (!OURS.has(name) && !wanted.hasAttribute(name)) current.removeAttribute(name);
    }
    for (const { name, value } of wanted.attributes) {
      if (current.getAttribute(name) !== value) current.setAttribute(name, value);
    }
  };

  const isAlike = (current, wanted) =>
    current && current.nodeName === wanted.nodeName && (current.id ?? '') === (wanted.id ?? '');

  /** Makes an element like another by touching only what differs: focus, selection and unfolded parts stay. */
  const become = (current, wanted) => {
    if (current.nodeType === TEXT) {
      if (current.data !== wanted.data) current.data = wanted.data;
      return;
    }
    sameAttributes(current, wanted);
    const old = new Map([...current.children].filter(({ id }) => id).map((child) => [child.id, child]));
    let place = current.firstChild;
    for (const want of [...wanted.childNodes]) {
      const known = want.id ? old.get(want.id) : isAlike(place, want) ? place : undefined;
      if (known) {
        if (known === place) place = place.nextSibling;
        else current.insertBefore(known, place);
        become(known, want);
      } else {
        current.insertBefore(want, place);
        announce(want);
      }
    }
    while (place) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
  };

  const announce = (node) => {
    if (node.nodeName === 'SECTION')
      for (const article of node.querySelectorAll('article')) announce(article);
    if (node.nodeName !== 'ARTICLE') return;
    node.dataset.fresh = '';
    arrived.textContent = `New alert: ${node.querySelector('h3').textContent}`;
  };

  const refresh = async () => {
    const headers = etag ? { 'If-None-Match': etag } : {};
    const response = await fetch(`/state${location.search}`, { headers });
    if (response.status === 200) {
      const text = await response.text();
      become(
        document.getElementById('state'),
        new DOMParser().parseFromString(text, 'text/html').getElementById('state'),
      );
      etag = response.headers.get('ETag') ?? '';
    } else if (response.status !== 304) throw new Error(`got ${response.status}`);
    asOf = new Date().toLocaleTimeString('en-GB');
    stopped.textContent = '';
  };

  const keepUp = async () => {
    try {
      await refresh();
    } catch {
      stopped.textContent = `news-alerts does not answer: has it been stopped? This is how it was${asOf && ` at ${asOf}`}.`;
    }
    setTimeout(keepUp, EVERY_MS);
  };
  setTimeout(keepUp, EVERY_MS);
}
