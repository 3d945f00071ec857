// Runs in the browser and keeps the page up to date. Plain JavaScript, since it is sent as it is.
{
  const REFRESH_INTERVAL_MS = 2000;
  const TEXT_NODE = 3;
  /** Attributes that only the browser sets: unfolded details, and the mark of a new alert. */
  const CLIENT_ATTRIBUTES = new Set(['open', 'data-fresh']);
  const stopped = document.getElementById('stopped');
  const arrived = document.getElementById('arrived');
  let etag = '';
  let asOf = '';

  const copyAttributes = (current, wanted) => {
    for (const { name } of [...current.attributes]) {
      if (!CLIENT_ATTRIBUTES.has(name) && !wanted.hasAttribute(name)) current.removeAttribute(name);
    }
    for (const { name, value } of wanted.attributes) {
      if (current.getAttribute(name) !== value) current.setAttribute(name, value);
    }
  };

  const isAlike = (current, wanted) =>
    current && current.nodeName === wanted.nodeName && (current.id ?? '') === (wanted.id ?? '');

  /** Makes an element equal to another. Changes only what differs, so focus, selection and unfolded details stay. */
  const update = (current, wanted) => {
    if (current.nodeType === TEXT_NODE) {
      if (current.data !== wanted.data) current.data = wanted.data;
      return;
    }
    copyAttributes(current, wanted);
    const byId = new Map([...current.children].filter(({ id }) => id).map((child) => [child.id, child]));
    let position = current.firstChild;
    for (const child of [...wanted.childNodes]) {
      const existing = child.id ? byId.get(child.id) : isAlike(position, child) ? position : undefined;
      if (existing) {
        if (existing === position) position = position.nextSibling;
        else current.insertBefore(existing, position);
        update(existing, child);
      } else {
        current.insertBefore(child, position);
        announce(child);
      }
    }
    while (position) {
      const next = position.nextSibling;
      position.remove();
      position = next;
    }
  };

  /** Highlights new alerts, and announces them to users of screen readers. */

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
      update(
        document.getElementById('state'),
        new DOMParser().parseFromString(text, 'text/html').getElementById('state'),
      );
      etag = response.headers.get('ETag') ?? '';
    } else if (response.status !== 304) throw new Error(`got ${response.status}`);
    asOf = new Date().toLocaleTimeString('en-GB');
    stopped.textContent = '';
  };

  const refreshRepeatedly = async () => {
    try {
      await refresh();
    } catch {
      stopped.textContent = `news-alerts does not respond; has it been stopped? This page is from ${asOf || 'an earlier time'}.`;
    }
    setTimeout(refreshRepeatedly, REFRESH_INTERVAL_MS);
  };
  setTimeout(refreshRepeatedly, REFRESH_INTERVAL_MS);
}
