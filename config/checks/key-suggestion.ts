import { ownValue } from '../../functions/shared/own-value.ts';
import { isProtocol } from '../../functions/shared/protocols.ts';
import { nearestName } from '../query/nearest-name.ts';
import { jsonSchema } from '../schema/schema.ts';
import type { Path } from '../yaml/positions.ts';

/** The parts of a JSON schema that determine which keys are allowed where. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

/** The path of a key without the indexes of lists. */
type KeyPath = readonly string[];

let shape: Shape | undefined;
const root = (): Shape => {
  shape ??= jsonSchema() as Shape;
  return shape;
};

/** Names that people use instead of keys, by the key above them. `''` is the top of the file, `*` anywhere. */
const KEY_SYNONYMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    sources: 'feeds',
    rss: 'feeds',
    urls: 'feeds',
    alerts: 'topics',
    watch: 'topics',
    subjects: 'topics',
    queries: 'topics',
    contacts: 'recipients',
    subscribers: 'recipients',
    users: 'recipients',
    people: 'recipients',
    emails: 'recipients',
    notify: 'recipients',
    sets: 'terms',
    settings: 'defaults',
    options: 'defaults',
    config: 'defaults',
    admin: 'operations',
    ops: 'operations',
    ses: 'htmlEmail',
    html: 'htmlEmail',
    htmlMail: 'htmlEmail',
  },
  feeds: {
    name: 'title',
    link: 'url',
    href: 'url',
    address: 'url',
    feed: 'url',
    xmlUrl: 'url',
    source: 'url',
    interval: 'every',
    poll: 'every',
    refresh: 'every',
    frequency: 'every',
    label: 'tags',
    labels: 'tags',
    category: 'tags',
    categories: 'tags',
    active: 'enabled',
  },
  topics: {
    title: 'name',
    label: 'name',
    query: 'match',
    search: 'match',
    keywords: 'match',
    words: 'match',
    watch: 'match',
    q: 'match',
    delivery: 'deliver',
    schedule: 'deliver',
    digest: 'deliver',
    frequency: 'deliver',
    send: 'deliver',
    summary: 'roundUp',
    important: 'urgent',
    alert: 'urgent',
  },
  recipients: {
    to: 'email',
    channels: 'topics',
    subscriptions: 'topics',
    mattermost: 'slack',
    rocketchat: 'slack',
    msteams: 'teams',
    hook: 'webhook',
    push: 'ntfy',
  },
  htmlEmail: { sender: 'from', address: 'from' },
  signup: { daily: 'digest', deliver: 'digest', phone: 'sms', topic: 'topics' },
  telegram: { id: 'chat', chatid: 'chat', channel: 'chat', group: 'chat', bot: 'token' },
  webhook: { key: 'secret', address: 'url' },
  ntfy: { topic: 'url', address: 'url', server: 'url' },
  match: { not: 'none', exclude: 'none', or: 'any', and: 'all' },
  '*': {
    mail: 'email',
    emailaddress: 'email',
    phone: 'sms',
    tel: 'sms',
    mobile: 'sms',
    text: 'sms',
    number: 'sms',
    tz: 'timezone',
    zone: 'timezone',
    quiethours: 'quiet',
    silence: 'quiet',
    donotdisturb: 'quiet',
    dnd: 'quiet',
    limit: 'atMost',
    max: 'atMost',
    cap: 'atMost',
    sources: 'minSources',
    hourly: 'hour',
    daily: 'day',
    monthly: 'month',
    roundups: 'roundUp',
    digestat: 'roundUp',
  },
};

const SOURCE_ADVICE = 'a topic watches all feeds; to watch only some, write source:ID in its match';
const RECIPIENT_ADVICE = 'list the topic under topics: of a recipient';
/** Advice for unknown keys without an equivalent. */
const KEY_ADVICE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  topics: {
    feeds: SOURCE_ADVICE,
    feed: SOURCE_ADVICE,
    source: SOURCE_ADVICE,
    sources: SOURCE_ADVICE,
    recipients: RECIPIENT_ADVICE,
    to: RECIPIENT_ADVICE,
  },
  feeds: { disabled: 'write enabled: false' },
};

/** A correction of an unknown key. */
interface KeySuggestion {
  readonly suggestion: string;
  /** The key of the same map that was probably meant. */
  readonly intendedKey?: string;
}

