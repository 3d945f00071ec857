import { nearest } from '../query/nearest.ts';
import { variableHint } from './hints.ts';
import type { Path, Positions } from './positions.ts';
import type { ConfigFile } from './schema.ts';
import { type FoundFault, show } from './shape-faults.ts';

/** Faults that lie between parts: read from the data as it is, so that they are told together with all others. */
export function crossFaults(data: unknown, positions: Positions): FoundFault[] {
  const file = (isMap(data) ? data : {}) as Partial<Record<keyof ConfigFile, unknown>>;
  const faults: FoundFault[] = [];
  const found = (at: Path, message: string, suggestion?: string) =>
    faults.push({ at, fault: positions.fault(at, message, suggestion) });

  const unique = (part: 'feeds' | 'topics', key: string, values: unknown[]) => {
    const first = new Map<unknown, number>();
    values.forEach((value, index) => {
      if (typeof value !== 'string') return;
      const before = first.get(value);
      if (before === undefined) first.set(value, index);
      else {
        const message = `expected its own ${key}, got ${value}, which entry ${before + 1} has already`;
        const suggestion =
          key === 'url' ? 'take one of the two entries out' : 'give one of the two another id';
        found([part, index, key], message, suggestion);
      }
    });
  };
  const feeds = list(file.feeds);
  unique(
    'feeds',
    'url',
    feeds.map((feed) => (typeof feed === 'string' ? feed : field(feed, 'url'))),
  );
  unique(
    'feeds',
    'id',
    feeds.map((feed) => field(feed, 'id')),
  );
  const topicIds = list(file.topics).map((topic) => field(topic, 'id'));
  unique('topics', 'id', topicIds);
  const known = new Set(topicIds);

  for (const name of Object.keys(isMap(file.terms) ? file.terms : {})) {
    if (!name.startsWith('@') || field(file.terms, name.slice(1)) === undefined) continue;
    const message = `expected its own name, got ${name}, which is the same set as ${name.slice(1)}`;
    faults.push({ at: ['terms', name], fault: positions.faultAtKey(['terms'], name, message) });
  }

  for (const part of ['recipients', 'operations'] as const) {
    list(file[part]).forEach((contact, index) => {
      if (isMap(contact) && field(contact, 'email') === undefined && field(contact, 'sms') === undefined) {
        const message = `expected email or sms, got ${show(contact)}`;
        const suggestion = 'write email: you@mail.org, or sms: with a phone number in quotes';
        faults.push({
          at: [part, index, 'email'],
          fault: positions.fault([part, index], message, suggestion),
        });
      }
    });
  }

  list(file.recipients).forEach((recipient, index) => {
    list(field(recipient, 'topics')).forEach((id, at) => {
      if (typeof id === 'string' && !known.has(id)) {
        const ids = topicIds.filter((one) => typeof one === 'string').join(', ');
        const message = `expected the id of a topic (${ids}), got ${id}`;
        found(['recipients', index, 'topics', at], message, meantTopic(id, list(file.topics)));
      }
    });
  });

  const bothNames = (path: Path, part: unknown) => {
    if (field(part, 'followUps') === undefined || field(part, 'updates') === undefined) return;
    const message = 'expected followUps, or its old name updates, got both; remove updates';
    faults.push({ at: path, fault: positions.faultAtKey(path, 'updates', message) });
  };
  bothNames(['defaults'], file.defaults);

  list(file.topics).forEach((topic, index) => {
    bothNames(['topics', index], topic);
    const match = field(topic, 'match');
    if (isMap(match) && !Array.isArray(match)) {
      if (!('any' in match) && !('all' in match)) {
        const message = `expected any: or all: beside none:, got ${show(match)}, which would match nearly everything`;
        found(['topics', index, 'match'], message, 'add any: or all: with what to watch for');
      }
    }
  });
  return faults;
}

/** Returns what to write in place of an id that no topic has. */
function meantTopic(id: string, topics: readonly unknown[]): string | undefined {
  if (/^(all|any|every|everything|\*)$/i.test(id.trim()))
    return 'for all topics, write topics: all, without brackets';
  const variable = variableHint(id);
  if (variable !== undefined) return variable;
  const known = topics.flatMap((topic) => {
    const own = field(topic, 'id');
    return typeof own === 'string' ? [{ id: own, name: String(field(topic, 'name') ?? own) }] : [];
  });
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const parts = id.split(/[\s,;]+/).filter((part) => part !== '');
  if (parts.length > 1 && parts.every((part) => known.some((topic) => topic.id === part))) {
    return `write each by itself: ${parts.join(', ')}`;
  }
  const meant =
    known.find((topic) => [topic.id, topic.name].some((name) => plain(name) === plain(id)))?.id ??
    nearest(
      id,
      known.map((topic) => topic.id),
    );
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function field(value: unknown, key: string): unknown {
  return isMap(value) ? (value as Record<string, unknown>)[key] : undefined;
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
