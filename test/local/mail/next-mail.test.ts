import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/shared/model.ts';
import { MAX_PAUSE_MS, nextMail } from '../../../local/mail/next-mail.ts';
import type { WaitingDelivery } from '../../../local/outbox/outbox.ts';
import { type OutboxDelivery, toOutboxEntry } from '../../../local/outbox/outbox-entry.ts';
import { alertEntry, alertOf, delivery, publishedMessage } from '../../helpers/sample-alerts.ts';

const NOW = Date.parse('2031-10-14T09:00:00.000Z');
const GATHER = 5_000;
const iso = (offset: number) => new Date(NOW + offset).toISOString();

interface Fields extends Partial<OutboxDelivery> {
  readonly to?: string;
  readonly story?: string;
  readonly item?: string;
  readonly title?: string;
  readonly topicId?: string;
  readonly kind?: Alert['kind'];
}

/** Returns a mail that was queued a minute ago. */
function open(
  id: string,
  {
    to = 'ann',
    story = id,
    item = id,
    topicId = 'summit',
    kind = 'new',
    title = 'News',
    ...more
  }: Fields = {},
): WaitingDelivery {
  const alert = alertOf({
    id,
    topicId,
    topicName: topicId,
    kind,
    entries: [alertEntry({ storyId: story, itemId: item, title })],
  });
  return {
    entry: toOutboxEntry(publishedMessage(id, alert)),
    delivery: delivery('waiting', { endpoint: to, at: iso(-60_000), ...more }),
  };
}

const next = (queue: readonly WaitingDelivery[], gather = GATHER) => {
  const found = nextMail(queue, NOW, gather);
  return 'messages' in found ? found.messages.map(({ entry }) => entry.messageId).join('+') : found.at - NOW;
};

describe('the order', () => {
  it('is that of publishing', () => {
    expect(next([open('a'), open('b'), open('c', { to: 'bob' })])).toBe('a');
    expect(next([])).toBe(Number.POSITIVE_INFINITY);
  });

  it('is kept for a recipient whose first mail waits, and others are not held back', () => {
    const first = open('a', { tries: 1, nextAt: iso(30_000), holds: 'recipient' });
    expect(next([first, open('b')])).toBe(30_000);
    expect(next([first, open('b'), open('c', { to: 'bob' })])).toBe('c');
    expect(next([{ ...first, delivery: { ...first.delivery, nextAt: iso(-1) } }, open('b')])).toBe('a');
  });

  it('lets other stories pass a refused mail, but no later mail about its stories', () => {
    const refused = open('a', { story: 's', tries: 1, nextAt: iso(30_000), holds: 'mail' });
    const followUp = open('b', { story: 's', kind: 'follow-up' });
    expect(next([refused, followUp])).toBe(30_000);
    expect(next([refused, followUp, open('c')])).toBe('c');
  });

  it('does not let a mail pass another that is held back', () => {
    const refused = open('a', { story: 's', tries: 1, nextAt: iso(30_000), holds: 'mail' });
    const digest = open('b', { kind: 'digest' });
    const both = {
      ...digest,
      entry: toOutboxEntry(
        publishedMessage(
          'b',
          alertOf({ kind: 'digest', entries: [alertEntry({ storyId: 's' }), alertEntry({ storyId: 't' })] }),
        ),
      ),
    };
    expect(next([refused, both, open('c', { story: 't' })])).toBe(30_000);
  });

  it('ignores a time that only a wrong clock can have set', () => {
    expect(next([open('a', { tries: 1, nextAt: iso(MAX_PAUSE_MS + 1) })])).toBe('a');
    expect(next([open('a', { at: iso(MAX_PAUSE_MS) })])).toBe('a');
  });
});

