import { describe, expect, it } from 'vitest';
import type { Alert, AlertEntry } from '../../functions/shared/model.ts';
import { createOutbox } from '../../local/outbox/outbox.ts';
import type { OutboxDelivery } from '../../local/outbox/outbox-entry.ts';
import { alertCard } from '../../web/alert-card.ts';
import { alertEntry, alertOf, delivery, publishedMessage, reason } from '../helpers/sample-alerts.ts';
import { readHtml } from './served-page.ts';

function cardOf(alert = alertOf(), { recipients = 1, deliveries = [] as OutboxDelivery[] } = {}): string {
  const outbox = createOutbox();
  const receivers = Array.from({ length: recipients }, () => ({ protocol: 'email', endpoint: '' }) as const);
  outbox.recordPublish(publishedMessage('a', alert, { receivers }));
  for (const one of deliveries) outbox.recordDelivery(['a'], one);
  const [entry] = outbox.recent();
  return entry ? alertCard(entry, () => 'hue-0').source : '';
}

const withEntry = (more: Partial<AlertEntry>) => cardOf(alertOf({ entries: [alertEntry(more)] }));
const marks = (html: string) => [...html.matchAll(/<mark>(.*?)<\/mark>/g)].map(([, word]) => word);

describe('the reasons', () => {
  it('are marked in the headline and listed below it', () => {
    const html = withEntry({});
    expect(marks(html)).toEqual(['Ostrand', 'Veloza']);
    expect(readHtml(html).text).toContain('Why: Ostrand, Veloza in the headline');
    expect(html).not.toContain('<blockquote');
  });

  it('quote matches elsewhere, once for several words of one snippet', () => {
    const snippet = '…the talks on herring, said President Ostrand of the talks…';
    const html = withEntry({
      title: 'Fog in Port Lumen',
      why: [
        reason('talks', 'summary', snippet),
        reason('Ostrand', 'summary', snippet),
        reason('cod', 'content', 'Cod, too.'),
      ],
    });
    expect(marks(html)).toEqual(['talks', 'Ostrand', 'talks', 'Cod']);
    expect(html.match(/<blockquote/g)).toHaveLength(2);
    expect(readHtml(html).text).toContain('Why: talks, Ostrand in the summary; cod in the text');
  });

  it('mark the words that matched a term, in any form', () => {
    const html = withEntry({
      title: 'Floods in Port Lumen',
      why: [
        { ...reason('flood', 'title', 'Floods in Port Lumen'), found: 'Floods' },
        { ...reason('herring', 'summary', 'Herrings, though no herring'), found: 'Herrings' },
      ],
    });
    expect(marks(html)).toEqual(['Floods', 'Herrings']);
    expect(readHtml(html).text).toContain('Why: flood in the headline; herring in the summary');
  });

  it('are explained if no words matched', () => {
    expect(readHtml(withEntry({ why: [] })).text).toContain(
      'Why: the topic matches without any of its words',
    );
  });
});

describe('an alert', () => {
  it('shows the headline as a link, with source and times', () => {
    const html = withEntry({ title: 'Fog' });
    expect(html).toContain(
      '<h3 dir="auto"><a href="https://herald.example/talks" target="_blank" rel="noopener noreferrer">Fog</a></h3>',
    );
    expect(html).toContain(
      '<bdi>The Herald</bdi> (herald.example), <time datetime="2031-10-14T08:41:00.000Z"',
    );
    expect(html).toContain('<time datetime="2031-10-14T08:42:00.000Z"');
  });

  it('shows the day of a story from another day, and no time if the feed gave none', () => {
    expect(readHtml(withEntry({ published: '2031-10-09T12:00:00Z' })).text).toMatch(
      /The Herald \(herald\.example\), \d+ October, \d\d:\d\d/,
    );
    expect(readHtml(withEntry({ published: 'yesterday' })).text).toMatch(
      /The Herald \(herald\.example\),? Why:/,
    );
  });

  it('shows an edit with the old headline, the added text and the other outlets', () => {
    const added = { text: 'Ice & fog came too.', words: ['ice', 'fog'] };
    const previousTitle = 'They may meet';
    const sources = ['Meridian Wire', '<b>'];
    const entries = [alertEntry({ kind: 'update', role: 'development', previousTitle, added, sources })];
    const html = cardOf(alertOf({ kind: 'follow-up', entries }));
    expect(html).toContain('New: <mark>Ice</mark> &amp; <mark>fog</mark> came too.');
    const { text } = readHtml(html);
    expect(text).toMatch(/follow-up .* Updated: Ostrand and Veloza .* Before: They may meet/);
    expect(text).toContain('Also reported by Meridian Wire, <b> Why:');
  });

  it('shows the first stories of a digest, and the others behind a click', () => {
    const entries = Array.from({ length: 8 }, (_, n) => alertEntry({ storyId: `${n}`, title: `Story ${n}` }));
    const html = cardOf(alertOf({ kind: 'welcome', entries }));
    expect(readHtml(html).text).toContain('first look, 8 stories');
    const [shown = '', hidden = ''] = html.split('<details class="more"><summary>3 more</summary>');
    expect(shown.match(/Story \d/g)).toHaveLength(5);
    expect(hidden.split('</details>')[0]?.match(/Story \d/g)).toHaveLength(3);
  });
});

