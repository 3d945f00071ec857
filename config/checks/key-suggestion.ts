import { nearestName } from '../query/nearest-name.ts';
import { jsonSchema } from '../schema/schema.ts';
import type { Path } from '../yaml/positions.ts';

/** As much of a JSON schema as says which keys are where. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

/** Where a key can stand: the keys above it, without the indexes of lists. */
type KeyPath = readonly string[];

let shape: Shape | undefined;
const root = (): Shape => {
  shape ??= jsonSchema() as Shape;
  return shape;
};

/** Names that people give to keys, by the last key above them; `''` is the file itself, `*` anywhere. */
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
  recipients: { to: 'email', channels: 'topics', subscriptions: 'topics' },
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

const SOURCE_ADVICE = 'a topic watches all feeds; for some of them, write source:ID in its match';
const RECIPIENT_ADVICE = 'name the topic under topics: of a recipient';
/** Advice for keys that have no counterpart. */
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

/** A way to mend a key that is not known at a place. */
interface KeySuggestion {
  readonly suggestion: string;
  /** The key of the same map that was probably meant. */
  readonly intendedKey?: string;
}

export function keySuggestion(path: Path, key: string, value: unknown): KeySuggestion {
  const above = path.filter((part) => typeof part === 'string');
  const here = keysAt(path);
  const [, glued = '', rest] = /^([A-Za-z]\w*):(\S.*)$/.exec(key) ?? [];
  if (here.includes(glued) && (value === null || value === undefined)) {
    return { suggestion: `put a space behind the colon: ${glued}: ${rest}`, intendedKey: glued };
  }
  const instead = ownValue(ownValue(KEY_ADVICE, above.at(-1) ?? '') ?? {}, normalizeKey(key));
  if (instead !== undefined) return { suggestion: instead };
  const other = guessKey(above.at(-1) ?? '', key, here);
  if (other !== undefined) return { suggestion: `did you mean ${other}?`, intendedKey: other };
  const places = keyPathsOf(key, value);
  if (places.length > 0) return { suggestion: `${key}: belongs ${asText(places)}` };
  const near = nearestName(key, here);
  if (near !== undefined) return { suggestion: `did you mean ${near}?`, intendedKey: near };
  const elsewhere = nearestName(key, keysAnywhere());
  if (elsewhere !== undefined) {
    const where = asText(keyPathsOf(elsewhere, value));
    return { suggestion: `did you mean ${elsewhere}:, which belongs ${where}?` };
  }
  return { suggestion: `keys here are ${here.join(', ')}` };
}

/** Returns the keys that a map at a path can have. */
export function keysAt(path: Path): readonly string[] {
  return keysOf(
    shapesAt(
      root(),
      path.filter((part) => typeof part === 'string'),
    ),
  );
}

/** A name such as `constructor` is no key of ours. */
const ownValue = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const normalizeKey = (key: string) => key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** The same name in another spelling, or another name for the same thing. */
function guessKey(above: string, key: string, here: readonly string[]): string | undefined {
  const wanted = normalizeKey(key);
  const same = here.find((one) => normalizeKey(one) === wanted);
  if (same !== undefined) return same;
  const meant = [ownValue(KEY_SYNONYMS, above) ?? {}, KEY_SYNONYMS['*'] ?? {}].flatMap((names) =>
    Object.entries(names).flatMap(([name, one]) =>
      normalizeKey(name) === wanted && here.includes(one) ? [one] : [],
    ),
  );
  return meant[0];
}

function alternatives(shape: Shape): readonly Shape[] {
  return [
    shape,
    ...(shape.anyOf ?? []).flatMap(alternatives),
    ...(shape.items ? alternatives(shape.items) : []),
  ];
}

function shapesAt(shape: Shape, place: KeyPath): readonly Shape[] {
  return place.reduce<readonly Shape[]>(
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

function keysAnywhere(): Set<string> {
  return new Set(allKeyPaths(root()).flatMap((place) => place.at(-1) ?? []));
}

/** Where a key is known, without the deeper ones; those of contacts where the value is an address. */
function keyPathsOf(key: string, value: unknown): KeyPath[] {
  const all = allKeyPaths(root()).filter((place) => place.at(-1) === key);
  const fitting = all.filter(([part]) => {
    const isContact = part === 'recipients' || part === 'operations';
    const isAddress = typeof value === 'string' || typeof value === 'number';
    return key === 'email' || key === 'sms' ? isContact === isAddress : true;
  });
  const depth = Math.min(...fitting.map((place) => place.length));
  return fitting.filter((place) => place.length === depth);
}

const SECTION_NOUNS: Readonly<Record<string, string>> = {
  feeds: 'a feed',
  topics: 'a topic',
  recipients: 'a recipient',
  operations: 'a contact of operations:',
};

function asText(places: readonly KeyPath[]): string {
  const texts = places.map((place) => {
    const above = place.slice(0, -1);
    const [part = '', ...deeper] = above;
    if (above.length === 0) return 'at the beginning of a line, outside of all other keys';
    const owner = SECTION_NOUNS[part];
    if (deeper.length === 0) return `under ${owner ?? `${part}:`}`;
    return `under ${deeper.map((key) => `${key}:`).join(' ')} of ${owner ?? `${part}:`}`;
  });
  return [...new Set(texts)].join(' or ');
}