/** Suggests a correction for a key that is not allowed in the map at a path. */
export function keySuggestion(path: Path, key: string, value: unknown): KeySuggestion {
  const above = path.filter((part) => typeof part === 'string');
  const here = keysAt(path);
  const [, glued = '', rest] = /^([A-Za-z]\w*):(\S.*)$/.exec(key) ?? [];
  if (here.includes(glued) && (value === null || value === undefined)) {
    return { suggestion: `put a space after the colon: ${glued}: ${rest}`, intendedKey: glued };
  }
  const advice = ownValue(ownValue(KEY_ADVICE, above.at(-1) ?? '') ?? {}, normalizeKey(key));
  if (advice !== undefined) return { suggestion: advice };
  const synonym = guessKey(above.at(-1) ?? '', key, here);
  if (synonym !== undefined) return { suggestion: `did you mean ${synonym}?`, intendedKey: synonym };
  const paths = keyPathsOf(key, value);
  if (paths.length > 0) return { suggestion: `${key}: belongs ${describePaths(paths)}` };
  const near = nearestName(key, here);
  if (near !== undefined) return { suggestion: `did you mean ${near}?`, intendedKey: near };
  const elsewhere = nearestName(key, allKeys());
  if (elsewhere !== undefined) {
    const where = describePaths(keyPathsOf(elsewhere, value));
    return { suggestion: `did you mean ${elsewhere}:, which belongs ${where}?` };
  }
  return { suggestion: `the keys here are ${here.join(', ')}` };
}

/** Returns the keys that are allowed in the map at a path. */
export function keysAt(path: Path): readonly string[] {
  return keysOf(
    shapesAt(
      root(),
      path.filter((part) => typeof part === 'string'),
    ),
  );
}

const normalizeKey = (key: string) => key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Returns the allowed key that an unknown key is a misspelling of, or a synonym for. */
function guessKey(above: string, key: string, here: readonly string[]): string | undefined {
  const wanted = normalizeKey(key);
  const same = here.find((known) => normalizeKey(known) === wanted);
  if (same !== undefined) return same;
  const [first] = [ownValue(KEY_SYNONYMS, above) ?? {}, KEY_SYNONYMS['*'] ?? {}].flatMap((synonyms) =>
    Object.entries(synonyms).flatMap(([synonym, known]) =>
      normalizeKey(synonym) === wanted && here.includes(known) ? [known] : [],
    ),
  );
  return first;
}

function alternatives(shape: Shape): readonly Shape[] {
  return [
    shape,
    ...(shape.anyOf ?? []).flatMap(alternatives),
    ...(shape.items ? alternatives(shape.items) : []),
  ];
}

function shapesAt(shape: Shape, path: KeyPath): readonly Shape[] {
  return path.reduce<readonly Shape[]>(
    (shapes, key) =>
      shapes.flatMap(({ properties = {} }) => {
        const child = ownValue(properties, key);
        return child ? alternatives(child) : [];
      }),
    alternatives(shape),
  );
}

function keysOf(shapes: readonly Shape[]): string[] {
  return [...new Set(shapes.flatMap(({ properties = {} }) => Object.keys(properties)))];
}

function allKeyPaths(shape: Shape, above: KeyPath = []): KeyPath[] {
  return alternatives(shape).flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([key, child]) => [
      [...above, key],
      ...allKeyPaths(child, [...above, key]),
    ]),
  );
}

function allKeys(): Set<string> {
  return new Set(allKeyPaths(root()).flatMap((path) => path.at(-1) ?? []));
}

/** Returns the shortest paths at which a key is allowed. For a protocol with an address, these are contacts. */
function keyPathsOf(key: string, value: unknown): KeyPath[] {
  const all = allKeyPaths(root()).filter((path) => path.at(-1) === key);
  const fitting = all.filter(([section]) => {
    const isContact = section === 'recipients' || section === 'operations';
    const isAddress = typeof value === 'string' || typeof value === 'number';
    return isProtocol(key) ? isContact === isAddress : true;
  });
  const depth = Math.min(...fitting.map((path) => path.length));
  return fitting.filter((path) => path.length === depth);
}

const SECTION_NOUNS: Readonly<Record<string, string>> = {
  feeds: 'a feed',
  topics: 'a topic',
  recipients: 'a recipient',
  operations: 'a contact of operations:',
};

function describePaths(paths: readonly KeyPath[]): string {
  const texts = paths.map((path) => {
    const above = path.slice(0, -1);
    const [section = '', ...deeper] = above;
    if (above.length === 0) return 'at the beginning of a line, not below another key';
    const owner = SECTION_NOUNS[section] ?? `${section}:`;
    return deeper.length === 0
      ? `under ${owner}`
      : `under ${deeper.map((key) => `${key}:`).join(' ')} of ${owner}`;
  });
  return [...new Set(texts)].join(' or ');
}