describe('the stories of an alert', () => {
  const story = { title: 'They may meet', foundAt: '2031-10-13T08:00:00.000Z' };
  const first = alertEntry({ role: 'first', title: 'They meet' });
  const development = alertEntry({ role: 'development', story, title: 'They quarrel' });
  const retelling = alertEntry({ role: 'also', story, title: 'They met', feed: 'Meridian Wire' });
  const other = { storyId: 'story-2', story: { ...story, title: 'Fog in Port Lumen' } };
  const textOf = (kind: Alert['kind'], entries: readonly AlertEntry[]) =>
    readHtml(cardOf(alertOf({ kind, entries }))).text;
  const headings = (html: string) =>
    [...html.matchAll(/<(h[34]) .*?<\/\1>/g)].map(([all]) => readHtml(all).text);

  it('appear once each: first report, developments, retellings', () => {
    const text = textOf('digest', [retelling, development, { ...first, storyId: 'story-3' }, first]);
    expect(text).toContain('digest, 2 stories');
    expect(text).toMatch(
      /They meet .*Since then: They quarrel .*Also reported: They met \(Meridian Wire\) .*They meet/,
    );
    expect(text).not.toContain('The story so far');
  });

  it('start in a follow-up with the earlier headline and its time', () => {
    const html = cardOf(alertOf({ kind: 'follow-up', entries: [development, retelling] }));
    expect(readHtml(html).text).toMatch(
      /follow-up \d\d:42 Message The story so far: They may meet, first seen 13 October, \d\d:\d\d Since then: They quarrel .*Also reported: They met/,
    );
    expect(headings(html)).toEqual(['Since then: They quarrel']);
  });

  it('have their earlier headlines in a round-up', () => {
    const html = cardOf(
      alertOf({ kind: 'roundup', entries: [retelling, { ...retelling, ...other, title: 'Fog, still' }] }),
    );
    expect(headings(html)).toEqual(['They may meet', 'Fog in Port Lumen']);
    const { text } = readHtml(html);
    expect(text).toContain('round-up, 2 stories');
    expect(text).toMatch(/They may meet First seen 13 October, .*Also reported: They met .*Fog, still/);
  });

  it('are counted if there is more than one', () => {
    expect(textOf('roundup', [retelling, retelling])).toMatch(/round-up \d\d:42/);
    expect(textOf('notice', [first, { ...first, ...other }])).toContain('2 notices');
  });

  it('that turned out to be the same are shown as one', () => {
    const merged = { ...first, storyId: 'story-2', shownWith: 'story-1', title: 'Presidents meet' };
    const html = cardOf(alertOf({ kind: 'digest', entries: [first, merged] }));
    expect(headings(html)).toEqual(['They meet', 'Presidents meet']);
    expect(html.match(/class="story"/g)).toHaveLength(1);
  });

  it('name the outlets that have no entry of their own', () => {
    const sources = ['Meridian Wire', 'Harbour Post'];
    const text = textOf('follow-up', [
      { ...development, sources },
      { ...development, sources: ['The Herald', ...sources] },
      { ...retelling, sources: ['The Herald', 'Harbour Post'] },
    ]);
    expect(text.match(/Also reported by/g)).toHaveLength(1);
    expect(text).toContain('Also reported by Harbour Post Why:');
  });

  it('show more than five developments or retellings behind a click', () => {
    const some = (entry: AlertEntry) => Array.from({ length: 7 }, () => entry);
    const html = cardOf(alertOf({ kind: 'follow-up', entries: [...some(development), ...some(retelling)] }));
    expect(html.match(/<summary>2 more<\/summary>/g)).toHaveLength(2);
    expect(readHtml(html).unclosed).toEqual([]);
  });

  it('have a headline even if the earlier one is not known', () => {
    const { story: _, ...unknown } = retelling;
    const html = cardOf(
      alertOf({ kind: 'roundup', entries: [unknown, { ...unknown, title: 'They parted' }] }),
    );
    expect(headings(html)).toEqual(['They met']);
    expect(readHtml(html).text).toMatch(/They met .*Also reported: They parted/);
  });

  it('link retellings only to the web, with their words marked', () => {
    const title = '<b>Ostrand';
    const html = cardOf(
      alertOf({ kind: 'roundup', entries: [{ ...retelling, title, url: 'javascript:alert(1)' }] }),
    );
    expect(html).toContain('<li><bdi>&lt;b&gt;<mark>Ostrand</mark></bdi>');
    expect(html).not.toContain('javascript:');
  });
});

