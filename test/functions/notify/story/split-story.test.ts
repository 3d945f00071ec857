import { describe, expect, it } from 'vitest';
import { splitRefusal, splitStory } from '../../../../functions/notify/story/split-story.ts';
import { RetryLater } from '../../../../functions/shared/errors.ts';
import { hash64 } from '../../../../functions/shared/hash.ts';
import { items } from '../../../../functions/shared/store/items.ts';
import { mutes } from '../../../../functions/shared/store/mutes.ts';
import { type Story, stories } from '../../../../functions/shared/store/stories.ts';
import type { Table } from '../../../../functions/shared/store/table.ts';
import { embeddedPlatform } from '../../../helpers/embedded-platform.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import { Crash, CrashingWorker } from '../crashing-worker.ts';
import {
  followUps,
  type HarnessTopic,
  type HitFields,
  NotifyHarness,
  ROUND_UP_AT,
} from '../notify-harness.ts';
import { army, judge, retold, STRIKE_REPORTS } from '../strike-reports.ts';

const servers = embeddedPlatform();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const { first } = STRIKE_REPORTS;
/** Joins the strike only because of the army's boats. */
const boats = { title: 'Stranded islanders reach home in army boats', summary: '' };
const boatsAgain = { title: 'Army boats carry more stranded islanders home to their families', summary: '' };
const idOf = ({ title, id = hash64(title ?? '') }: HitFields) => id;
const feedOf = (report: HitFields) => report.feed ?? `Feed ${idOf(report).slice(0, 4)}`;

/** A newsroom on one table, with a reader who takes reports out of stories. */
class Newsroom extends NotifyHarness {
  readonly #titles = new Map<string, string>();
  readonly #table: Table;

  constructor(table: Table, topic: HarnessTopic = {}) {
    super(table, topic);
    this.#table = table;
  }

