import { beforeEach, describe, expect, it } from 'vitest';
import type { MailDeps } from '../../../functions/mail/deps.ts';
import { mailStores } from '../../../functions/mail/deps.ts';
import { mail } from '../../../functions/mail/mail.ts';
import { renderAlert } from '../../../functions/notify/render/render-alert.ts';
import type { SendOutcome } from '../../../functions/shared/delivery/outcome.ts';
import type { RawMail } from '../../../functions/shared/mail/raw-mail.ts';
import type { Alert } from '../../../functions/shared/model.ts';
import type { FilterPolicy } from '../../../functions/shared/ports.ts';
import { readLink } from '../../../functions/shared/signed-link.ts';
import { channelRecords } from '../../../functions/shared/store/channel-records.ts';
import { subscribers } from '../../../functions/shared/store/subscribers.ts';
import { subscriberId } from '../../../functions/shared/subscriber-id.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { alertEntry, alertOf } from '../../helpers/sample-alerts.ts';
import { decodedText, headersOf } from '../../local/mail/mail-source.ts';

const START = Date.parse('2031-10-14T08:42:00Z');
const HOUR = 3_600_000;
const PAGE = 'https://alerts.news.example.se/';
const SENDER = { name: 'The desk', address: 'alerts@news.example.se', domain: 'news.example.se' };
const OK: SendOutcome = { kind: 'sent', answer: '010001' };
const REJECTED: SendOutcome = { kind: 'retry', detail: 'SES answered MessageRejected: no' };

const [ANN, BOB, CAT] = ['ann@example.org', 'bob@example.org', 'cat@example.org'];
const idOf = (endpoint: string) => subscriberId({ protocol: 'email', endpoint });

/** The mail function with its table, the subscriptions of SNS, and SES. */
class MailFixture {
  now = START;
  readonly table = memoryTable();
  readonly sent: RawMail[] = [];
  readonly buried: string[] = [];
  /** Pauses of messages, ms. */
  readonly postponed: number[] = [];
  isBuryFailing = false;
  /** SNS does not answer. */
  isDown = false;
  /** Subscriptions by topic: addresses, with their filter. */
  readonly topics = new Map<string, Map<string, FilterPolicy | undefined | 'pending'>>();
  readonly found: string[] = [];
  answer: (mail: RawMail) => SendOutcome = () => OK;
  onAmbiguous: MailDeps['onAmbiguous'] = 'resend';
  /** Time left for each invocation, ms. */
  left = 60_000;
  readonly #stores = mailStores(this.table, 'worker');

  subscribe(
    topicId: string,
    endpoint: string,
    filter: FilterPolicy | 'pending' | undefined = { protocols: ['email'] },
  ): void {
    const channel = this.topics.get(topicId) ?? new Map();
    this.topics.set(topicId, channel.set(endpoint, filter));
  }

  async choose(
    endpoint: string,
    choice: { pausedUntil?: string; muted?: string[]; daily?: true; dailyUntil?: string },
  ): Promise<void> {
    const muted = choice.muted?.map((storyId) => ({ storyId, until: new Date(START + HOUR).toISOString() }));
    const { pausedUntil, daily, dailyUntil } = choice;
    await subscribers(this.table).put(
      idOf(endpoint),
      undefined,
      {
        protocol: 'email',
        subscriptions: { summit: 'arn:summit' },
        ...(pausedUntil ? { pausedUntil } : {}),
        ...(muted ? { muted } : {}),
        ...(daily ? { daily } : {}),
        ...(dailyUntil ? { dailyUntil } : {}),
      },
      START,
    );
  }

  get deps(): MailDeps {
    const log = () => undefined;
    return {
      ...this.#stores,
      clock: () => this.now,
      log: { debug: log, info: log, warn: log, error: log },
      sender: SENDER,
      pageUrl: PAGE,
      onAmbiguous: this.onAmbiguous,
      zoneOf: () => 'Europe/Stockholm',
      queue: {
        postpone: async (_, ms) => void this.postponed.push(ms),
        bury: async (body) => {
          if (this.isBuryFailing) throw new Error('SQS is down');
          this.buried.push(body);
        },
      },
      subscribing: {
        list: async (topicId) => {
          if (this.isDown) throw new Error('ThrottledException');
          return [...(this.topics.get(topicId) ?? [])].map(([endpoint, filter]) => ({
            protocol: 'email',
            endpoint,
            arn: filter === 'pending' ? undefined : `arn:${topicId}:${endpoint}`,
          }));
        },
        find: async (arn) => {
          this.found.push(arn);
          const [, topicId = '', endpoint = ''] = arn.split(':');
          const filterPolicy = this.topics.get(topicId)?.get(endpoint);
          if (filterPolicy === 'pending') return undefined;
          return { protocol: 'email', endpoint, isPending: false, filterPolicy };
        },
      },
      send: async (one) => {
        this.sent.push(one);
        return this.answer(one);
      },
      remainingMs: () => this.left,
    };
  }

