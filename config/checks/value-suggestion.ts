import type { z } from 'zod';
import type { Protocol } from '../../functions/shared/model.ts';
import { ALL_PROTOCOLS, isProtocol } from '../../functions/shared/protocols.ts';
import { parseDuration } from '../duration.ts';
import { nearestName } from '../query/nearest-name.ts';
import { dailyOrOff, deliver, quiet } from '../schema/delivery-schema.ts';
import type { Path } from '../yaml/positions.ts';
import { guessAddress, unreachableHost } from './feed-address.ts';
import {
  guessDailyOrOff,
  guessDeliver,
  guessDuration,
  guessQuiet,
  guessTimeZone,
  isNo,
  isYes,
} from './guess-value.ts';

/** A value that the schema rejects. */
export interface RejectedValue {
  readonly path: Path;
  readonly value: unknown;
  /** The value as the file writes it. Unlike a parsed number, `+12025550123` keeps its plus. */
  readonly sourceText: string | undefined;
  /** The comment after the value on its line, from its # on. */
  readonly comment: string | undefined;
}

/** Suggests what to write instead of a rejected value, if there is a good guess. */
export function valueSuggestion(rejected: RejectedValue): string | undefined {
  const { path, value, comment } = rejected;
  const key = keyOf(path);
  if (value === null && comment !== undefined) {
    return `YAML reads everything after # as a comment: write ${withKey(path, `'${comment}'`)}`;
  }
  if (typeof value === 'string' && /^[“”„‘’«»].*[“”‘’«»]$/.test(value) && !QUERIES.has(key)) {
    return `write straight quotes: ${withKey(path, `"${value.slice(1, -1)}"`)}`;
  }
  if (path.at(-1) === 'topics' && path.length === 3) return recipientTopicsHint(path, value);
  return Object.hasOwn(HINT_BY_KEY, key) ? HINT_BY_KEY[key]?.(rejected) : undefined;
}

/** Returns the key of a value; for an entry of a list, the key of the list. */
function keyOf(path: Path): string {
  if (path[0] === 'terms') return 'terms';
  const key = path.findLast((part) => typeof part === 'string');
  if (path[0] === 'signup' && key === 'feeds') return FEEDS_OF_SIGNUP;
  const isContact = (path[0] === 'recipients' || path[0] === 'operations') && path.length === 3;
  return isContact && isProtocol(String(key)) ? addressKey(String(key)) : String(key ?? '');
}

/** `feeds` is also the list of the feeds that are polled. */
const FEEDS_OF_SIGNUP = 'feeds of sign-up';

/** `email` and `sms` are also keys of a topic, where they are policies. */
function addressKey(protocol: string): string {
  return `${protocol} of a contact`;
}

const QUERIES = new Set(['match', 'urgent', 'any', 'all', 'none', 'terms']);

function withKey(path: Path, text: string): string {
  const key = path.at(-1);
  return typeof key === 'string' ? `${key}: ${text}` : text;
}

/** Suggests a text if the schema accepts it. */
function suggestIfValid(path: Path, schema: z.ZodType, text: string | undefined): string | undefined {
  return text !== undefined && schema.safeParse(text).success
    ? `did you mean ${withKey(path, text)}?`
    : undefined;
}

type Hint = (rejected: RejectedValue) => string | undefined;

const asText = ({ value, sourceText }: RejectedValue) =>
  typeof value === 'string' ? value : (sourceText ?? String(value));

/** Returns the hint for a section that must be a list; `entry` is the first key of its entries. */
const list =
  (entry: string): Hint =>
  ({ path, value }) => {
    const key = String(path.at(-1));
    if (path.length !== 1) return undefined;
    if (value === null || value === undefined)
      return `write ${key}: with an entry on the next line: "  - ${entry}: …"`;
    if (typeof value === 'string') {
      const [first = ''] = value.split(/\s+/);
      const text = entry === 'url' ? first : `${entry}: ${first}`;
      return `put each entry on its own line below ${key}:, with a dash and a space before it: - ${text}`;
    }
    return typeof value === 'object' && !Array.isArray(value)
      ? `put a dash and a space before the first key of each entry: - ${entry}:`
      : undefined;
  };

