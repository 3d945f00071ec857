import { describe, expect, it } from 'vitest';
import { CHAT_SERVICES } from '../../../functions/chat/services.ts';
import { renderAlert } from '../../../functions/notify/render/render-alert.ts';
import type { Alert, AlertEntry, ChatService } from '../../../functions/shared/model.ts';
import { alertEntry, alertOf, reason } from '../../helpers/sample-alerts.ts';
import { DOCUMENTED } from './documented-limits.ts';
import { addressAt, EACH_SERVICE } from './sample-addresses.ts';

const ORIGIN = 'https://chat.your-domain.org';

/** Returns the bodies of an alert, as notify publishes it. */
function bodiesOf(service: ChatService, alert: Alert): readonly string[] {
  const published: Alert = JSON.parse(renderAlert(alert).json);
  return CHAT_SERVICES[service].messages(published, 'Europe/Berlin', addressAt(service, ORIGIN));
}

const entries = (length: number, more: (n: number) => Partial<AlertEntry> = () => ({})): AlertEntry[] =>
  Array.from({ length }, (_, n) =>
    alertEntry({ itemId: `item-${n}`, storyId: `story-${n}`, title: `Headline ${n} of the day`, ...more(n) }),
  );

describe.each(EACH_SERVICE)('a message to %s', (service) => {
  const accepted = (alert: Alert) => {
    const bodies = bodiesOf(service, alert);
    for (const body of bodies) expect(DOCUMENTED[service](body)).toBe('');
    return bodies;
  };
  const all = (alert: Alert) => accepted(alert).join('\n').replaceAll('\\\\', '').replaceAll('\u200b', '');

  it('has the headline, the link, the reason and the sources', () => {
    const text = all(alertOf({ entries: [alertEntry({ sources: ['The Tribune', 'Radio Nord'] })] }));
    for (const part of [
      'Presidents’ summit',
      'Ostrand and Veloza meet in Port Lumen',
      'https://herald.example/talks',
      'Veloza',
      'The Herald',
      'Radio Nord',
      'They shook hands behind a rope',
    ])
      expect(text).toContain(part);
  });

  it.runIf(service !== 'webhook')('says what kind of alert it is; a follow-up names its story', () => {
    const story = { title: 'Ostrand travels', foundAt: '2031-10-14T07:00:00.000Z' };
    const development = alertEntry({ role: 'development', story });
    expect(all(alertOf({ kind: 'follow-up', entries: [development] }))).toContain(
      'follow-up on: Ostrand travels',
    );
    expect(all(alertOf({ kind: 'digest', entries: entries(2) }))).toContain('digest');
    const roundUp = all(alertOf({ kind: 'roundup', entries: [alertEntry({ role: 'also', story })] }));
    expect(roundUp).toMatch(/round.?-up/);
    expect(roundUp).toContain('The story so far: Ostrand travels');
  });

  it('names every item of a digest, in as many messages as it takes', () => {
    const alert = alertOf({
      kind: 'digest',
      entries: entries(100, () => ({ summary: 'Words '.repeat(40), why: [reason('Ostrand')] })),
      leftOut: [{ feed: 'The Courier', items: 4_750 }],
    });
    const text = all(alert);
    for (let n = 0; n < 100; n++) expect(text).toContain(`Headline ${n} of the day`);
    expect(text).toMatch(service === 'webhook' ? /4750/ : /4,750 more items/);
  });

  it.each([
    [
      'markup',
      '<!channel> <@U1234> <b>x</b> &amp; "q" *b* _i_ ~s~ `c` [x](https://eve.example) ![i](https://eve.example/i) |x| # h',
    ],
    ['mentions', '@everyone @here @channel <@&99> <@99> <at>Ann</at> <users/all> @ann #general /leave'],
    ['markers', '*_~`>|[]()\\'.repeat(25)],
    ['ampersands', '&<>"'.repeat(70)],
    ['emoji', '👩‍👩‍👧‍👦'.repeat(25)],
    ['wide characters', '新聞速報'.repeat(70)],
    ['quotes and backslashes', '\\"'.repeat(140)],
  ])('keeps the format and the limits with %s everywhere', (_, hostile) => {
    const entry = alertEntry({
      title: hostile,
      previousTitle: `old ${hostile}`,
      kind: 'update',
      added: { text: hostile, words: [hostile] },
      summary: hostile.repeat(3),
      feed: hostile,
      sources: [hostile, `a${hostile}`, `b${hostile}`],
      url: `https://herald.example/${'a&b<c>"|)]}'.repeat(150)}`,
      why: [{ ...reason(hostile, 'title', hostile.repeat(2)), found: hostile }],
    });
    const many = Array.from({ length: 20 }, (_, n) => ({ ...entry, itemId: `i${n}`, storyId: `s${n}` }));
    accepted(alertOf({ topicName: hostile, entries: [entry] }));
    accepted(alertOf({ topicName: hostile, kind: 'digest', entries: many }));
    accepted(
      alertOf({
        topicName: hostile,
        kind: 'follow-up',
        entries: [
          { ...entry, role: 'development', story: { title: hostile, foundAt: '2031-10-14T07:00:00Z' } },
        ],
      }),
    );
  });

  it('has no empty part, even if nothing of a name is visible', () => {
    const {
      published: _,
      url: __,
      ...bare
    } = alertEntry({ title: '\u200b', feed: '\u200b', summary: '', why: [] });
    accepted(alertOf({ topicName: '\u200b', entries: [bare] }));
    accepted(alertOf({ topicName: '\u200b', kind: 'roundup', entries: [{ ...bare, role: 'also' }] }));
  });

  it('has no link but to the web', () => {
    const text = all(alertOf({ entries: [alertEntry({ url: 'javascript:alert(1)' })] }));
    expect(text).not.toContain('javascript');
  });
});