  /** Receives alerts in one batch. Returns the ids of the messages that come back. */
  receive(...alerts: readonly Alert[]): Promise<string[]> {
    const messages = alerts.map((alert) => ({
      id: alert.id,
      receipt: alert.id,
      body: renderAlert(alert).json,
      sentAt: START,
    }));
    return mail(this.deps, messages);
  }

  get readers(): string[] {
    return this.sent.map(({ to }) => to);
  }
}

let fixture: MailFixture;
beforeEach(() => {
  fixture = new MailFixture();
});

describe('an alert as HTML mail', () => {
  it('goes to everybody who has confirmed, once', async () => {
    for (const endpoint of [ANN, BOB]) fixture.subscribe('summit', endpoint);
    fixture.subscribe('summit', CAT, 'pending');
    fixture.subscribe('owls', CAT);
    expect(await fixture.receive(alertOf())).toEqual([]);
    expect(await fixture.receive(alertOf())).toEqual([]);
    expect(fixture.readers).toEqual([ANN, BOB]);
  });

  it('is the mail that one machine sends, with the links of its reader', async () => {
    fixture.subscribe('summit', ANN);
    await fixture.receive(alertOf());
    const source = Buffer.from(fixture.sent[0]?.data ?? []).toString();
    const text = decodedText(source);
    expect(headersOf(source)).toMatchObject({
      from: 'The desk <alerts@news.example.se>',
      to: ANN,
      'in-reply-to': '<story.story-1@news.example.se>',
      'auto-submitted': 'auto-generated',
      'list-id': '<summit.news.example.se>',
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
    });
    expect(source).toContain('Content-Type: text/html');
    expect(text).toContain('Why: “Ostrand”, “Veloza”');
    const stop = headersOf(source)['list-unsubscribe'] ?? '';
    const key = await fixture.deps.key();
    for (const [purpose, place] of [
      ['manage', text],
      ['mute', text],
      ['stop', stop],
    ] as const) {
      const [, link = ''] = new RegExp(`${PAGE}${purpose}\\?link=([\\w.-]+)`).exec(place) ?? [];
      expect(readLink(key, purpose, link, START), purpose).toMatchObject({
        purpose,
        subscriberId: idOf(ANN),
      });
    }
  });

  describe('of several topics about one item', () => {
    const OWLS = { id: 'alert-2', topicId: 'owls', topicName: 'Owls' };
    const ofOwls = (entry = {}) =>
      alertOf({ ...OWLS, entries: [alertEntry({ storyId: 'story-2', ...entry })] });
    const ofBats = () =>
      alertOf({
        id: 'alert-3',
        topicId: 'bats',
        topicName: 'Bats',
        entries: [alertEntry({ storyId: 'story-3' })],
      });
    const idsIn = (data: Uint8Array) => headersOf(Buffer.from(data).toString())['x-news-alerts'] ?? '';
    const textOf = (n: number) => decodedText(Buffer.from(fixture.sent[n]?.data ?? []).toString());

    beforeEach(() => {
      for (const topicId of ['summit', 'owls']) fixture.subscribe(topicId, ANN);
      fixture.subscribe('owls', BOB);
    });

    it('is one mail, whose links concern all of them', async () => {
      expect(await fixture.receive(alertOf(), ofOwls(), ofBats())).toEqual([]);
      expect(fixture.readers.sort()).toEqual([ANN, BOB]);
      const toAnn = fixture.readers.indexOf(ANN);
      expect(textOf(toAnn)).toContain('Also for “Presidents’ summit”');
      expect(textOf(toAnn)).not.toContain('Bats');
      expect(headersOf(Buffer.from(fixture.sent[toAnn]?.data ?? []).toString())).toMatchObject({
        'list-id': '<owls.news.example.se>',
        'x-news-alerts': 'alert-2 alert-1',
      });
      expect(textOf(1 - toAnn)).not.toContain('Also for');
      const [, link = ''] = /mute\?link=([\w.~-]+)/.exec(textOf(toAnn)) ?? [];
      const key = await fixture.deps.key();
      expect(readLink(key, 'mute', link, START)).toMatchObject({ storyIds: ['story-2', 'story-1'] });
      expect(await fixture.receive(alertOf(), ofOwls())).toEqual([]);
      expect(fixture.sent).toHaveLength(2);
    });

    it('is several mails if it was edited in between, since each has its own news', async () => {
      await fixture.receive(alertOf(), ofOwls({ title: 'Talks break down' }));
      expect(fixture.readers.filter((one) => one === ANN)).toHaveLength(2);
    });

    it('is several mails if their items differ, or if they come one after the other', async () => {
      await fixture.receive(alertOf(), ofOwls({ itemId: 'another' }));
      await fixture.receive(alertOf({ id: 'a' }));
      await fixture.receive({ ...ofOwls(), id: 'b' });
      expect(fixture.readers.filter((one) => one === ANN)).toHaveLength(4);
    });

    it('is sent again as one mail', async () => {
      fixture.answer = ({ to }) => (to === ANN ? REJECTED : OK);
      expect(await fixture.receive(alertOf(), ofOwls())).toEqual(['alert-1', 'alert-2']);
      expect(new Set(fixture.postponed).size).toBe(1);
      fixture.answer = () => OK;
      fixture.now += 60_000;
      expect(await fixture.receive(alertOf(), ofOwls())).toEqual([]);
      expect(fixture.readers.filter((one) => one === ANN)).toHaveLength(2);
    });

    it('has only those that the reader does not have yet', async () => {
      await fixture.receive(alertOf());
      await fixture.receive(alertOf(), ofOwls());
      expect(fixture.readers.toSorted()).toEqual([ANN, ANN, BOB]);
      expect(textOf(fixture.readers.lastIndexOf(ANN))).not.toContain('Also for');
    });

    it('is several mails if SES refuses it, so that one alert fails alone', async () => {
      const isBad = (data: Uint8Array) => idsIn(data).includes('alert-1');
      fixture.answer = ({ data }) => (isBad(data) ? { kind: 'refused', detail: 'no' } : OK);
      expect(await fixture.receive(alertOf(), ofOwls())).toEqual(['alert-2']);
      fixture.now += 10_000;
      expect(await fixture.receive(ofOwls())).toEqual([]);
      expect(fixture.readers.filter((one) => one === ANN)).toHaveLength(3);
      expect(fixture.buried.map((body) => JSON.parse(body).id)).toEqual(['alert-1']);
    });

    it('is several mails if it cannot be written as one', async () => {
      const broken = { ...ofOwls(), entries: [{ ...alertEntry({ storyId: 'story-2' }), why: undefined }] };
      const bodies = [renderAlert(alertOf()).json, JSON.stringify({ version: 1, ...broken })];
      const messages = bodies.map((body, n) => ({ id: `${n}`, receipt: `${n}`, body, sentAt: START }));
      expect(await mail(fixture.deps, messages)).toEqual([]);
      expect(fixture.readers).toEqual([ANN]);
      // One for each reader of owls.
      expect(fixture.buried).toHaveLength(1);
    });

    it('is not begun if there is no time left', async () => {
      fixture.left = 10_000;
      expect(await fixture.receive(alertOf(), ofOwls())).toEqual(['alert-1', 'alert-2']);
      fixture.left = 60_000;
      expect(await fixture.receive(alertOf(), ofOwls())).toEqual([]);
      expect(fixture.readers.toSorted()).toEqual([ANN, BOB]);
    });

    it('does not overtake an earlier mail of its topic', async () => {
      const first = alertOf({ kind: 'follow-up' });
      const opened = { ...ofOwls({ itemId: 'item-0', title: 'First report' }), id: 'earlier' };
      await fixture.receive(first, opened, { ...ofOwls(), kind: 'follow-up' });
      expect(fixture.sent.filter(({ to }) => to === ANN).map(({ data }) => idsIn(data))).toEqual([
        'alert-1',
        'earlier',
        'alert-2',
      ]);
    });

    it('comes without those whose record cannot be stored, which come later', async () => {
      const { put } = fixture.table;
      fixture.table.put = (record, condition) =>
        record.pk === 'MAIL#ALERT#alert-2' ? Promise.reject(new Error('throttled')) : put(record, condition);
      expect(await fixture.receive(alertOf(), ofOwls())).toEqual(['alert-2']);
      expect(fixture.readers).toEqual([ANN]);
      expect(textOf(0)).not.toContain('Also for');
      fixture.table.put = put;
      fixture.now += 60_000;
      expect(await fixture.receive(ofOwls())).toEqual([]);
      expect(fixture.readers.toSorted()).toEqual([ANN, ANN, BOB]);
    });
  });

  it('with the lists of several topics is one mail', async () => {
    for (const topicId of ['summit', 'owls', 'bats']) fixture.subscribe(topicId, ANN);
    const listOf = (topicId: string, kind: Alert['kind']) =>
      alertOf({ id: topicId, topicId, topicName: topicId, kind, entries: [alertEntry({ itemId: topicId })] });
    const lists = [listOf('summit', 'digest'), listOf('owls', 'welcome'), listOf('bats', 'roundup')];
    await fixture.receive(...lists, { ...alertOf(), id: 'news' });
    const ids = fixture.sent.map(({ data }) => headersOf(Buffer.from(data).toString())['x-news-alerts']);
    expect(ids).toEqual(['bats owls summit', 'news']);
  });

  it('that SES refuses is a dead letter even if the function dies before, with onAmbiguous: skip', async () => {
    fixture.subscribe('summit', ANN);
    fixture.onAmbiguous = 'skip';
    fixture.answer = () => ({ kind: 'refused', detail: 'no' });
    fixture.isBuryFailing = true;
    expect(await fixture.receive(alertOf())).toEqual(['alert-1']);
    fixture.isBuryFailing = false;
    fixture.now += HOUR;
    expect(await fixture.receive(alertOf())).toEqual([]);
    expect(fixture.buried).toHaveLength(1);
  });

  it('is not for those who pause, or have ended its story', async () => {
    for (const endpoint of [ANN, BOB, CAT]) fixture.subscribe('summit', endpoint);
    await fixture.choose(ANN, { pausedUntil: new Date(START + HOUR).toISOString() });
    await fixture.choose(BOB, { muted: ['story-1'] });
    await fixture.receive(alertOf());
    expect(fixture.readers).toEqual([CAT]);
    await fixture.receive(alertOf({ id: 'other', entries: [alertEntry({ storyId: 'story-2' })] }));
    expect(fixture.readers).toEqual([CAT, BOB, CAT]);
    fixture.now += 2 * HOUR;
    await fixture.receive(alertOf({ id: 'later' }));
    expect(fixture.readers.slice(3).sort()).toEqual([ANN, BOB, CAT]);
  });

  it('is for those who get each message, for those who get one mail a day, or for both', async () => {
    for (const endpoint of [ANN, BOB, CAT]) fixture.subscribe('summit', endpoint);
    await fixture.choose(ANN, { daily: true });
    await fixture.choose(BOB, { dailyUntil: new Date(START + HOUR).toISOString() });
    const readersOf = async (id: string, readers: Partial<Alert>) => {
      const before = fixture.readers.length;
      await fixture.receive(alertOf({ id, ...readers }));
      return fixture.readers.slice(before).sort();
    };
    expect(await readersOf('a', { readers: 'at once' })).toEqual([BOB, CAT]);
    expect(await readersOf('b', { readers: 'daily' })).toEqual([ANN, BOB]);
    expect(await readersOf('c', {})).toEqual([ANN, BOB, CAT]);
  });

  it('is not for those to whom SNS sends everything, since nobody has set a filter', async () => {
    fixture.subscribe('summit', ANN, undefined);
    fixture.topics.get('summit')?.set(ANN, undefined);
    fixture.subscribe('summit', BOB);
    fixture.subscribe('summit', CAT);
    await channelRecords(fixture.table).put('summit', {
      made: true,
      subscriptions: { [idOf(CAT)]: 'arn:summit:cat' },
    });
    await fixture.receive(alertOf());
    await fixture.receive(alertOf({ id: 'next' }));
    expect(fixture.readers).toEqual([BOB, CAT, BOB, CAT]);
    // SNS is asked once about a filter, and not about the recipients of the file.
    expect(fixture.found.sort()).toEqual([`arn:summit:${ANN}`, `arn:summit:${ANN}`, `arn:summit:${BOB}`]);
    // The owner sets a filter.
    fixture.topics.get('summit')?.set(ANN, { protocols: ['email'] });
    await fixture.receive(alertOf({ id: 'last' }));
    expect(fixture.readers.slice(4)).toEqual([ANN, BOB, CAT]);
  });

  it('is repeated for those alone who did not get it', async () => {
    for (const endpoint of [ANN, BOB]) fixture.subscribe('summit', endpoint);
    fixture.answer = ({ to }) => (to === ANN ? REJECTED : OK);
    expect(await fixture.receive(alertOf())).toEqual(['alert-1']);
    fixture.answer = () => OK;
    fixture.now += 60_000;
    expect(await fixture.receive(alertOf())).toEqual([]);
    expect(fixture.readers).toEqual([ANN, BOB, ANN]);
  });

  it('waits if SNS does not say who is subscribed', async () => {
    fixture.subscribe('summit', ANN);
    fixture.isDown = true;
    expect(await fixture.receive(alertOf())).toEqual(['alert-1']);
    expect(fixture.postponed).toEqual([60_000]);
    fixture.isDown = false;
    expect(await fixture.receive(alertOf())).toEqual([]);
    expect(fixture.readers).toEqual([ANN]);
  });

  it('of a topic without a channel holds up no other, and becomes a dead letter after a day without a list', async () => {
    fixture.isDown = true;
    fixture.now += 25 * HOUR;
    expect(await fixture.receive(alertOf())).toEqual([]);
    expect(fixture.buried).toHaveLength(1);
  });

  it('still goes to somebody who chooses one mail a day while SES does not accept it', async () => {
    for (const endpoint of [ANN, BOB]) fixture.subscribe('summit', endpoint);
    fixture.answer = ({ to }) => (to === ANN ? REJECTED : OK);
    const alert = alertOf({ readers: 'at once' });
    await fixture.receive(alert);
    await subscribers(fixture.table).put(
      idOf(ANN),
      undefined,
      { protocol: 'email', subscriptions: { summit: 'arn:summit' }, daily: true },
      START,
    );
    fixture.answer = () => OK;
    fixture.now += 60_000;
    await fixture.receive(alert);
    await fixture.receive({ ...alert, id: 'next' });
    expect(fixture.readers).toEqual([ANN, BOB, ANN, BOB]);
  });

  it('is not asked about for those who have it', async () => {
    const reads: string[] = [];
    for (const endpoint of [ANN, BOB]) fixture.subscribe('summit', endpoint);
    fixture.answer = ({ to }) => (to === ANN ? REJECTED : OK);
    await fixture.receive(alertOf());
    const { get } = fixture.table;
    fixture.table.get = (key) => {
      reads.push(key.pk);
      return get(key);
    };
    await fixture.receive(alertOf());
    expect(reads.filter((pk) => pk.startsWith('SUBSCRIBER#'))).toEqual([`SUBSCRIBER#${idOf(ANN)}`]);
  });

  it('becomes a dead letter after a day, and says so without an address', async () => {
    fixture.subscribe('summit', ANN);
    fixture.answer = () => REJECTED;
    await fixture.receive(alertOf());
    fixture.now += 25 * HOUR;
    expect(await fixture.receive(alertOf())).toEqual([]);
    expect(fixture.buried).toHaveLength(1);
    const [[id, problem] = []] = await fixture.deps.problems.all();
    expect(id).toBe(idOf(ANN));
    expect(problem?.detail).toContain('SES answered MessageRejected');
    expect(
      JSON.stringify(await fixture.table.query({ pk: 'MAIL#PROBLEMS', from: '', to: '~' })),
    ).not.toContain('@');
  });

  it('is repeated in doubt, unless the file says otherwise', async () => {
    fixture.subscribe('summit', ANN);
    fixture.answer = () => ({ kind: 'retry', detail: 'SES gave no answer', mayBeSent: true });
    expect(await fixture.receive(alertOf())).toEqual(['alert-1']);
    fixture.now += 60_000;
    fixture.onAmbiguous = 'skip';
    expect(await fixture.receive(alertOf({ id: 'skipped' }))).toEqual([]);
  });

  it('is repeated after an attempt that never ended, unless the file says otherwise', async () => {
    fixture.subscribe('summit', ANN);
    for (const id of ['alert-1', 'skipped']) await fixture.deps.claims.claim(id, idOf(ANN), undefined, START);
    fixture.now += HOUR;
    await fixture.receive(alertOf());
    fixture.onAmbiguous = 'skip';
    expect(await fixture.receive(alertOf({ id: 'skipped' }))).toEqual([]);
    expect(fixture.readers).toEqual([ANN]);
  });
});