describe('the deliveries', () => {
  it('show the exact text, and its length for SMS', () => {
    const html = cardOf(alertOf(), {
      recipients: 2,
      deliveries: [
        delivery('mailed', { detail: '250 OK' }),
        delivery('shown', { protocol: 'sms', endpoint: '+15550100' }),
      ],
    });
    const { text } = readHtml(html);
    const { bodies } = publishedMessage('a');
    expect(text).toContain('Email ann@example.com · sent ann@example.com · sent: 250 OK');
    expect(text).toContain(bodies.email?.replace(/\s+/g, ' '));
    expect(text).toContain('SMS +15550100 · shown here');
    expect(text).toContain(`${bodies.sms?.length} of 160 characters, one part (GSM-7)`);
    expect(text).not.toContain('No report yet');
  });

  it('say which SMS were sent, and which may have been', () => {
    const html = cardOf(alertOf(), {
      recipients: 2,
      deliveries: [
        delivery('sent', { protocol: 'sms', endpoint: '+4915112345678', detail: 'SNS message m1' }),
        delivery('unknown', {
          protocol: 'sms',
          endpoint: '+4915187654321',
          detail: 'no answer; not repeated',
        }),
      ],
    });
    const { text } = readHtml(html);
    expect(text).toContain('SMS 2 recipients · 1 sent, 1 may have been sent');
    expect(text).toContain('+4915112345678 · sent: SNS message m1');
    expect(text).toContain('May have been sent to +4915187654321: no answer; not repeated');
  });

  it('count the length in the encoding of the SMS', () => {
    const title = 'Zoë 🐐 Ж';
    const html = cardOf(alertOf({ topicName: 'T', entries: [alertEntry({ title, url: 'no' })] }), {
      deliveries: [delivery('shown', { protocol: 'sms' })],
    });
    expect(readHtml(html).text).toMatch(/\d+ of 70 characters, one part \(UCS-2\)/);
  });

  it('count the length of an SMS of several parts against what those parts hold', () => {
    const message = publishedMessage('a');
    const outbox = createOutbox();
    outbox.recordPublish({ ...message, bodies: { ...message.bodies, sms: 'm'.repeat(300) } });
    outbox.recordDelivery(['a'], delivery('shown', { protocol: 'sms' }));
    const cards = outbox.recent().map((entry) => alertCard(entry, () => 'hue-0').source);
    expect(readHtml(cards.join('')).text).toContain('300 of 306 characters, 2 parts (GSM-7)');
  });

  it('are summed up for several recipients, with failures in plain sight', () => {
    const html = cardOf(alertOf(), {
      recipients: 5,
      deliveries: [
        delivery('mailed'),
        delivery('failed', { endpoint: 'bob@example.com', detail: 'no such mailbox' }),
        delivery('waiting', {
          endpoint: 'cy@example.com',
          detail: '451 later',
          nextAt: '2031-10-14T09:00:00.000Z',
        }),
        delivery('failed', { protocol: 'https', endpoint: 'https://hook.example', detail: 'got 500' }),
      ],
    });
    const { text } = readHtml(html);
    expect(text).toContain('Email 3 recipients · 1 sent, 1 waiting, 1 failed');
    expect(text).toContain('Not sent to bob@example.com: no such mailbox');
    expect(text).toMatch(/Waiting for cy@example\.com: 451 later\. Next try at \d\d:\d\d\./);
    expect(text).toContain('Not sent to https://hook.example: got 500');
    expect(text).toContain('No report yet from 1 of 5 recipients.');
  });

  it('say so if nobody is subscribed', () => {
    expect(readHtml(cardOf(alertOf(), { recipients: 0 })).text).toContain(
      'Nobody is subscribed to this topic.',
    );
  });
});
