import { ALL_CHAT_SERVICES } from '../../functions/shared/model.ts';
import { ALL_PROTOCOLS } from '../../functions/shared/protocols.ts';
import { nearestName } from '../query/nearest-name.ts';
import type { ConfigFile } from '../schema/schema.ts';
import type { Path, Positions } from '../yaml/positions.ts';
import { type LocatedFault, showValue } from './schema-faults.ts';
import { variableHint } from './value-suggestion.ts';

/**
 * Returns the faults between parts of a file, such as duplicate ids. Works on the raw data, so that all faults are reported
 * at once.
 */
export function crossFaults(data: unknown, positions: Positions): LocatedFault[] {
  const file = (isMap(data) ? data : {}) as Partial<Record<keyof ConfigFile, unknown>>;
  const faults: LocatedFault[] = [];
  const report = (at: Path, message: string, suggestion?: string) =>
    faults.push({ at, fault: positions.fault(at, message, suggestion) });

  const requireUnique = (section: 'feeds' | 'topics', key: string, values: unknown[]) => {
    const first = new Map<unknown, number>();
    values.forEach((value, index) => {
      if (typeof value !== 'string') return;
      const earlier = first.get(value);
      if (earlier === undefined) first.set(value, index);
      else {
        const message = `expected a unique ${key}, got ${value}, which entry ${earlier + 1} already has`;
        const suggestion =
          key === 'url' ? 'remove one of the two entries' : 'give one of the two entries another id';
        report([section, index, key], message, suggestion);
      }
    });
  };
  const feeds = asList(file.feeds);
  requireUnique(
    'feeds',
    'url',
    feeds.map((feed) => (typeof feed === 'string' ? feed : fieldOf(feed, 'url'))),
  );
  requireUnique(
    'feeds',
    'id',
    feeds.map((feed) => fieldOf(feed, 'id')),
  );
  const topicIds = asList(file.topics).map((topic) => fieldOf(topic, 'id'));
  requireUnique('topics', 'id', topicIds);
  const known = new Set(topicIds);

  for (const name of Object.keys(isMap(file.terms) ? file.terms : {})) {
    if (!name.startsWith('@') || fieldOf(file.terms, name.slice(1)) === undefined) continue;
    const message = `expected a unique name, got ${name}, which names the same set as ${name.slice(1)}`;
    faults.push({ at: ['terms', name], fault: positions.faultAtKey(['terms'], name, message) });
  }

  for (const [section, keys] of [
    ['recipients', [...ALL_PROTOCOLS, ...ALL_CHAT_SERVICES]],
    ['operations', ALL_PROTOCOLS],
  ] as const) {
    asList(file[section]).forEach((contact, index) => {
      if (isMap(contact) && keys.every((key) => fieldOf(contact, key) === undefined)) {
        // The values may be secrets under a misspelt key.
        const got = Object.keys(contact).join(', ');
        const message = `expected ${new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(keys)}, got ${got === '' ? 'an empty entry' : `only ${got}`}`;
        const suggestion = `write email: you@mail.org, or sms: with a phone number in quotes${section === 'recipients' ? ', or a chat service as in docs/chat.md' : ''}`;
        faults.push({
          at: [section, index, 'email'],
          fault: positions.fault([section, index], message, suggestion),
        });
      }
    });
  }

  const requireTopics = (path: Path, ids: unknown) => {
    asList(ids).forEach((id, at) => {
      if (typeof id === 'string' && !known.has(id)) {
        const all = topicIds.filter((topicId) => typeof topicId === 'string').join(', ');
        const message = `expected the id of a topic (${all}), got ${id}`;
        report([...path, at], message, guessTopic(id, asList(file.topics)));
      }
    });
  };
  asList(file.recipients).forEach((recipient, index) => {
    requireTopics(['recipients', index, 'topics'], fieldOf(recipient, 'topics'));
  });
  requireTopics(['signup', 'topics'], fieldOf(file.signup, 'topics'));

  const isOff = file.signup === undefined || file.signup === 'off';
  if (file.htmlEmail !== undefined && isOff) {
    const message = 'expected signup beside htmlEmail, got none; people leave by the links in each mail';
    faults.push({
      at: ['htmlEmail'],
      fault: positions.faultAtKey([], 'htmlEmail', message, 'add signup: enabled'),
    });
  }

  const checkUpdates = (path: Path, section: unknown) => {
    if (fieldOf(section, 'followUps') === undefined || fieldOf(section, 'updates') === undefined) return;
    const message = 'expected followUps, or its old name updates, got both; remove updates';
    faults.push({ at: path, fault: positions.faultAtKey(path, 'updates', message) });
  };
  checkUpdates(['defaults'], file.defaults);

  asList(file.topics).forEach((topic, index) => {
    checkUpdates(['topics', index], topic);
    const match = fieldOf(topic, 'match');
    if (isMap(match) && !Array.isArray(match)) {
      if (!('any' in match) && !('all' in match)) {
        const message = `expected any: or all: beside none:, got ${showValue(match)}, which would match nearly everything`;
        report(['topics', index, 'match'], message, 'add any: or all: with the queries to watch for');
      }
    }
  });
  return faults;
}

/** Suggests a correction for an id that no topic has. */
function guessTopic(id: string, topics: readonly unknown[]): string | undefined {
  if (/^(all|any|every|everything|\*)$/i.test(id.trim()))
    return 'for all topics, write topics: all, without brackets';
  const variable = variableHint(id);
  if (variable !== undefined) return variable;
  const known = topics.flatMap((topic) => {
    const topicId = fieldOf(topic, 'id');
    return typeof topicId === 'string'
      ? [{ id: topicId, name: String(fieldOf(topic, 'name') ?? topicId) }]
      : [];
  });
  const normalize = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const parts = id.split(/[\s,;]+/).filter((part) => part !== '');
  if (parts.length > 1 && parts.every((part) => known.some((topic) => topic.id === part))) {
    return `write them as separate entries: ${parts.join(', ')}`;
  }
  const intended =
    known.find((topic) => [topic.id, topic.name].some((name) => normalize(name) === normalize(id)))?.id ??
    nearestName(
      id,
      known.map((topic) => topic.id),
    );
  return intended === undefined ? undefined : `did you mean ${intended}?`;
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function fieldOf(value: unknown, key: string): unknown {
  return isMap(value) ? (value as Record<string, unknown>)[key] : undefined;
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
