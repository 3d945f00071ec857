import { describe, expect, it } from 'vitest';
import { hash64 } from '../../../../functions/shared/hash.ts';
import { DAY, HOUR, PolledFeed, type ShownEntry, START } from './polled-feed.ts';

const TITLES = ['Storm closes the bridge', 'Flood in the old port', 'Outage leaves villages dark'];
const newOnes = (lines: readonly string[]) => lines.filter((line) => line.startsWith('new '));

describe('a feed whose guids or links differ in every response', () => {
  const changingFeeds: readonly [string, (title: string, n: number, poll: number) => ShownEntry][] = [
    [
      'a session in its links',
      (title, n, poll) => ({
        title,
        text: 'More',
        url: `https://gov.test/show.do;jsessionid=S${poll}?id=${n}`,
      }),
    ],
    [
      'a session among its parameters',
      (title, n, poll) => ({ title, url: `https://gov.test/show?id=${n}&PHPSESSID=${poll}` }),
    ],
    [
      'a timestamp in its links',
      (title, n, poll) => ({ title, text: `More ${n}`, url: `https://gov.test/${n}?t=${poll}` }),
    ],
    [
      'random guids and links',
      (title, n, poll) => ({
        title,
        text: `More ${n}`,
        guid: `${n}-${poll}`,
        url: `https://gov.test/${poll}/${n}`,
      }),
    ],
    ['random guids alone', (title, n, poll) => ({ title, text: `More ${n}`, guid: `${n}-${poll}` })],
    [
      'the time of the response as its dates',
      (title, n, poll) => ({ title, text: `More ${n}`, ago: -poll * HOUR }),
    ],
    [
      'dates counted back from the time of the response',
      (title, n, poll) => ({ title, text: `More ${n}`, ago: (n * 2 - poll) * HOUR }),
    ],
    [
      'random guids, the current time as its dates, and titles only',
      (title, n, poll) => ({ title, guid: `${n}-${poll}`, ago: -poll * HOUR }),
    ],
  ];

  it.each(changingFeeds)('with %s alerts its items once, for weeks', async (_name, make) => {
    const feed = new PolledFeed();
    const shown = (poll: number) => TITLES.map((title, n) => make(title, n, poll));
    await feed.poll(...shown(0));
    const hours = [1, 2, 3, 4, 10, 30, 54, 78, 200, 400, 600];
    for (const hour of hours) {
      feed.now = START + hour * HOUR;
      expect(await feed.poll(...shown(hour)), `after ${hour} hours`).toEqual([]);
    }
    feed.now += HOUR;
    const news = make('A new lighthouse', 9, 601);
    expect(await feed.poll(news, ...shown(601))).toEqual(['new A new lighthouse (alert)']);
    feed.now += HOUR;
    expect(await feed.poll({ ...make('A new lighthouse', 9, 602) }, ...shown(602).slice(0, 2))).toEqual([]);
    expect(feed.notices).toEqual([]);
    expect((await feed.state()).seen).toHaveLength(4 * 32);
  });

  it('with random guids and a counter in its texts is recognised by its links', async () => {
    const feed = new PolledFeed();
    const shown = (poll: number) =>
      TITLES.map((title, n) => ({
        title,
        text: `Views: ${poll * 10 + n}`,
        guid: `${n}-${poll}`,
        url: `https://gov.test/${n}`,
        ago: -poll * HOUR,
      }));
    await feed.poll(...shown(0));
    for (const hour of [1, 3, 6, 20, 40, 90, 300]) {
      feed.now = START + hour * HOUR;
      expect(newOnes(await feed.poll(...shown(hour)))).toEqual([]);
    }
  });

  it('with a counter in its texts is recognised by its titles after some polls', async () => {
    const feed = new PolledFeed();
    const shown = (poll: number) =>
      TITLES.map((title, n) => ({
        title,
        text: `Views: ${poll * 10 + n}`,
        url: `https://gov.test/${n}?t=${poll}`,
      }));
    await feed.poll(...shown(0));
    for (const hour of [1, 2, 3]) {
      feed.now = START + hour * HOUR;
      await feed.poll(...shown(hour));
    }
    for (const hour of [4, 5, 30, 60, 200]) {
      feed.now = START + hour * HOUR;
      expect(newOnes(await feed.poll(...shown(hour)))).toEqual([]);
    }
  });

  it('can have a new warning at a page where another one was before', async () => {
    const feed = new PolledFeed();
    const articles = (poll: number) =>
      [1, 2, 3].map((n) => ({
        title: `Article ${n}`,
        text: `Text ${n}`,
        guid: `${n}-${poll}`,
        url: `https://herald.test/${n}`,
        ago: n * HOUR,
      }));
    const warning = (title: string, poll: number, ago: number) => ({
      title,
      text: `${title} until tonight`,
      guid: `${title}-${poll}`,
      url: 'https://warnings.test/',
      ago,
    });
    await feed.poll(warning('Gale in the north', 0, 0), ...articles(0));
    feed.now = START + HOUR;
    expect(await feed.poll(warning('Flood in the south', 1, -HOUR), ...articles(1))).toEqual([
      'new Flood in the south (alert)',
    ]);
    feed.now = START + 2 * HOUR;
    expect(newOnes(await feed.poll(warning('Flood in the south', 2, -HOUR), ...articles(2)))).toEqual([]);
  });

  it('recognises a live article that changes its title, text and date at its address', async () => {
    const feed = new PolledFeed();
    const shown = (poll: number) =>
      [1, 2, 3].map((n) => ({
        title: n === 1 ? `Live: ${poll} arrested` : `Article ${n}`,
        text: n === 1 ? `After ${poll} hours` : `Text ${n}`,
        guid: `${n}-${poll}`,
        url: `https://herald.test/${n}`,
        ago: n === 1 ? -poll * HOUR : n * HOUR,
      }));
    await feed.poll(...shown(0));
    feed.now = START + HOUR;
    expect(await feed.poll(...shown(1))).toEqual(['edited Live: 1 arrested (alert)']);
  });

  it('with one item is recognised after some polls on one day', async () => {
    const feed = new PolledFeed();
    const shown = (poll: number) => ({
      title: 'Storm warning',
      text: 'Stay in',
      guid: `${poll}`,
      ago: -poll * HOUR,
    });
    await feed.poll(shown(0));
    for (const hour of [1, 2, 3, 4, 20, 60, 300]) {
      feed.now = START + hour * HOUR;
      expect(await feed.poll(shown(hour))).toEqual([]);
    }
  });
});

