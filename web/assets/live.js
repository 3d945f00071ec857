// Runs in the browser and keeps the page up to date: when the server says that something has changed, the page is read
// again and only what differs is replaced. Plain JavaScript, since it is sent as it is.
{
  /** Attributes that only the browser sets: unfolded details, and the mark of a new alert. */
  const CLIENT_ATTRIBUTES = new Set(['open', 'data-fresh']);
  /** At most one read of the page in this time. */
  const MIN_PAUSE_MS = 1000;
  /** The server says something every 15 seconds. */
  const MAX_SILENCE_MS = 40_000;
  const stopped = document.getElementById('stopped');
  const arrived = document.getElementById('arrived');
  let asOf = '';
  let etag = '';
  let isWaiting = false;
  let isOld = false;

  /** Highlights new alerts, and announces them to users of screen readers. */
  const announce = (node) => {
    const articles =
      node.nodeName === 'ARTICLE'
        ? [node]
        : node.nodeName === 'SECTION'
          ? node.querySelectorAll('article')
          : [];
    for (const article of articles) {
      article.dataset.fresh = '';
      arrived.textContent = `New: ${article.querySelector('h3')?.textContent ?? ''}`;
    }
  };

  const update = (html) => {
    const wanted = new DOMParser().parseFromString(html, 'text/html').getElementById('state');
    Idiomorph.morph(document.getElementById('state'), wanted, {
      ignoreActiveValue: true,
      callbacks: {
        beforeAttributeUpdated: (name) => !CLIENT_ATTRIBUTES.has(name),
        afterNodeAdded: announce,
      },
    });
  };

  const refresh = async () => {
    try {
      const response = await fetch(location.pathname + location.search, {
        headers: etag ? { 'If-None-Match': etag } : {},
      });
      if (response.status === 200) {
        update(await response.text());
        etag = response.headers.get('ETag') ?? '';
      } else if (response.status !== 304) throw new Error(`got ${response.status}`);
      asOf = new Date().toLocaleTimeString('en-GB');
      stopped.textContent = '';
    } catch {
      hasStopped();
    }
  };

  const hasStopped = () => {
    stopped.textContent = `news-alerts does not respond; has it been stopped? This page is from ${asOf || 'an earlier time'}.`;
  };

  let silence;
  const waitForMore = () => {
    clearTimeout(silence);
    silence = setTimeout(hasStopped, MAX_SILENCE_MS);
  };

  const refreshSoon = () => {
    waitForMore();
    isOld = true;
    // A page that nobody sees is read when it is shown again.
    if (isWaiting || document.hidden) return;
    isWaiting = true;
    setTimeout(async () => {
      isOld = false;
      await refresh();
      isWaiting = false;
      // Something has changed while the page was read.
      if (isOld) refreshSoon();
    }, MIN_PAUSE_MS);
  };

  const events = new EventSource('/events');
  events.addEventListener('change', refreshSoon);
  events.addEventListener('open', refreshSoon);
  events.addEventListener('error', hasStopped);
  waitForMore();
  document.addEventListener('visibilitychange', () => {
    if (isOld) refreshSoon();
  });
}
