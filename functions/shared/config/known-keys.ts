import { nearest } from '../query/nearest.ts';
import type { Path } from './positions.ts';
import { jsonSchema } from './schema.ts';

/** As much of a JSON schema as says which keys are where. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

/** Where a key can stand: the keys above it, without the indexes of lists. */
type Place = readonly string[];

let shape: Shape | undefined;
const root = (): Shape => {
  shape ??= jsonSchema() as Shape;
  return shape;
};

/** Names that people give to keys, by the last key above them; `''` is the file itself, `*` anywhere. */
const MEANT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
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

const ONE_SOURCE = 'a topic watches all feeds; for some of them, write source:ID in its match';
const TO_WHOM = 'name the topic under topics: of a recipient';
/** Advice for keys that have no counterpart. */
const INSTEAD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  topics: {
    feeds: ONE_SOURCE,
    feed: ONE_SOURCE,
    source: ONE_SOURCE,
    sources: ONE_SOURCE,
    recipients: TO_WHOM,
    to: TO_WHOM,
  },
  feeds: { disabled: 'write enabled: false' },
};

/** A way to mend a key that is not known at a place. */
interface KeySuggestion {
  readonly suggestion: string;
  /** The key of the same map that was probably meant. */
  readonly meant?: string;
}

export function keySuggestion(path: Path, key: string, value: unknown): KeySuggestion {
  const above = path.filter((part) => typeof part === 'string');
  const here = keysAt(path);
  const [, glued = '', rest] = /^([A-Za-z]\w*):(\S.*)$/.exec(key) ?? [];
  if (here.includes(glued) && (value === null || value === undefined)) {
    return { suggestion: `put a space behind the colon: ${glued}: ${rest}`, meant: glued };
  }
  const instead = own(own(INSTEAD, above.at(-1) ?? '') ?? {}, plain(key));
  if (instead !== undefined) return { suggestion: instead };
  const other = meantHere(above.at(-1) ?? '', key, here);
  if (other !== undefined) return { suggestion: `did you mean ${other}?`, meant: other };
  const places = placesOf(key, value);
  if (places.length > 0) return { suggestion: `${key}: belongs ${asText(places)}` };
  const near = nearest(key, here);
  if (near !== undefined) return { suggestion: `did you mean ${near}?`, meant: near };
  const elsewhere = nearest(key, keysAnywhere());
  if (elsewhere !== undefined) {
    const where = asText(placesOf(elsewhere, value));
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
const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const plain = (key: string) => key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** The same name in another spelling, or another name for the same thing. */
function meantHere(above: string, key: string, here: readonly string[]): string | undefined {
  const wanted = plain(key);
  const same = here.find((one) => plain(one) === wanted);
  if (same !== undefined) return same;
  const meant = [own(MEANT, above) ?? {}, MEANT['*'] ?? {}].flatMap((names) =>
    Object.entries(names).flatMap(([name, one]) =>
      plain(name) === wanted && here.includes(one) ? [one] : [],
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

function shapesAt(shape: Shape, place: Place): readonly Shape[] {
  return place.reduce<readonly Shape[]>(
    (shapes, key) =>
      shapes.flatMap(({ properties = {} }) => {
        const child = own(properties, key);
        return child ? alternatives(child) : [];
      }),
    alternatives(shape),
  );
}

function keysOf(shapes: readonly Shape[]): string[] {
  return [...new Set(shapes.flatMap(({ properties = {} }) => Object.keys(properties)))];
}

function allPlaces(shape: Shape, above: Place = []): Place[] {
  return alternatives(shape).flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([key, child]) => [
      [...above, key],
      ...allPlaces(child, [...above, key]),
    ]),
  );
}

function keysAnywhere(): Set<string> {
  return new Set(allPlaces(root()).flatMap((place) => place.at(-1) ?? []));
}

/** Where a key is known, without the deeper ones; those of contacts where the value is an address. */
function placesOf(key: string, value: unknown): Place[] {
  const all = allPlaces(root()).filter((place) => place.at(-1) === key);
  const fitting = all.filter(([part]) => {
    const isContact = part === 'recipients' || part === 'operations';
    const isAddress = typeof value === 'string' || typeof value === 'number';
    return key === 'email' || key === 'sms' ? isContact === isAddress : true;
  });
  const depth = Math.min(...fitting.map((place) => place.length));
  return fitting.filter((place) => place.length === depth);
}

const ONE_OF: Readonly<Record<string, string>> = {
  feeds: 'a feed',
  topics: 'a topic',
  recipients: 'a recipient',
  operations: 'a contact of operations:',
};

function asText(places: readonly Place[]): string {
  const texts = places.map((place) => {
    const above = place.slice(0, -1);
    const [part = '', ...deeper] = above;
    if (above.length === 0) return 'at the beginning of a line, outside of all other keys';
    const owner = ONE_OF[part];
    if (deeper.length === 0) return `under ${owner ?? `${part}:`}`;
    return `under ${deeper.map((key) => `${key}:`).join(' ')} of ${owner ?? `${part}:`}`;
  });
  return [...new Set(texts)].join(' or ');
}
