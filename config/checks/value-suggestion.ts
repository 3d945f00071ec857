import type { z } from 'zod';
import { parseDuration } from '../duration.ts';
import { nearestName } from '../query/nearest-name.ts';
import { deliver, quiet, roundUp } from '../schema/delivery-schema.ts';
import type { Path } from '../yaml/positions.ts';
import { guessAddress, unreachableHost } from './feed-address.ts';
import {
  guessDeliver,
  guessDuration,
  guessQuiet,
  guessRoundUp,
  guessTimeZone,
  isNo,
  isYes,
} from './guess-value.ts';

/** A value that the schema refuses. */
export interface RejectedValue {
  readonly path: Path;
  readonly value: unknown;
  /** As the file writes it: `+12025550123` for a number without a plus. */
  readonly sourceText: string | undefined;
  /** The comment behind it on its line, from its # on. */
  readonly comment: string | undefined;
}

/** Returns what to write in place of a refused value, where that can be told. */
export function valueSuggestion(refused: RejectedValue): string | undefined {
  const { path, value, comment } = refused;
  const key = keyOf(path);
  if (value === null && comment !== undefined) {
    return `what follows # is a comment to YAML: write ${withKey(path, `'${comment}'`)}`;
  }
  if (typeof value === 'string' && /^[“”„‘’«»].*[“”‘’«»]$/.test(value) && !QUERIES.has(key)) {
    return `write straight quotes: ${withKey(path, `"${value.slice(1, -1)}"`)}`;
  }
  if (path.at(-1) === 'topics' && path.length === 3) return recipientTopicsHint(path, value);
  return Object.hasOwn(HINT_BY_KEY, key) ? HINT_BY_KEY[key]?.(refused) : undefined;
}

/** The key that a value belongs to: that of its list, where it is an entry. */
function keyOf(path: Path): string {
  if (path[0] === 'terms') return 'terms';
  const key = path.findLast((part) => typeof part === 'string');
  const isContact = (path[0] === 'recipients' || path[0] === 'operations') && path.length === 3;
  return isContact && (key === 'email' || key === 'sms') ? `${key} of a contact` : String(key ?? '');
}

const QUERIES = new Set(['match', 'urgent', 'any', 'all', 'none', 'terms']);

function withKey(path: Path, text: string): string {
  const key = path.at(-1);
  return typeof key === 'string' ? `${key}: ${text}` : text;
}

/** Offers a text if the schema takes it. */
function suggestIfValid(path: Path, schema: z.ZodType, text: string | undefined): string | undefined {
  return text !== undefined && schema.safeParse(text).success
    ? `did you mean ${withKey(path, text)}?`
    : undefined;
}

type Hint = (refused: RejectedValue) => string | undefined;

const asText = ({ value, sourceText }: RejectedValue) =>
  typeof value === 'string' ? value : (sourceText ?? String(value));

const list =
  (entry: string): Hint =>
  ({ path, value }) => {
    const key = String(path.at(-1));
    if (path.length !== 1) return undefined;
    if (value === null || value === undefined)
      return `write ${key}: and an entry on the line below it: "  - ${entry}: …"`;
    if (typeof value === 'string') {
      return `put each entry on a line of its own below ${key}:, with a dash and a space before it: - ${value.split(/\s+/)[0]}`;
    }
    return typeof value === 'object' && !Array.isArray(value)
      ? `put a dash and a space before the first key of each entry: - ${entry}:`
      : undefined;
  };

const oneOf =
  (known: readonly string[], no: string | undefined = undefined): Hint =>
  (refused) => {
    const text = asText(refused);
    if (no !== undefined && isNo(text)) return `write ${withKey(refused.path, no)}`;
    const near = nearestName(text, known);
    return near === undefined ? undefined : `did you mean ${withKey(refused.path, near)}?`;
  };

const durationHint: Hint = (refused) => {
  const { path, value } = refused;
  const text = asText(refused);
  if (typeof value === 'number' || /^\d+$/.test(text)) {
    return `put a unit behind it, s, m, h or d: ${withKey(path, `${text}m`)} for ${text} minutes`;
  }
  if (text.split(/\s+to\s+/).every((part) => parseDuration(part) !== undefined)) return undefined;
  const meant = guessDuration(text);
  return meant === undefined ? undefined : `did you mean ${withKey(path, meant)}?`;
};