describe('the same headline on another day is news', () => {
  const briefing = (day: number, name = 'Daily briefing'): ShownEntry => ({
    title: name,
    guid: `${name} ${day}`,
    url: `https://herald.test/${day}/${name.replaceAll(' ', '-')}`,
    ago: -day * DAY,
  });

  it.each<[string, (day: number) => ShownEntry[]]>([
    ['in a feed with one item', (day) => [briefing(day)]],
    ['in a feed with two items', (day) => [briefing(day), briefing(day - 1)]],
    [
      'in a feed with several items',
      (day) => [briefing(day), ...[1, 2, 3].map((n) => briefing(-n, `Other ${n}`))],
    ],
    ['without a link', (day) => [{ title: 'Weather forecast', guid: `${day}`, ago: -day * DAY }]],
    [
      'without a guid',
      (day) => [{ title: 'Weather forecast', url: `https://herald.test/${day}`, ago: -day * DAY }],
    ],
    [
      'at the same page',
      (day) => [
        {
          title: 'Storm warning',
          text: `Gust ${day}`,
          guid: `${day}`,
          url: 'https://w.test/',
          ago: -day * DAY,
        },
      ],
    ],
    [
      'at the same page, without a guid',
      (day) => [{ title: 'Storm warning', text: `Gust ${day}`, url: 'https://w.test/', ago: -day * DAY }],
    ],
  ])('%s', async (_name, shown) => {
    const feed = new PolledFeed();
    await feed.poll(...shown(0));
    for (const day of [1, 2, 3, 4, 5, 6]) {
      feed.now = START + day * DAY;
      expect(newOnes(await feed.poll(...shown(day))), `day ${day}`).toHaveLength(1);
    }
  });

  it('for several alarms at the same addresses', async () => {
    const feed = new PolledFeed();
    const alarms = (day: number) =>
      ['API', 'Mail'].map((name) => ({
        title: `${name} is down`,
        text: `Since day ${day}`,
        guid: `${name} ${day}`,
        url: `https://status.test/${name}`,
        ago: -day * DAY,
      }));
    await feed.poll(...alarms(0));
    feed.now = START + 2 * DAY;
    expect(newOnes(await feed.poll(...alarms(2)))).toHaveLength(2);
  });

  it('for all briefings of a day at once', async () => {
    const feed = new PolledFeed();
    const names = ['Morning', 'Noon', 'Evening'];
    const day = (of: number) =>
      names.map((name, n) => ({ ...briefing(of, name), ago: -of * DAY - n * 4 * HOUR }));
    await feed.poll(...day(0));
    feed.now = START + 2 * DAY;
    expect(newOnes(await feed.poll(...day(1)))).toHaveLength(3);
  });

  it('for briefings of one hour with the same text, at addresses of their own', async () => {
    const feed = new PolledFeed();
    const day = (of: number) =>
      ['North', 'South', 'West'].map((name) => ({
        title: `Outlook for the ${name}`,
        text: 'No warnings',
        guid: `${name} ${of}`,
        url: `https://t.test/${name}/${of}`,
        ago: -of * DAY,
      }));
    await feed.poll(...day(0));
    feed.now = START + DAY + 2 * HOUR;
    expect(newOnes(await feed.poll(...day(1)))).toHaveLength(3);
  });
});

