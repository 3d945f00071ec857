import { describe, expect, it } from 'vitest';
import type { AlertEntry } from '../../../functions/shared/model.ts';
import { createOutbox } from '../../../local/outbox.ts';
import { alertCard } from '../../../local/web/alert-card.ts';
import { alertEntry, alertOf, outgoing, publishOf, reason } from '../sample-publish.ts';
import { readHtml } from './served-page.ts';

type Told = Parameters<ReturnType<typeof createOutbox>['delivered']>;

function cardOf(alert = alertOf(), { recipients = 1, told = [] as Told[] } = {}): string {
  const outbox = createOutbox();
  outbox.published(publishOf('a', alert, { deliveries: recipients }));
  for (const one of told) outbox.delivered(...one);
  const [entry] = outbox.recent();
  return entry ? alertCard(entry, () => 'hue-0').source : '';
}

const withEntry = (more: Partial<AlertEntry>) => cardOf(alertOf({ entries: [alertEntry(more)] }));
const marks = (html: string) => [...html.matchAll(/<mark>(.*?)<\/mark>/g)].map(([, word]) => word);

describe('why', () => {
  it('is marked in the headline and told below', () => {
    const html = withEntry({});
    expect(marks(html)).toEqual(['Ostrand', 'Veloza']);
    expect(readHtml(html).text).toContain('Why: Ostrand, Veloza in the headline');
    expect(html).not.toContain('<blockquote');
  });

  it('quotes what stood elsewhere, once for several words of one place', () => {
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

  it('marks what was found for a term, in whatever form', () => {
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

  it('is told where no word is to be shown', () => {
    expect(readHtml(withEntry({ why: [] })).text).toContain(
      'Why: the topic matches without any of its words',
    );
  });
});

describe('what it says', () => {
  it('is the headline as a link, with source and times', () => {
    const html = withEntry({ title: 'Fog' });
    expect(html).toContain(
      '<h3 dir="auto"><a href="https://herald.example/talks" target="_blank" rel="noopener noreferrer">Fog</a></h3>',
    );
    expect(html).toContain(
      '<bdi>The Herald</bdi> (herald.example), <time datetime="2031-10-14T08:41:00.000Z"',
    );
    expect(html).toContain('<time datetime="2031-10-14T08:42:00.000Z"');
  });

  it('has the day of a story from another day, and no time where a feed gave none', () => {
    expect(readHtml(withEntry({ published: '2031-10-09T12:00:00Z' })).text).toMatch(
      /The Herald \(herald\.example\), \d+ October, \d\d:\d\d/,
    );
    expect(readHtml(withEntry({ published: 'yesterday' })).text).toMatch(
      /The Herald \(herald\.example\),? Why:/,
    );
  });

  it('is an update beside what was said before', () => {
    const html = cardOf(
      alertOf({ kind: 'update', entries: [alertEntry({ kind: 'update', previousTitle: 'They may meet' })] }),
    );
    expect(readHtml(html).text).toMatch(/update .* Before: They may meet/);
  });

  it('is what an update adds, marked, and the other outlets of the story', () => {
    const added = { text: 'Ice & fog came too.', words: ['ice', 'fog'] };
    const html = withEntry({ kind: 'update', added, sources: ['Meridian Wire', '<b>'] });
    expect(html).toContain('New: <mark>Ice</mark> &amp; <mark>fog</mark> came too.');
    expect(readHtml(html).text).toContain('Also told by Meridian Wire, <b> Why:');
  });

  it('is a digest whose first stories are shown, and the others behind a click', () => {
    const entries = Array.from({ length: 8 }, (_, n) => alertEntry({ title: `Story ${n}` }));
    const html = cardOf(alertOf({ kind: 'welcome', entries }));
    expect(readHtml(html).text).toContain('first look, 8 stories');
    const [shown = '', hidden = ''] = html.split('<details class="more"><summary>3 more</summary>');
    expect(shown.match(/Story \d/g)).toHaveLength(5);
    expect(hidden.split('</details>')[0]?.match(/Story \d/g)).toHaveLength(3);
  });
});

describe('what each recipient got', () => {
  it('is the very text, and for SMS its length', () => {
    const html = cardOf(alertOf(), {
      recipients: 2,
      told: [
        [outgoing('a'), 'mailed'],
        [outgoing('a', { protocol: 'sms', endpoint: '+15550100' }), 'shown'],
      ],
    });
    const { text } = readHtml(html);
    const { bodies } = publishOf('a');
    expect(text).toContain('Email ann@example.com · sent');
    expect(text).toContain(bodies.email?.replace(/\s+/g, ' '));
    expect(text).toContain('SMS +15550100 · shown here');
    expect(text).toContain(`${bodies.sms?.length} of 160 characters, one part (GSM-7)`);
    expect(text).not.toContain('No report yet');
  });

  it('is counted in the unit of the SMS', () => {
    const title = 'Zoë 🐐 Ж';
    const html = cardOf(alertOf({ topicName: 'T', entries: [alertEntry({ title, url: 'no' })] }), {
      told: [[outgoing('a', { protocol: 'sms' }), 'shown']],
    });
    expect(readHtml(html).text).toMatch(/\d+ of 70 characters, one part \(UCS-2\)/);
  });

  it('is summed up for several, with what failed in plain sight', () => {
    const html = cardOf(alertOf(), {
      recipients: 4,
      told: [
        [outgoing('a'), 'mailed'],
        [outgoing('a', { endpoint: 'bob@example.com' }), 'failed', 'no such mailbox'],
        [outgoing('a', { protocol: 'https', endpoint: 'https://hook.example' }), 'failed', 'got 500'],
      ],
    });
    const { text } = readHtml(html);
    expect(text).toContain('Email 2 recipients · 1 sent, 1 failed');
    expect(text).toContain('Not sent to bob@example.com: no such mailbox');
    expect(text).toContain('Not sent to https://hook.example: got 500');
    expect(text).toContain('No report yet from 1 of 4 recipients.');
  });

  it('is nothing where nobody is subscribed', () => {
    expect(readHtml(cardOf(alertOf(), { recipients: 0 })).text).toContain(
      'Nobody is subscribed to this topic.',
    );
  });
});