const countHint: Hint = ({ path, value }) =>
  typeof value === 'string' && /^\s*\d+\s*$/.test(value)
    ? `write the number without quotes: ${withKey(path, value.trim())}`
    : undefined;

const feedHint: Hint = (refused) => {
  const { path, value } = refused;
  if (path.length === 1) return list('url')(refused);
  if (typeof value !== 'string') return undefined;
  const variable = variableHint(value);
  if (variable !== undefined) return variable;
  if (value.includes('${'))
    return `write the host in the file, and the secret as \${NAME} behind it: https://example.org/feed?key=\${NAME}`;
  const host = unreachableHost(value);
  if (host !== undefined)
    return 'feeds of private networks are never fetched: take it out, or put a proxy for it on this machine, for npm start -- --loopback-feeds';
  const [, glued, rest] = /^(url|id|title):(\S.*)$/.exec(value) ?? [];
  if (glued !== undefined) return `put a space behind the colon: ${glued}: ${rest}`;
  if (/^https?:\S+\s+-?\s*https?:\S+/.test(value)) {
    return 'these are two addresses: begin each on a line of its own, with - in the same column';
  }
  if (/^\w+:\/\/[^/]*@/.test(value))
    return 'take the user name and password out of it: feeds that need them are not read';
  const meant = guessAddress(value);
  if (meant !== undefined) return `write ${withKey(path, meant)}`;
  return /^https?:\S.*\s/.test(value)
    ? 'an address has no spaces: write %20 for one that belongs to it'
    : undefined;
};

const topicHint: Hint = (refused) => {
  const { path, value } = refused;
  if (path.length !== 2 || typeof value !== 'string') return list('id')(refused);
  const [, glued, rest] = /^(\w+):(\S.*)$/.exec(value) ?? [];
  return glued === undefined
    ? `write - id: ${slugOf(value)}, and match: with what to watch for on the line below`
    : `put a space behind the colon: ${glued}: ${rest}`;
};

/** \`email\` and \`sms\` of a topic, which are policies and no addresses. */
const policyHint: Hint = ({ path, value }) => {
  const key = path.at(-1);
  if (typeof value === 'number' && key === 'sms' && value <= 20) return `write sms: { minSources: ${value} }`;
  if (typeof value === 'string' && /@|\d{7}/.test(value)) return 'addresses belong under recipients:';
  const meant = typeof value === 'string' ? guessDeliver(value) : undefined;
  return meant === undefined ? undefined : `write ${key}: { deliver: ${meant} }`;
};

const emailHint: Hint = ({ path, value }) => {
  if (Array.isArray(value)) return 'write an entry of recipients for each address';
  if (typeof value !== 'string') return undefined;
  const variable = variableHint(value);
  if (variable !== undefined) return variable;
  const text = value.trim();
  const inAngles = /<([^<>\s]+@[^<>\s]+)>/.exec(text)?.[1];
  if (inAngles !== undefined) return `write the address alone: ${withKey(path, inAngles)}`;
  if (/@.*[,;\s].*@/.test(text)) return 'write an entry for each address';
  if (/^mailto:/i.test(text)) return `write ${withKey(path, text.slice('mailto:'.length))}`;
  if (!text.includes('@')) return 'an address has an @: you@mail.org';
  if (text.split('@').length > 2) return 'an address has one @';
  const mended = text
    .replace(/\s+/g, '')
    .replaceAll(',', '.')
    .replace(/\.{2,}/g, '.')
    .replace(/\.$/, '')
    .replace('@.', '@');
  if (mended !== text && /^[^@]+@[^@]+\.[a-z]{2,}$/i.test(mended))
    return `did you mean ${withKey(path, mended)}?`;
  const domain = text.split('@')[1] ?? '';
  return domain.includes('.')
    ? undefined
    : `the part behind the @ lacks its ending: ${domain}.com, ${domain}.org or another`;
};