  /** Stores a report as poll does, and delivers it to notify. */
  async report(fields: HitFields, deps = this.deps()): Promise<void> {
    const hit = this.reportHit(fields);
    const { id } = hit.feed;
    const item = { ...hit.item, feedId: id, content: '', authors: [], categories: [] };
    await items(this.#table).putAll([item], this.now);
    await this.receive(hit, deps);
  }

  reportHit(fields: HitFields) {
    const id = idOf(fields);
    const url = `https://${feedOf(fields).toLowerCase().replace(' ', '-')}.example/${id}`;
    const hit = this.hit({ summary: '', feed: feedOf(fields), url, ...fields, id });
    this.#titles.set(hit.feed.id, hit.feed.title);
    return hit;
  }

  async reportAll(...reports: readonly HitFields[]): Promise<void> {
    for (const report of reports) {
      await this.report(report);
      this.now += MINUTE;
    }
  }

  split(report: HitFields, table = this.#table) {
    return splitStory(table, this.request(report), async (id) => this.#titles.get(id));
  }

  request(report: HitFields) {
    return { topicId: this.topic.id, itemId: idOf(report), now: this.now };
  }

  /** Returns the stories, each with the titles of its items as the topic recorded them. */
  async told(): Promise<Readonly<Record<string, readonly string[]>>> {
    const { stories: all } = await stories(this.#table).since(this.topic.id, 0);
    const records = await this.#table.query({ pk: `TOPIC#${this.topic.id}`, from: 'TOLD#', to: 'TOLD#~' });
    return Object.fromEntries(
      all.map(({ id, title }) => [
        title,
        records
          .filter(({ storyId }) => storyId === id)
          .map(({ role, title }) => `${role} ${title}`)
          .sort(),
      ]),
    );
  }

  async story(title: string): Promise<Story> {
    const found = (await stories(this.#table).since(this.topic.id, 0)).stories.find(
      (one) => one.title === title,
    );
    if (!found) throw new Error(`no story ${title}`);
    return found;
  }

  version({ id = '', title = '', ...rest }: HitFields) {
    const item = id || idOf({ title });
    const feed = this.reportHit({ title, ...rest }).feed.id;
    return stories(this.#table).delivered(this.topic.id, item, feed);
  }

  /** Returns every record of the topic but the waiting entries, to compare two newsrooms. */
  async records(): Promise<unknown[]> {
    const all = await this.#table.query({ pk: `TOPIC#${this.topic.id}`, from: '', to: '~' });
    return all.map(({ pk: _pk, version: _version, ...record }) => record);
  }
}

const embedded = (topic: HarnessTopic = {}) => new Newsroom(servers.platform().table(), topic);

describe('an item that a reader takes out of its story', () => {
  it('opens a story of its own, and leaves nothing of itself in the old one', async () => {
    const one = embedded();
    await one.reportAll(first, army, judge);
    const before = await one.version(army);
    expect(await one.split(army)).toEqual({ kind: 'split', storyId: hash64(one.topic.id, idOf(army)) });
    expect(await one.told()).toEqual({
      [first.title]: [`development ${judge.title}`, `first ${first.title}`],
      [army.title]: [`first ${army.title}`],
    });
    expect(await one.version(army)).toEqual({
      ...before,
      storyId: hash64(one.topic.id, idOf(army)),
      lead: true,
      role: 'first',
    });
    const [left, taken] = [await one.story(first.title), await one.story(army.title)];
    expect(taken).toMatchObject({
      leadItemId: idOf(army),
      openedAt: before?.polledAt,
      itemIds: [idOf(army)],
      sources: [feedOf(army)],
      splitFrom: left.id,
    });
    expect(left.itemIds).toEqual([first, judge].map(idOf));
    expect(left.sources).toEqual([first, judge].map(feedOf));
    expect([left.outlets?.length, left.signatures?.length, left.headlines?.length]).toEqual([2, 2, 2]);
    expect(left.signatures?.join()).not.toContain('army');
    expect(taken.signatures?.join()).toContain('army boats carry strand island home|army*');
  });

  it('keeps its text in its new story even if a poll that died has not stored it', async () => {
    const one = embedded();
    await one.report(first);
    await one.receive(one.reportHit(army));
    const [, known] = (await one.story(first.title)).signatures ?? [];
    await one.split(army);
    expect((await one.story(army.title)).signatures).toEqual([known]);
    expect((await one.story(first.title)).signatures).toHaveLength(1);
  });

  it('sends nothing, and is listed once in the message that it waits for', async () => {
    const one = embedded();
    await one.reportAll(first, army);
    await one.split(army);
    expect(one.messages()).toEqual([['new', first.title]]);
    await one.tickAt(one.now + 3 * HOUR);
    await one.tickAt(ROUND_UP_AT + 2 * DAY);
    expect(one.messages()).toEqual([
      ['new', first.title],
      ['follow-up', army.title],
    ]);
  });

  it('is followed by the next report of its event, which is alerted like any first report', async () => {
    const one = embedded();
    await one.reportAll(first, army);
    await one.split(army);
    await one.reportAll(boats, judge);
    expect(one.messages()).toEqual([
      ['new', first.title],
      ['new', boats.title],
    ]);
    expect(one.published[1]?.protocols).toEqual(['email', 'sms']);
    expect(one.published[1]?.alert.entries[0]).toMatchObject({
      role: 'first',
      story: { title: army.title },
      sources: [feedOf(army)],
    });
    expect(await one.told()).toEqual({
      [first.title]: [`development ${judge.title}`, `first ${first.title}`],
      [army.title]: [`first ${army.title}`, `first ${boats.title}`].sort(),
    });
    // The report after that one is no alert of its own.
    await one.report(boatsAgain);
    expect((await one.told())[army.title]).toContain(`also ${boatsAgain.title}`);
    expect(one.published).toHaveLength(2);
    await one.tickAt(ROUND_UP_AT + 2 * DAY);
    expect(one.titles().flat().sort()).toEqual(
      [first, army, judge, boats, boatsAgain].map(({ title }) => title).sort(),
    );
  });

  it('is not alerted again by a copy of it', async () => {
    const one = embedded();
    await one.reportAll(first, army);
    await one.split(army);
    await one.report({ ...army, id: 'copy-of-army', feed: 'The Echo' });
    expect(one.messages()).toEqual([['new', first.title]]);
    expect((await one.story(army.title)).sources).toEqual([feedOf(army), 'The Echo']);
    await one.report(boats);
    expect(one.messages().slice(1)).toEqual([['new', boats.title]]);
  });

  it('is not alerted again by an attempt that died before it recorded a copy', async () => {
    const one = new Newsroom(memoryTable());
    await one.reportAll(first, army);
    await one.split(army);
    const copy = { ...army, id: 'copy-of-army', feed: 'The Echo' };
    const deps = one.deps();
    deps.stories.recordDelivery = () => Promise.reject(new Crash());
    await expect(one.report(copy, deps)).rejects.toThrow(Crash);
    await one.report(copy);
    expect(one.messages()).toEqual([['new', first.title]]);
  });

  it('may be followed by the further source that an SMS waits for, even if that is a copy', async () => {
    const one = new Newsroom(memoryTable(), {
      sms: { deliver: { mode: 'now' }, followUps: followUps('off'), minSources: 2 },
    });
    const url = 'https://courier.example/';
    await one.reportAll({ ...first, url: `${url}1` }, { ...army, url: `${url}2` });
    await one.split(army);
    await one.report({ ...boats, url: `${url}3` });
    expect(one.titles('sms')).toEqual([]);
    await one.report({ ...boats, id: 'copy-of-boats', feed: 'The Echo', url: 'https://echo.example/1' });
    expect(one.titles('sms')).toEqual([[boats.title]]);
    expect(one.titles()).toEqual([[first.title], [boats.title]]);
  });

  it('goes with its copies, and stays behind none of them', async () => {
    const one = embedded();
    const copy = { ...army, id: 'copy-of-army', feed: 'The Echo' };
    await one.reportAll(first, army, copy, judge);
    await one.split(army);
    expect(await one.told()).toEqual({
      [first.title]: [`development ${judge.title}`, `first ${first.title}`],
      [army.title]: [`copy ${army.title}`, `first ${army.title}`],
    });
    expect(await one.story(army.title)).toMatchObject({
      itemIds: [idOf(army), 'copy-of-army'],
      sources: [feedOf(army), 'The Echo'],
      outlets: [expect.any(String), 'the-echo.example'],
    });
    expect((await one.story(first.title)).sources).toEqual([feedOf(first), feedOf(judge)]);
  });

  it('leaves its feed and its site to the old story, if another report there is from them', async () => {
    const one = embedded();
    const from = { feed: 'The Courier', url: 'https://courier.example/1' };
    await one.reportAll({ ...first, ...from }, { ...army, ...from }, judge);
    await one.split(army);
    expect(await one.story(first.title)).toMatchObject({
      sources: ['The Courier', feedOf(judge)],
      outlets: ['courier.example', expect.any(String)],
    });
    expect((await one.story(army.title)).sources).toEqual(['The Courier']);
  });

  it('leaves sources in place if a report of the story is not known yet', async () => {
    const one = embedded();
    await one.reportAll(first, army);
    const story = await one.story(first.title);
    const store = stories(servers.platform().table());
    await store.change(one.topic.id, story, { ...story, itemIds: [...story.itemIds, 'under way'] });
    await one.split(army);
    expect(await one.story(first.title)).toMatchObject({
      itemIds: [idOf(first), 'under way'],
      sources: [first, army].map(feedOf),
    });
  });

  it('is recognised in the old story even if its text was edited since', async () => {
    const one = embedded();
    await one.reportAll(first, army, judge);
    await one.report({
      ...army,
      id: idOf(army),
      feed: feedOf(army),
      title: 'Soldiers help islanders',
      change: 'edited',
    });
    await one.split({ id: idOf(army) });
    expect((await one.story(first.title)).signatures?.join()).not.toContain('army');
    expect(await one.told()).toMatchObject({ 'Soldiers help islanders': [`first ${army.title}`] });
  });

  it('has its later edits delivered as developments of its own story', async () => {
    const one = embedded({ followUps: followUps('all') });
    await one.reportAll(first, army);
    await one.split(army);
    const edited = 'Army boat sinks, dozens of soldiers missing off Kessel';
    await one.report({ ...army, id: idOf(army), feed: feedOf(army), title: edited, change: 'edited' });
    expect(one.messages().slice(2)).toEqual([['follow-up', edited]]);
    expect(one.published[2]?.alert.entries[0]).toMatchObject({
      storyId: hash64(one.topic.id, idOf(army)),
      story: { title: army.title },
    });
  });

  it('is not muted with the old story', async () => {
    const one = embedded();
    await one.reportAll(first, army);
    await mutes(servers.platform().table()).mute(one.topic.id, (await one.story(first.title)).id, one.now);
    await one.split(army);
    await one.reportAll(boats);
    expect(one.messages().slice(1)).toEqual([['new', boats.title]]);
  });

  it('takes a live page along only if it is the only report from there', async () => {
    const one = embedded();
    const live = { feed: 'Live', context: 'Storm, live' };
    await one.reportAll(first, { ...army, ...live });
    expect((await one.story(first.title)).livePage).toBe('live');
    await one.split(army);
    expect([(await one.story(first.title)).livePage, (await one.story(army.title)).livePage]).toEqual([
      undefined,
      'live',
    ]);

    const other = embedded();
    await other.reportAll({ ...first, ...live }, { ...army, ...live });
    await other.split(army);
    expect([(await other.story(first.title)).livePage, (await other.story(army.title)).livePage]).toEqual([
      'live',
      undefined,
    ]);
  });

  it('is no activity of its topic', async () => {
    const one = embedded();
    await one.reportAll(first, army);
    const store = stories(servers.platform().table());
    const before = await store.activity(one.topic.id);
    one.now += 5 * HOUR;
    await one.split(army);
    expect(await store.activity(one.topic.id)).toEqual(before);
  });

  it('can be taken out of a story that itself was taken out of another', async () => {
    const one = embedded();
    await one.reportAll(first, army);
    await one.split(army);
    await one.report(boats);
    await one.split(boats);
    expect(Object.keys(await one.told()).sort()).toEqual(
      [first, army, boats].map(({ title }) => title).sort(),
    );
    const next = { title: 'Stranded islanders reach home at last in army boats' };
    await one.report(next);
    expect(one.messages().slice(2)).toEqual([['new', next.title]]);
  });
});

describe('a reader is refused', () => {
  const refusals: readonly [string, HitFields, RegExp, number?][] = [
    ['the item that opened the story', first, /opened its story/],
    ['an item that is alone in its story', { title: 'Elsewhere' }, /opened its story/],
    ['a copy', { ...army, id: 'copy-of-army' }, /repeats the text of another one/],
    ['an item that the topic does not have', { id: 'nothing' }, /no report with this id/],
    ['a story that is no longer open', army, /more than three days ago/, 3 * DAY],
  ];

  it.each(refusals)('%s', async (_, report, reason, later = 0) => {
    const one = embedded();
    await one.reportAll(first, army, { ...army, id: 'copy-of-army' }, { title: 'Elsewhere' });
    one.now += later;
    const before = await one.records();
    const refused = { kind: 'refused', reason: expect.stringMatching(reason) };
    expect(await splitRefusal(servers.platform().table(), one.request(report))).toMatch(reason);
    expect(await one.split(report)).toEqual(refused);
    expect(await one.records()).toEqual(before);
  });

  it('nothing that can be taken out', async () => {
    const one = embedded();
    await one.reportAll(first, army);
    expect(await splitRefusal(servers.platform().table(), one.request(army))).toBeUndefined();
  });
});

describe('a split that fails', () => {
  const copy = { ...army, id: 'copy-of-army', feed: 'The Echo' };

  async function prepared(): Promise<{ one: Newsroom; table: Table }> {
    const table = memoryTable();
    const one = new Newsroom(table, { id: 'bridges' });
    await one.reportAll(first, army, copy, judge);
    return { one, table };
  }

  it.each(['before', 'after'] as const)(
    '%s any call is finished by the next press, and reports in between are not lost',
    async (when) => {
      const whole = await prepared();
      const counting = new CrashingWorker(whole.table, whole.one.channels, 1_000, when);
      await whole.one.split(army, counting.table);
      const expected = await whole.one.records();
      let calls = 1;
      for (; ; calls++) {
        const { one, table } = await prepared();
        const worker = new CrashingWorker(table, one.channels, calls, when);
        const pressed = await one.split(army, worker.table).catch((error: unknown) => error);
        if (!worker.crashed) break;
        expect(pressed, `at call ${calls}`).toBeInstanceOf(Crash);
        expect(await one.split(army)).toMatchObject({ kind: 'split' });
        expect(await one.records(), `at call ${calls}`).toEqual(expected);

        const other = await prepared();
        const crash = new CrashingWorker(other.table, other.one.channels, calls, when);
        await other.one.split(army, crash.table).catch(() => undefined);
        await other.one.reportAll(boats, boatsAgain);
        await other.one.split(army);
        await other.one.tickAt(ROUND_UP_AT + 2 * DAY);
        await other.one.tickAt(ROUND_UP_AT + 4 * DAY);
        const names = [first, army, judge, boats, boatsAgain].map(({ title }) => title);
        expect(other.one.titles().flat().sort(), `at call ${calls}`).toEqual(names.sort());
      }
      // It reads four items and their versions, writes two stories and two versions, and more.
      expect(calls).toBeGreaterThan(12);
    },
  );

  it('is repeated without a change', async () => {
    const { one } = await prepared();
    await one.split(army);
    const before = await one.records();
    expect(await one.split(army)).toMatchObject({ kind: 'split' });
    one.now += 4 * DAY;
    expect(await one.split(army)).toMatchObject({ kind: 'refused' });
    expect(await one.records()).toEqual(before);
  });
});

describe('while notify works on the same topic', () => {
  /** Returns the table, with something that happens once, before the first write of a record with this key. */
  function interrupted(table: Table, sk: RegExp, happen: () => Promise<unknown>): Table {
    let isDone = false;
    return {
      ...table,
      async put(record, condition) {
        if (!isDone && sk.test(record.sk)) {
          isDone = true;
          await happen();
        }
        return table.put(record, condition);
      },
    };
  }

  it.each([
    ['opens a story', /^OPENED/, { title: 'Elsewhere, a ferry sinks' }],
    ['adds a report to the old story', /^STORY.*/, judge],
    ['adds a copy to the old story', /^OPENED/, { ...army, id: 'copy-of-army', feed: 'The Echo' }],
  ] as const)('a reader’s split holds although notify %s', async (_, sk, report) => {
    const table = memoryTable();
    const one = new Newsroom(table);
    await one.reportAll(first, army);
    const busy = interrupted(table, sk, () => one.report(report));
    expect(await one.split(army, busy)).toMatchObject({ kind: 'split' });
    const { [army.title]: taken = [], [first.title]: left } = await one.told();
    expect(taken).toContain(`first ${army.title}`);
    expect(left).not.toContain(`development ${army.title}`);
    expect((await one.story(first.title)).signatures?.join()).not.toContain('army');
    await one.tickAt(ROUND_UP_AT + 2 * DAY);
    expect(new Set(one.titles().flat()).size).toBe(one.titles().flat().length);
  });

  it('is refused if notify keeps changing the story, and done with the next press', async () => {
    const table = memoryTable();
    const one = new Newsroom(table);
    await one.reportAll(first, army);
    const store = stories(table);
    const busy: Table = {
      ...table,
      async put(record, condition) {
        const story = await one.story(first.title);
        if (record.sk.startsWith('STORY#') && record.id === story.id)
          await store.change(one.topic.id, story, story);
        return table.put(record, condition);
      },
    };
    expect(await one.split(army, busy)).toEqual({
      kind: 'busy',
      reason: expect.stringMatching(/Press the button again/),
    });
    expect(await one.split(army)).toMatchObject({ kind: 'split' });
    expect(await one.told()).toEqual({
      [first.title]: [`first ${first.title}`],
      [army.title]: [`first ${army.title}`],
    });
  });

  it('an edit that was under way does not undo the split', async () => {
    const table = memoryTable();
    const one = new Newsroom(table);
    await one.reportAll(first, army);
    const edited = {
      ...army,
      id: idOf(army),
      feed: feedOf(army),
      summary: 'Corrected.',
      change: 'edited',
    } as const;
    const hit = one.reportHit(edited);
    const busy = interrupted(table, /^TOLD/, () => one.split(army));
    await expect(one.receive(hit, one.deps(busy))).rejects.toThrow(RetryLater);
    await one.receive(hit);
    expect(await one.version({ ...army })).toMatchObject({
      storyId: hash64(one.topic.id, idOf(army)),
      contentHash: hit.item.contentHash,
      lead: true,
    });
  });

  it('a report that was delivered in the old story is not alerted in the new one', async () => {
    const table = memoryTable();
    const one = new Newsroom(table);
    await one.reportAll(first, army);
    // The worker dies after it has delivered the report as a retelling, before the story lists it.
    const deps = one.deps();
    deps.stories.change = () => Promise.reject(new Crash());
    await expect(one.report(boats, deps)).rejects.toThrow(Crash);
    await one.split(army);
    await one.report(boats);
    expect(await one.told()).toMatchObject({ [army.title]: [`also ${boats.title}`, `first ${army.title}`] });
    expect(one.messages()).toEqual([['new', first.title]]);
    await one.tickAt(ROUND_UP_AT + 2 * DAY);
    expect(one.titles().flat().sort()).toEqual([first, army, boats].map(({ title }) => title).sort());
  });

  it('an attempt at the item itself that comes late alerts nobody', async () => {
    const table = memoryTable();
    const one = new Newsroom(table);
    await one.reportAll(first, army);
    const late = one.deps();
    await one.split(army);
    // It has read that the item was never delivered.
    late.stories.delivered = () => Promise.resolve(undefined);
    await one.receive(one.reportHit(army), late);
    expect(one.messages()).toEqual([['new', first.title]]);
    await one.report(retold as HitFields);
    expect(await one.story(first.title)).toMatchObject({ itemIds: [first, retold as HitFields].map(idOf) });
  });
});