/** Returns the hint for a value that must be one of the known words. The word for no is `off`. */
const oneOf =
  (known: readonly string[]): Hint =>
  (rejected) => {
    const text = asText(rejected);
    if (isNo(text)) return `write ${withKey(rejected.path, 'off')}`;
    const near = nearestName(text, known);
    return near === undefined ? undefined : `did you mean ${withKey(rejected.path, near)}?`;
  };

const flagHint: Hint = (rejected) => {
  const text = asText(rejected);
  if (isYes(text)) return `write ${withKey(rejected.path, 'true')}`;
  return isNo(text) || text === 'off' ? `write ${withKey(rejected.path, 'false')}` : undefined;
};

const durationHint: Hint = (rejected) => {
  const { path, value } = rejected;
  const text = asText(rejected);
  if (typeof value === 'number' || /^\d+$/.test(text)) {
    return `add a unit, s, m, h or d: ${withKey(path, `${text}m`)} for ${text} minutes`;
  }
  if (text.split(/\s+to\s+/).every((part) => parseDuration(part) !== undefined)) return undefined;
  const guess = guessDuration(text);
  return guess === undefined ? undefined : `did you mean ${withKey(path, guess)}?`;
};

const countHint: Hint = ({ path, value }) =>
  typeof value === 'string' && /^\s*\d+\s*$/.test(value)
    ? `write the number without quotes: ${withKey(path, value.trim())}`
    : undefined;

const feedHint: Hint = (rejected) => {
  const { path, value } = rejected;
  if (path.length === 1) return list('url')(rejected);
  if (typeof value !== 'string') return undefined;
  const variable = variableHint(value);
  if (variable !== undefined) return variable;
  if (value.includes('${'))
    return `write the host in full, and the secret as \${NAME} after it: https://example.org/feed?key=\${NAME}`;
  const host = unreachableHost(value);
  if (host !== undefined)
    return 'feeds on private networks are never fetched: remove it, or run a proxy for it on this machine and use npm start -- --loopback-feeds';
  const [, glued, rest] = /^(url|id|title):(\S.*)$/.exec(value) ?? [];
  if (glued !== undefined) return `put a space after the colon: ${glued}: ${rest}`;
  if (/^https?:\S+\s+-?\s*https?:\S+/.test(value)) {
    return 'these are two addresses: put each on its own line, with - in the same column';
  }
  if (/^\w+:\/\/[^/]*@/.test(value))
    return 'remove the user name and password: feeds that need them are not supported';
  const guess = guessAddress(value);
  if (guess !== undefined) return `write ${withKey(path, guess)}`;
  return /^https?:\S.*\s/.test(value)
    ? 'an address has no spaces: write %20 for a space that belongs to it'
    : undefined;
};

const topicHint: Hint = (rejected) => {
  const { path, value } = rejected;
  if (path.length !== 2 || typeof value !== 'string') return list('id')(rejected);
  const [, glued, rest] = /^(\w+):(\S.*)$/.exec(value) ?? [];
  return glued === undefined
    ? `write - id: ${slugOf(value)}, and match: with a query on the line below`
    : `put a space after the colon: ${glued}: ${rest}`;
};

/** The hint for `email` and `sms` of a topic, which are policies, not addresses. */
const policyHint: Hint = ({ path, value }) => {
  const key = path.at(-1);
  if (typeof value === 'number' && key === 'sms' && value <= 20) return `write sms: { minSources: ${value} }`;
  if (typeof value === 'string' && /@|\d{7}/.test(value)) return 'addresses belong under recipients:';
  const guess = typeof value === 'string' ? guessDeliver(value) : undefined;
  return guess === undefined ? undefined : `write ${key}: { deliver: ${guess} }`;
};