describe('news at a known address is a new item if it', () => {
  it.each<[string, ShownEntry[]]>([
    [
      'has another fragment',
      [1, 2, 3].map((n) => ({
        title: `Release ${n}`,
        guid: `https://t.test/#r${n}`,
        url: `https://t.test/#r${n}`,
        ago: -n * HOUR,
      })),
    ],
    [
      'is a page of a site with one address',
      [1, 2, 3].map((n) => ({ title: `Page ${n}`, url: `https://t.test/#!/${n}`, ago: -n * HOUR })),
    ],
    [
      'has another title, date and text',
      [1, 2, 3].map((n) => ({
        title: `Warning ${n}`,
        text: `Text ${n}`,
        url: 'https://t.test/hot/',
        ago: -n * HOUR,
      })),
    ],
    [
      'has another title, date, text and guid',
      [1, 2, 3].map((n) => ({
        title: `Warning ${n}`,
        text: `Text ${n}`,
        guid: `${n}`,
        url: 'https://t.test/',
        ago: -n * HOUR,
      })),
    ],
    [
      'has another title, text and guid, and no date',
      [1, 2, 3].map((n) => ({
        title: `Warning ${n}`,
        text: `Text ${n}`,
        guid: `${n}`,
        url: 'https://t.test/',
      })),
    ],
  ])('%s', async (_name, releases) => {
    const feed = new PolledFeed();
    const ids = new Set<string>();
    for (const release of releases) {
      feed.now += HOUR;
      for (const { item, change } of await feed.pollItems([release])) {
        expect(change).toBe('new');
        ids.add(item.id);
      }
    }
    expect(ids.size).toBe(releases.length);
    feed.now += HOUR;
    expect(await feed.poll(...releases.toReversed())).toEqual([]);
  });
});

describe('an article at a known address is an edit', () => {
  const article: ShownEntry = {
    title: 'Storm closes the bridge',
    text: 'Shut',
    url: 'https://h.test/1',
    ago: HOUR,
  };
  const others = [2, 3].map((n) => ({
    title: `Other ${n}`,
    text: `${n}`,
    url: `https://h.test/${n}`,
    ago: n * HOUR,
  }));

  it.each<[string, ShownEntry, ShownEntry]>([
    ['with the same date', article, { ...article, title: 'Bridge open again', text: 'Open' }],
    ['with the same text', article, { ...article, title: 'Bridge open again', ago: 0 }],
    ['with the same title', article, { ...article, text: 'Open', ago: 0 }],
    [
      'with the same guid',
      { ...article, guid: 'a' },
      { title: 'Live: open', text: 'Open', guid: 'a', url: 'https://h.test/x', ago: 0 },
    ],
    [
      'with the address as its guid',
      { ...article, guid: 'https://h.test/1' },
      { ...article, title: 'Open', text: 'All', ago: 0, guid: 'https://h.test/1' },
    ],
    [
      'with an edit number in its guid',
      { ...article, guid: 'https://h.test/1#0' },
      { ...article, title: 'Open', text: 'All', ago: 0, guid: 'https://h.test/1#1' },
    ],
    [
      'with another spelling of its address',
      article,
      { ...article, title: 'Bridge open', url: 'http://www.h.test/1/?utm_source=rss#top' },
    ],
  ])('%s', async (_name, before, after) => {
    const feed = new PolledFeed();
    const [first] = await feed.pollItems([before]);
    feed.now += HOUR;
    const [edit, ...more] = await feed.pollItems([after]);
    expect([edit?.change, edit?.item.id, more]).toEqual(['edited', first?.item.id, []]);
  });

  it('if the whole page has changed, in a feed with an address for each item', async () => {
    const feed = new PolledFeed();
    await feed.poll(article, ...others);
    feed.now += HOUR;
    const live = { ...article, title: 'Live: the bridge is open', text: 'Open', ago: 0 };
    expect(await feed.poll(live, ...others)).toEqual(['edited Live: the bridge is open (alert)']);
  });
});