describe('an item that matches several topics', () => {
  const fresh = { at: iso(-1_000) };

  it('waits some seconds for the other topics, and comes as one mail to each recipient', () => {
    const one = open('a', { item: 'i', topicId: 'x', ...fresh });
    const two = open('b', { item: 'i', topicId: 'y', ...fresh });
    const other = open('c', { item: 'i', topicId: 'y', to: 'bob' });
    expect(next([one, two])).toBe(4_000);
    expect(next([one, two], 0)).toBe('a+b');
    expect(next([one, open('z'), two, other], 0)).toBe('a+b');
  });

  it('comes as one mail if both are follow-ups, but not with a first report or other items', () => {
    const followUp = open('a', { item: 'i', kind: 'follow-up' });
    expect(next([followUp, open('b', { item: 'i', topicId: 'y', kind: 'follow-up' })])).toBe('a+b');
    expect(next([followUp, open('b', { item: 'i', topicId: 'y' })])).toBe('a');
    expect(next([open('a', { item: 'i' }), open('b', { item: 'j', topicId: 'y' })])).toBe('a');
  });

  it('comes as several mails if it was edited in between', () => {
    const edited = open('b', { item: 'i', topicId: 'y', title: 'Edited' });
    expect(next([open('a', { item: 'i' }), edited])).toBe('a');
  });

  it('does not overtake an earlier mail of its topic', () => {
    const first = open('a', { item: 'i', kind: 'follow-up' });
    const earlier = open('b', { item: 'j', topicId: 'y' });
    const later = open('c', { item: 'i', topicId: 'y', kind: 'follow-up' });
    expect(next([first, earlier, later])).toBe('a');
    expect(next([first, later, earlier])).toBe('a+c');
  });

  it('stays the same mail at every try, and later alerts get their own', () => {
    const tried = { tries: 1, mail: 'a' };
    const queue = [
      open('a', { item: 'i', ...tried }),
      open('b', { item: 'i', topicId: 'y', ...tried }),
      open('c', { item: 'i', topicId: 'z' }),
    ];
    expect(next(queue)).toBe('a+b');
    expect(next(queue.slice(2))).toBe('c');
  });
});

describe('lists of news', () => {
  const LISTS = ['digest', 'welcome', 'roundup'] as const;

  it('of several topics wait some seconds for each other, and come as one mail', () => {
    const queue = LISTS.map((kind, n) => open(`${n}`, { topicId: `t${n}`, kind, at: iso(-1_000) }));
    expect(next(queue)).toBe(4_000);
    expect(next(queue, 0)).toBe('0+1+2');
  });

  it('do not share a mail with others of their topic and kind, nor with an alert or a notice', () => {
    const digest = open('a', { kind: 'digest' });
    for (const other of [{ kind: 'digest' }, { topicId: 'y' }, { topicId: 'y', kind: 'notice' }] as const)
      expect(next([digest, open('b', other)])).toBe('a');
    expect(next([open('n', { kind: 'notice', at: iso(0) }), open('b', { kind: 'notice' })])).toBe('n');
  });

  it('do not overtake an earlier mail of their topic that waits', () => {
    const alert = open('a', { story: 's', tries: 1, mail: 'a', nextAt: iso(30_000), holds: 'mail' });
    const digest = open('b', { topicId: 'y', kind: 'digest' });
    const roundUp = open('c', { story: 's', kind: 'roundup' });
    expect(next([alert, digest, roundUp])).toBe('b');
  });

  it('share a mail only as long as it is not too long', () => {
    const alert = (topicId: string, n: number) =>
      alertOf({
        id: topicId,
        topicId,
        kind: 'digest',
        entries: Array.from({ length: n }, (_, k) => alertEntry({ itemId: `${topicId}${k}` })),
      });
    const queue = [alert('x', 40), alert('y', 30), alert('z', 20)].map((one) => ({
      entry: toOutboxEntry(publishedMessage(one.id, one)),
      delivery: delivery('waiting', { endpoint: 'ann', at: iso(-60_000) }),
    }));
    expect(next(queue)).toBe('x+z');
  });
});