const emailHint: Hint = ({ path, value }) => {
  if (Array.isArray(value)) return 'write an entry of recipients for each address';
  if (typeof value !== 'string') return undefined;
  const variable = variableHint(value);
  if (variable !== undefined) return variable;
  const text = value.trim();
  const inAngles = /<([^<>\s]+@[^<>\s]+)>/.exec(text)?.[1];
  if (inAngles !== undefined) return `write only the address: ${withKey(path, inAngles)}`;
  if (/@.*[,;\s].*@/.test(text)) return 'write an entry for each address';
  if (/^mailto:/i.test(text)) return `write ${withKey(path, text.slice('mailto:'.length))}`;
  if (!text.includes('@')) return 'an address has an @: you@mail.org';
  if (text.split('@').length > 2) return 'an address has one @';
  const corrected = text
    .replace(/\s+/g, '')
    .replaceAll(',', '.')
    .replace(/\.{2,}/g, '.')
    .replace(/\.$/, '')
    .replace('@.', '@');
  if (corrected !== text && /^[^@]+@[^@]+\.[a-z]{2,}$/i.test(corrected))
    return `did you mean ${withKey(path, corrected)}?`;
  const domain = text.split('@')[1] ?? '';
  return domain.includes('.')
    ? undefined
    : `the part after the @ needs an ending: ${domain}.com, ${domain}.org or another`;
};

const smsHint: Hint = (rejected) => {
  const { path, value } = rejected;
  if (Array.isArray(value)) return 'write an entry of recipients for each number';
  const text = asText(rejected);
  const variable = variableHint(text);
  if (variable !== undefined) return variable;
  const digits = text.replace(/\(0\)/g, '').replace(/[\s()./\u00a0-]/g, '');
  const number = digits.startsWith('00') ? `+${digits.slice(2)}` : digits;
  if (/^\+[1-9]\d{6,14}$/.test(number)) {
    const reason =
      typeof value === 'number' ? 'without quotes YAML reads a number and drops the plus and zeros: ' : '';
    return `${reason}write ${withKey(path, `"${number}"`)}`;
  }
  if (/^0\d+$/.test(number))
    return 'write + and the country code instead of the first 0: sms: "+44…" for a British number';
  if (!/^[1-9]\d{6,14}$/.test(number)) return undefined;
  // A number of ten digits or fewer rarely includes its country code.
  return number.length > 10
    ? `put a + before it, and quotes around it: ${withKey(path, `"+${number}"`)}`
    : 'put + and the country code before it, and quotes around it: sms: "+1…" for an American number';
};

/** Suggests `${NAME}` for a variable in another notation, which is not filled in. */
export function variableHint(text: string): string | undefined {
  const name =
    /\$\{\s*([A-Za-z_]\w*)\s*(?::?[-=?+][^}]*)?\}/.exec(text)?.[1] ??
    /\$\(?([A-Za-z_]\w*)\)?|%([A-Za-z_]\w*)%|\{\{\s*(?:env\.)?([A-Za-z_]\w*)\s*\}\}/
      .exec(text)
      ?.slice(1)
      .find(Boolean);
  if (name === undefined || text.includes(`\${${name}}`)) return undefined;
  const hasDefault = /\$\{\s*\w+\s*:?[-=?+]/.test(text);
  return `write \${${name}}${hasDefault ? ': defaults are not supported' : ''}`;
}

function recipientTopicsHint(path: Path, value: unknown): string | undefined {
  if (path[0] !== 'recipients' || typeof value !== 'string') return undefined;
  if (/^(all|any|every|everything|\*)$/i.test(value.trim())) return 'write topics: all';
  return `write topics: [${value.split(/[\s,]+/).join(', ')}]`;
}

function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 64);
}

const idHint: Hint = ({ path, value, sourceText }) => {
  if (typeof value === 'number' || typeof value === 'boolean')
    return `write ${withKey(path, `"${sourceText ?? value}"`)}`;
  if (typeof value !== 'string') return undefined;
  const slug = slugOf(value);
  return slug === '' || slug === value ? undefined : `did you mean ${withKey(path, slug)}?`;
};