describe('a feed state of release 0.1.0', () => {
  const text = (n: number, more = '') => ({ title: `Title ${n}`, text: `Summary ${n}${more}` });
  const shown: ShownEntry[] = [
    { ...text(1), guid: 'g1', url: 'https://www.h.test/1', date: '2026-03-09T10:00:00.000Z' },
    { ...text(2), url: 'https://www.h.test/2;jsessionid=9?a=1' },
    { ...text(3), url: 'https://h.test/note/3#c1' },
    { ...text(4), date: '2026-03-08T10:00:00.000Z' },
    text(5),
  ];
  const urls = ['www.h.test/1', 'www.h.test/2;jsessionid=9?a=1', 'h.test/note/3', undefined, undefined];
  const ids = shown.map(({ title, text = '', date }, n) => {
    const url = urls[n];
    if (url) return hash64('url', url);
    const distinction = date ? hash64('title', title, date) : hash64(title, text, '');
    return hash64('herald', distinction, title, '', '');
  });

  async function upgraded(): Promise<PolledFeed> {
    const shortHash = (hash: string | undefined) => (hash ?? '').slice(0, 12).padEnd(12, '0');
    const packed = shown.map(({ title, text = '', guid, date }, n) =>
      [
        ids[n],
        shortHash(hash64(title, text, '')),
        shortHash(guid && hash64('guid', guid)),
        shortHash(urls[n] && hash64('url', urls[n])),
        shortHash(date && hash64('title', title, date)),
      ].join(''),
    );
    const feed = new PolledFeed();
    await feed.setState({
      failures: 0,
      seen: Buffer.from(packed.join(''), 'hex'),
      lastItemAt: '2026-03-09T10:00:00.000Z',
    });
    return feed;
  }

  it('is read without repeated items or false edits', async () => {
    const feed = await upgraded();
    expect(await feed.poll(...shown)).toEqual([]);
    feed.now += HOUR;
    expect(await feed.poll(text(6), ...shown.toReversed())).toEqual(['new Title 6 (alert)']);
  });

  it('keeps the ids of its items when they are edited', async () => {
    const feed = await upgraded();
    const edited = shown.slice(0, 4).map((entry, n) => ({ ...entry, text: `${entry.text}, edited ${n}` }));
    const items = await feed.pollItems(edited);
    expect(items.map(({ change, item }) => `${change} ${item.id}`)).toEqual([
      `edited ${ids[0]}`,
      `edited ${ids[1]}`,
      // The old state has no title, and gave all comments the same address.
      expect.stringMatching(/^new /),
      `edited ${ids[3]}`,
    ]);
  });

  it('does not confuse comments at the same address', async () => {
    const feed = await upgraded();
    const comment = { ...text(7), url: 'https://h.test/note/3#c2' };
    expect(await feed.poll(comment, ...shown.slice(0, 2))).toEqual(['new Title 7 (alert)']);
  });

  it('still recognises items that come back later', async () => {
    const feed = await upgraded();
    await feed.poll(text(6), ...shown.slice(3));
    feed.now += HOUR;
    expect(newOnes(await feed.poll(text(6), ...shown))).toEqual([]);
  });
});