const smsHint: Hint = (refused) => {
  const { path, value } = refused;
  if (Array.isArray(value)) return 'write an entry of recipients for each number';
  const text = asText(refused);
  const variable = variableHint(text);
  if (variable !== undefined) return variable;
  const digits = text.replace(/\(0\)/g, '').replace(/[\s()./\u00a0-]/g, '');
  const whole = digits.startsWith('00') ? `+${digits.slice(2)}` : digits;
  if (/^\+[1-9]\d{6,14}$/.test(whole)) {
    const why =
      typeof value === 'number' ? 'without quotes YAML reads a number, and loses plus and zeros: ' : '';
    return `${why}write ${withKey(path, `"${whole}"`)}`;
  }
  if (/^0\d+$/.test(whole))
    return 'write + and the country code in place of the first 0: sms: "+44…" for a British number';
  if (!/^[1-9]\d{6,14}$/.test(whole)) return undefined;
  // A number of ten digits or fewer rarely has its country code.
  return whole.length > 10
    ? `put a + before it, and quotes around it: ${withKey(path, `"+${whole}"`)}`
    : 'put + and the country code before it, and quotes around it: sms: "+1…" for an American number';
};

/** Other ways to write a variable, which are not filled in. */
export function variableHint(text: string): string | undefined {
  const name =
    /\$\{\s*([A-Za-z_]\w*)\s*(?::?[-=?+][^}]*)?\}/.exec(text)?.[1] ??
    /\$\(?([A-Za-z_]\w*)\)?|%([A-Za-z_]\w*)%|\{\{\s*(?:env\.)?([A-Za-z_]\w*)\s*\}\}/
      .exec(text)
      ?.slice(1)
      .find(Boolean);
  if (name === undefined || text.includes(`\${${name}}`)) return undefined;
  const hasDefault = /\$\{\s*\w+\s*:?[-=?+]/.test(text);
  return `write \${${name}}${hasDefault ? ': there are no defaults' : ''}`;
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
    ? `put a text that has a colon and a space in it in quotes: '${pair[0]}: ${pair[1] ?? ''}'`
    : undefined;
};

const MODES = ['calm', 'all', 'urgent', 'off'];

const HINT_BY_KEY: Readonly<Record<string, Hint>> = {
  feeds: feedHint,
  url: feedHint,
  topics: topicHint,
  email: policyHint,
  sms: policyHint,
  recipients: (refused) => {
    const { path, value } = refused;
    if (typeof value !== 'string' || path.length !== 2) return list('email')(refused);
    return `write - ${/@/.test(value) ? 'email' : 'sms'}: ${/@/.test(value) ? value : `"${value}"`}`;
  },
  operations: list('email'),
  tags: ({ path, value }) =>
    path.at(-1) === 'tags' && typeof value === 'string' ? `write tags: [${value}]` : undefined,
  id: idHint,
  terms: (refused) => {
    if (refused.path.length > 1) return queryHint(refused);
    return Array.isArray(refused.value) ? 'write a line for each, without a dash: name: words' : undefined;
  },
  match: queryHint,
  urgent: queryHint,
  any: queryHint,
  all: queryHint,
  none: queryHint,
  every: durationHint,
  firstPoll: durationHint,
  enabled: (refused) => {
    const text = asText(refused);
    return isYes(text)
      ? 'write enabled: true'
      : isNo(text) || text === 'off'
        ? 'write enabled: false'
        : undefined;
  },
  deliver: (refused) =>
    isNo(asText(refused)) || asText(refused) === 'off'
      ? 'to tell nothing of a topic, take it out of the recipients'
      : suggestIfValid(refused.path, deliver, guessDeliver(asText(refused))),
  roundUp: (refused) => suggestIfValid(refused.path, roundUp, guessRoundUp(asText(refused))),
  quiet: (refused) =>
    typeof refused.value === 'object'
      ? undefined
      : suggestIfValid(refused.path, quiet, guessQuiet(asText(refused))),
  followUps: oneOf(MODES, 'off'),
  mode: oneOf(MODES, 'off'),
  updates: oneOf(['off', 'material', 'all'], 'off'),
  timezone: ({ path, value }) => {
    if (typeof value !== 'string') return undefined;
    const meant = guessTimeZone(value);
    if (meant !== undefined) return `did you mean ${withKey(path, meant)}?`;
    return 'name the city by whose clocks it goes, as in Europe/Berlin or America/New_York: it knows daylight saving';
  },
  'email of a contact': emailHint,
  'sms of a contact': smsHint,
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
