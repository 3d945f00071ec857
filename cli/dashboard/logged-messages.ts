import pLimit from 'p-limit';
import { OPERATIONS_TOPIC } from '../../functions/notify/operations-topic.ts';
import { STORY_WINDOW_MS } from '../../functions/notify/story/find-story.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import type { Alert, AlertEntry, Clock, Topic } from '../../functions/shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../../functions/shared/pipeline.ts';
import { isForAll } from '../../functions/shared/protocols.ts';
import { STORY_PREFIX, type Story, storyIn, topicPartition } from '../../functions/shared/store/stories.ts';
import type { Attributes, Table } from '../../functions/shared/store/table.ts';
import type { PageMessage } from '../../local/page-data.ts';
import { AlertLog, type AlertRecord, type RecordedItem } from '../alerts/alert-log.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Messages of this time are shown. */
export const SHOWN_DAYS = 7;
const SHOWN_MS = SHOWN_DAYS * DAY_MS;
/** The items of a weekly digest are older than the message that lists them. */
const LOOKBACK_MS = SHOWN_MS + 8 * DAY_MS;
/** All items of a topic are read again after this time, since an edit of an item may leave its story as it is. */
const REREAD_MS = 10 * MINUTE_MS;
/** The first message of an item that was left out is looked for until then. */
const MAX_LATE_MS = DAY_MS;
const MAX_CONCURRENT_TOPICS = 10;
/** About 20 MB. All are read again after that. */
const MAX_KEPT_CLAIMS = 20_000;

type MessageTopic = Pick<Topic, 'id' | 'name'>;
type LoggedItem = Pick<RecordedItem, 'itemId' | 'feedId' | 'storyId' | 'title' | 'alerts'>;
/** An alert that was put into a message. */
type GatheredAlert = Pick<AlertRecord, 'id' | 'kind'> & { readonly dueAt: string };

interface TopicReads {
  readonly items: readonly LoggedItem[];
  readonly stories: ReadonlyMap<string, Pick<Story, 'title' | 'openedAt'>>;
  /** ms. */
  readonly readAt: number;
  /** Stories that may still change, as of the last read. */
  readonly openStories: string;
  /** Notify stores a story before its items, so the items are read once more. */
  readonly isUnsettled: boolean;
}

/**
 * Composes the messages of the last seven days from the alert log. What cannot change is kept between two reads, so that a
 * read costs little when nothing has happened: one query for the open stories of each topic.
 */
export class LoggedMessages {
  readonly #table: Table;
  /** For the alert log, which reads all items of a topic to find some rare messages. */
  readonly #slowTable: Table;
  readonly #clock: Clock;
  readonly #earlierFeeds: () => ReadonlyMap<string, string>;
  readonly #feedTitle: (feedId: string) => string;
  readonly #topics = new Map<string, TopicReads>();
  /** Claims that no longer change, by alert id. */
  readonly #claims = new Map<string, AlertRecord>();
  /** The message that lists an alert, by alert id; null if none does. */
  readonly #listedBy = new Map<string, string | null>();

  constructor(
    table: Table,
    options: {
      readonly clock: Clock;
      /** Returns the current id of each feed, by the id that earlier releases gave it. */
      readonly earlierFeeds: () => ReadonlyMap<string, string>;
      readonly feedTitle: (feedId: string) => string;
    },
  ) {
    this.#table = table;
    this.#slowTable = withSlowItems(table, options.clock);
    this.#clock = options.clock;
    this.#earlierFeeds = options.earlierFeeds;
    this.#feedTitle = options.feedTitle;
  }