const HOSTILE = '<!channel> @everyone *x* [y](https://eve.example) </b><a href="https://eve.example">z</a>';
const hostile = alertOf({ entries: [alertEntry({ title: HOSTILE, summary: '' })] });

describe('a hostile headline', () => {
  it('is literal in Slack, and mentions nobody in the text for Mattermost', () => {
    const [message] = bodiesOf('slack', hostile).map((body) => JSON.parse(body));
    expect(message.blocks[1].elements[0].elements[0]).toMatchObject({ type: 'link', text: HOSTILE });
    expect(message.text).not.toMatch(/<!|@everyone|\]\(|@channel/);
  });

  it('is escaped in Discord', () => {
    const [message] = bodiesOf('discord', hostile).map((body) => JSON.parse(body));
    expect(message.embeds[0].title).toBe(
      String.raw`\<!channel\> \@everyone \*x\* \[y\]\(https\://eve.example\) \</b\>\<a href="https\://eve.example"\>z\</a\>`,
    );
    expect(message.allowed_mentions).toEqual({ parse: [] });
  });

  it('is escaped in Telegram, and mentions nobody', () => {
    const [message] = bodiesOf('telegram', hostile).map((body) => JSON.parse(body));
    expect(message.text).toContain('&lt;!channel&gt; @\u200beveryone');
    expect(message.text.match(/<a /g)).toHaveLength(1);
  });

  it('is a run of plain text in Teams', () => {
    const [message] = bodiesOf('teams', hostile).map((body) => JSON.parse(body));
    expect(message.attachments[0].content.body[1].inlines[0]).toMatchObject({
      type: 'TextRun',
      text: HOSTILE,
    });
    expect(JSON.stringify(message)).not.toContain('"entities"');
  });
});

describe('ntfy', () => {
  it('opens the article, and makes no sound for digests', () => {
    const [one] = bodiesOf('ntfy', alertOf()).map((body) => JSON.parse(body));
    expect(one).toMatchObject({
      topic: 'nTf3kEy7nTf3kEy7',
      title: 'Presidents’ summit',
      priority: 3,
      click: 'https://herald.example/talks',
      tags: ['newspaper', 'new'],
    });
    const [digest] = bodiesOf('ntfy', alertOf({ kind: 'digest', entries: entries(2) })).map((body) =>
      JSON.parse(body),
    );
    expect(digest.priority).toBe(2);
    expect(digest).not.toHaveProperty('click');
  });
});