const queryHint: Hint = ({ path, value, sourceText }) => {
  if (typeof value === 'number' || typeof value === 'boolean')
    return `write ${withKey(path, `"${sourceText ?? value}"`)}`;
  const [pair, ...others] =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  return pair && others.length === 0 && typeof path.at(-1) === 'number'
    ? `put quotes around a text with a colon and a space: '${pair[0]}: ${pair[1] ?? ''}'`
    : undefined;
};

const MODES = ['calm', 'all', 'urgent', 'off'];

const ADDRESS_HINTS: { readonly [Name in Protocol]?: Hint } = { email: emailHint, sms: smsHint };

const HINT_BY_KEY: Readonly<Record<string, Hint>> = {
  feeds: feedHint,
  url: feedHint,
  topics: topicHint,
  email: policyHint,
  sms: policyHint,
  recipients: (rejected) => {
    const { path, value } = rejected;
    if (typeof value !== 'string' || path.length !== 2) return list('email')(rejected);
    return `write - ${/@/.test(value) ? 'email' : 'sms'}: ${/@/.test(value) ? value : `"${value}"`}`;
  },
  operations: list('email'),
  tags: ({ path, value }) =>
    path.at(-1) === 'tags' && typeof value === 'string' ? `write tags: [${value}]` : undefined,
  id: idHint,
  terms: (rejected) => {
    if (rejected.path.length > 1) return queryHint(rejected);
    return Array.isArray(rejected.value)
      ? 'write a line for each set, without a dash: name: words'
      : undefined;
  },
  match: queryHint,
  urgent: queryHint,
  any: queryHint,
  all: queryHint,
  none: queryHint,
  every: durationHint,
  firstPoll: durationHint,
  enabled: flagHint,
  [FEEDS_OF_SIGNUP]: flagHint,
  signup: (rejected) => {
    const text = asText(rejected);
    if (isYes(text)) return 'write signup: enabled';
    return isNo(text) ? 'write signup: off' : undefined;
  },
  htmlEmail: ({ value }) =>
    typeof value === 'object'
      ? undefined
      : 'write htmlEmail: { from: Name <name@example.org> }, or remove it',
  deliver: (rejected) =>
    isNo(asText(rejected)) || asText(rejected) === 'off'
      ? 'to send no alerts of a topic, remove it from the recipients'
      : suggestIfValid(rejected.path, deliver, guessDeliver(asText(rejected))),
  roundUp: (rejected) =>
    suggestIfValid(rejected.path, dailyOrOff, guessDailyOrOff(asText(rejected), '18:00')),
  digest: (rejected) => suggestIfValid(rejected.path, dailyOrOff, guessDailyOrOff(asText(rejected), '08:00')),
  quiet: (rejected) =>
    typeof rejected.value === 'object'
      ? undefined
      : suggestIfValid(rejected.path, quiet, guessQuiet(asText(rejected))),
  followUps: oneOf(MODES),
  mode: oneOf(MODES),
  updates: oneOf(['off', 'material', 'all']),
  timezone: ({ path, value }) => {
    if (typeof value !== 'string') return undefined;
    const guess = guessTimeZone(value);
    if (guess !== undefined) return `did you mean ${withKey(path, guess)}?`;
    return 'name a city in the zone, as in Europe/Berlin or America/New_York: this includes daylight saving';
  },
  ...Object.fromEntries(ALL_PROTOCOLS.map((protocol) => [addressKey(protocol), ADDRESS_HINTS[protocol]])),
  minSources: countHint,
  hour: countHint,
  day: countHint,
  month: countHint,
  atMost: ({ path, value }) =>
    typeof value === 'number'
      ? `write ${withKey(path, `{ day: ${value} }`)}, or hour`
      : isNo(String(value))
        ? `write ${withKey(path, 'off')}`
        : undefined,
  smsParts: ({ path, value }) =>
    typeof value === 'number' ? `write ${withKey(path, `{ month: ${value} }`)}` : undefined,
};