  /**
   * Returns the messages about some topics and the notices to the operators, newest first.
   * @throws the errors of the table
   */
  async read(topics: readonly MessageTopic[]): Promise<PageMessage[]> {
    if (this.#claims.size > MAX_KEPT_CLAIMS) {
      this.#claims.clear();
      this.#listedBy.clear();
    }
    const log = new AlertLog(this.#slowTable, undefined, this.#earlierFeeds());
    const limit = pLimit(MAX_CONCURRENT_TOPICS);
    const all = await Promise.all(
      [...topics, OPERATIONS_TOPIC].map((topic) => limit(() => this.#messagesOf(log, topic))),
    );
    const ids = new Set(topics.map(({ id }) => id));
    for (const id of this.#topics.keys()) if (!ids.has(id)) this.#topics.delete(id);
    return all.flat().sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  }

  async #messagesOf(log: AlertLog, topic: MessageTopic): Promise<PageMessage[]> {
    const since = this.#clock() - SHOWN_MS;
    const isRecent = ({ state, settledAt = '' }: AlertRecord) =>
      state === 'sent' && Date.parse(settledAt) >= since;
    const isNotices = topic.id === OPERATIONS_TOPIC_ID;
    const claims = isNotices ? [] : await this.#itemClaims(log, topic.id);
    const gathered = isNotices ? await this.#noticeAlerts() : claims.flatMap(gatheredIn);
    const listing = await this.#listing(log, gathered);
    const messages = await Promise.all(listing.map((id) => this.#claim(log, id)));
    const direct = claims.filter((claim) => claim.dueAt === undefined && isRecent(claim));
    return [
      ...direct.map((claim) => this.#directMessage(topic, claim)),
      ...(await Promise.all(
        messages
          .filter((claim) => claim !== undefined)
          .filter(isRecent)
          .map((claim) => this.#gatheredMessage(log, topic, claim)),
      )),
    ];
  }

  /** Returns the claims of the items of a topic that were delivered lately, or wait. */
  async #itemClaims(log: AlertLog, topicId: string): Promise<AlertRecord[]> {
    const { items } = await this.#readTopic(topicId);
    const ids = new Set(items.flatMap(({ alerts = [] }) => alerts));
    const claims = await Promise.all([...ids].map((id) => this.#claim(log, id)));
    return claims.filter((claim) => claim !== undefined);
  }

  async #readTopic(topicId: string): Promise<TopicReads> {
    const now = this.#clock();
    const before = this.#topics.get(topicId);
    const openStories = (await this.#stories(topicId, now - STORY_WINDOW_MS))
      .map(({ id, version = 0, itemIds }) => `${id} ${version} ${itemIds.length}`)
      .join();
    const isChanged = before?.openStories !== openStories;
    if (before && !isChanged && !before.isUnsettled && now - before.readAt < REREAD_MS) return before;
    const items = (await new AlertLog(this.#table, undefined, this.#earlierFeeds()).items(topicId)).filter(
      ({ polledAt }) => Date.parse(polledAt) >= now - LOOKBACK_MS,
    );
    const stories = await this.#stories(topicId, now - LOOKBACK_MS);
    const reads: TopicReads = {
      items: items.map(({ itemId, feedId, storyId, title, alerts = [] }) => ({
        itemId,
        feedId,
        storyId,
        title,
        alerts,
      })),
      stories: new Map(stories.map(({ id, title, openedAt }) => [id, { title, openedAt }])),
      readAt: now,
      openStories,
      isUnsettled: isChanged,
    };
    this.#topics.set(topicId, reads);
    return reads;
  }

  /** Returns the stories of a topic that were opened since a time, ms. */
  async #stories(topicId: string, since: number): Promise<Story[]> {
    const from = `${STORY_PREFIX}${new Date(since).toISOString()}`;
    const records = await this.#table.query({ pk: topicPartition(topicId), from, to: `${STORY_PREFIX}~` });
    return records.map(storyIn);
  }

  /** Returns the notices of due digests. Their entries leave marks, which name them. */
  async #noticeAlerts(): Promise<GatheredAlert[]> {
    const now = this.#clock();
    const marks = await this.#table.query({
      pk: topicPartition(OPERATIONS_TOPIC_ID),
      from: `DIGEST#${new Date(now - SHOWN_MS).toISOString()}`,
      to: `DIGEST#${new Date(now).toISOString()}`,
    });
    return marks.map(({ sk }) => {
      const parts = String(sk).split('#');
      return { id: parts.at(-1) ?? '', kind: 'new', dueAt: parts[1] ?? '' };
    });
  }

  /** Returns the ids of the messages that list some alerts. Alerts that are not due yet are in none, or in one of another alert. */
  async #listing(log: AlertLog, alerts: readonly GatheredAlert[]): Promise<string[]> {
    const now = this.#clock();
    // A follow-up is found by its developments, and lists retellings as well.
    const developmentsFirst = alerts.toSorted(
      (a, b) => Number(b.kind === 'update') - Number(a.kind === 'update'),
    );
    for (const { id, dueAt } of developmentsFirst) {
      const due = Date.parse(dueAt);
      if (this.#listedBy.has(id) || due > now || due < now - SHOWN_MS - MAX_LATE_MS) continue;
      const { message } = (await log.alert(id)) ?? {};
      if (message && message.state !== 'claimed') {
        const claim = await this.#claim(log, message.id);
        for (const key of claim?.covers ?? []) this.#listedBy.set(alertIdIn(key), message.id);
        this.#listedBy.set(id, message.id);
      } else if (!message && due < now - MAX_LATE_MS) this.#listedBy.set(id, null);
    }
    return [...new Set(alerts.map(({ id }) => this.#listedBy.get(id)))].filter(
      (id): id is string => typeof id === 'string',
    );
  }

  async #claim(log: AlertLog, id: string): Promise<AlertRecord | undefined> {
    const known = this.#claims.get(id);
    if (known) return known;
    const claim = await log.claim(id);
    if (claim && claim.state !== 'claimed') this.#claims.set(id, claim);
    return claim;
  }

  #directMessage(topic: MessageTopic, claim: AlertRecord): PageMessage {
    const kind = claim.kind === 'new' ? 'new' : 'follow-up';
    const entries = claim.entry ? [this.#entryOf(topic.id, claim, claim.entry)] : [];
    return messageOf(topic, claim, kind, entries);
  }

  async #gatheredMessage(log: AlertLog, topic: MessageTopic, claim: AlertRecord): Promise<PageMessage> {
    const keys = claim.covers ?? [];
    const claims = await Promise.all(keys.map((key) => this.#claim(log, alertIdIn(key))));
    const entries = claims.flatMap((one, n) => {
      if (!one) return [];
      return one.entry
        ? [this.#entryOf(topic.id, one, one.entry)]
        : this.#floodEntry(topic.id, keys[n] ?? '', one);
    });
    const isWelcome = claims.every((one) => one?.waitsFor === 'welcome');
    return {
      ...messageOf(topic, claim, kindOf(topic, claim, isWelcome), latestEdits(entries)),
      ...(keys.length > entries.length ? { unnamed: keys.length - entries.length } : {}),
    };
  }

  /** Returns the entry of an item that was gathered with others of its poll. Its key names the item and its headline. */
  #floodEntry(topicId: string, key: string, { id }: AlertRecord): AlertEntry[] {
    const name = key.split('#').at(-2);
    const item = this.#topics
      .get(topicId)
      ?.items.find(({ itemId, title, alerts = [] }) => alerts.includes(id) && hash64(itemId, title) === name);
    if (!item) return [];
    const { itemId, storyId, title, feedId } = item;
    const feed = this.#feedTitle(feedId);
    return [{ kind: 'new', role: 'first', storyId, itemId, title, summary: '', feed, why: [] }];
  }

  #entryOf(topicId: string, claim: AlertRecord, entry: NonNullable<AlertRecord['entry']>): AlertEntry {
    const { title = '', kind, stories: [storyId = claim.id] = [] } = claim;
    const { itemId, role = ROLES[kind ?? ''] ?? 'first', url, feed, published, foundAt, why } = entry;
    const story = role === 'first' ? undefined : this.#topics.get(topicId)?.stories.get(storyId);
    return {
      kind: 'new',
      role,
      storyId,
      ...(story ? { story: { title: story.title, foundAt: story.openedAt } } : {}),
      itemId,
      title,
      summary: '',
      ...(url === undefined ? {} : { url }),
      feed,
      ...(published === undefined ? {} : { published }),
      ...(foundAt === undefined ? {} : { foundAt }),
      why,
    };
  }
}

const ROLES: Readonly<Record<string, NonNullable<AlertEntry['role']>>> = {
  update: 'development',
  also: 'also',
};

/** Returns the id of the alert that a key of a waiting entry ends with. */
const alertIdIn = (key: string): string => key.slice(key.lastIndexOf('#') + 1);

function gatheredIn({ id, kind, state, dueAt }: AlertRecord): GatheredAlert[] {
  return state === 'queued' && dueAt !== undefined
    ? [{ id, dueAt, ...(kind === undefined ? {} : { kind }) }]
    : [];
}

function kindOf({ id }: MessageTopic, { kind }: AlertRecord, isWelcome: boolean): Alert['kind'] {
  if (id === OPERATIONS_TOPIC_ID) return 'notice';
  if (kind === 'roundup' || kind === 'follow-up') return kind;
  return isWelcome ? 'welcome' : 'digest';
}

function messageOf(
  { id: topicId, name: topicName }: MessageTopic,
  { id, title = '', settledAt = '', protocols }: AlertRecord,
  kind: Alert['kind'],
  entries: readonly AlertEntry[],
): PageMessage {
  return {
    messageId: id,
    at: settledAt,
    subject: title,
    ...(entries.length > 0 ? { alert: { id, topicId, topicName, kind, entries } } : {}),
    deliveries: 'unknown',
    ...(isForAll(protocols) ? {} : { protocols }),
  };
}

/** Returns the entries with retellings last. Of several developments by one item, keeps the last: notify leaves out the others. */
function latestEdits(entries: readonly AlertEntry[]): AlertEntry[] {
  const isReplaced = ({ role, itemId }: AlertEntry, n: number) =>
    role === 'development' &&
    entries.some((later, m) => m > n && later.role === 'development' && later.itemId === itemId);
  return entries
    .filter((entry, n) => !isReplaced(entry, n))
    .toSorted((a, b) => Number(a.role === 'also') - Number(b.role === 'also'));
}

/** Returns a table that reads all items of a topic at most once in ten minutes: the log needs them for a few rare alerts. */
function withSlowItems(table: Table, clock: Clock): Table {
  const kept = new Map<string, { readonly at: number; readonly records: Promise<Attributes[]> }>();
  return {
    ...table,
    query(range) {
      if (range.from !== 'TOLD#') return table.query(range);
      const known = kept.get(range.pk);
      if (known && clock() - known.at < REREAD_MS) return known.records;
      const records = table.query(range);
      kept.set(range.pk, { at: clock(), records });
      records.catch(() => kept.delete(range.pk));
      return records;
    },
  };
}
