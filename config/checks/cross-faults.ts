import { nearestName } from '../query/nearest-name.ts';
import type { ConfigFile } from '../schema/schema.ts';
import type { Path, Positions } from '../yaml/positions.ts';
import { type LocatedFault, showValue } from './schema-faults.ts';
import { variableHint } from './value-suggestion.ts';

/** Faults that lie between parts: read from the data as it is, so that they are told together with all others. */
export function crossFaults(data: unknown, positions: Positions): LocatedFault[] {
  const file = (isMap(data) ? data : {}) as Partial<Record<keyof ConfigFile, unknown>>;
  const faults: LocatedFault[] = [];
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
  const feeds = asList(file.feeds);
  unique(
    'feeds',
    'url',
    feeds.map((feed) => (typeof feed === 'string' ? feed : fieldOf(feed, 'url'))),
  );
  unique(
    'feeds',
    'id',
    feeds.map((feed) => fieldOf(feed, 'id')),
  );
  const topicIds = asList(file.topics).map((topic) => fieldOf(topic, 'id'));
  unique('topics', 'id', topicIds);
  const known = new Set(topicIds);

  for (const name of Object.keys(isMap(file.terms) ? file.terms : {})) {
    if (!name.startsWith('@') || fieldOf(file.terms, name.slice(1)) === undefined) continue;
    const message = `expected its own name, got ${name}, which is the same set as ${name.slice(1)}`;
    faults.push({ at: ['terms', name], fault: positions.faultAtKey(['terms'], name, message) });
  }

  for (const part of ['recipients', 'operations'] as const) {
    asList(file[part]).forEach((contact, index) => {
      if (
        isMap(contact) &&
        fieldOf(contact, 'email') === undefined &&
        fieldOf(contact, 'sms') === undefined
      ) {
        const message = `expected email or sms, got ${showValue(contact)}`;
        const suggestion = 'write email: you@mail.org, or sms: with a phone number in quotes';
        faults.push({
          at: [part, index, 'email'],
          fault: positions.fault([part, index], message, suggestion),
        });
      }
    });
  }

  asList(file.recipients).forEach((recipient, index) => {
    asList(fieldOf(recipient, 'topics')).forEach((id, at) => {
      if (typeof id === 'string' && !known.has(id)) {
        const ids = topicIds.filter((one) => typeof one === 'string').join(', ');
        const message = `expected the id of a topic (${ids}), got ${id}`;
        found(['recipients', index, 'topics', at], message, guessTopic(id, asList(file.topics)));
      }
    });
  });

  const bothNames = (path: Path, part: unknown) => {
    if (fieldOf(part, 'followUps') === undefined || fieldOf(part, 'updates') === undefined) return;
    const message = 'expected followUps, or its old name updates, got both; remove updates';
    faults.push({ at: path, fault: positions.faultAtKey(path, 'updates', message) });
  };
  bothNames(['defaults'], file.defaults);

  asList(file.topics).forEach((topic, index) => {
    bothNames(['topics', index], topic);
    const match = fieldOf(topic, 'match');
    if (isMap(match) && !Array.isArray(match)) {
      if (!('any' in match) && !('all' in match)) {
        const message = `expected any: or all: beside none:, got ${showValue(match)}, which would match nearly everything`;
        found(['topics', index, 'match'], message, 'add any: or all: with what to watch for');
      }
    }
  });
  return faults;
}

/** Returns what to write in place of an id that no topic has. */
function guessTopic(id: string, topics: readonly unknown[]): string | undefined {
  if (/^(all|any|every|everything|\*)$/i.test(id.trim()))
    return 'for all topics, write topics: all, without brackets';
  const variable = variableHint(id);
  if (variable !== undefined) return variable;
  const known = topics.flatMap((topic) => {
    const own = fieldOf(topic, 'id');
    return typeof own === 'string' ? [{ id: own, name: String(fieldOf(topic, 'name') ?? own) }] : [];
  });
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const parts = id.split(/[\s,;]+/).filter((part) => part !== '');
  if (parts.length > 1 && parts.every((part) => known.some((topic) => topic.id === part))) {
    return `write each by itself: ${parts.join(', ')}`;
  }
  const meant =
    known.find((topic) => [topic.id, topic.name].some((name) => plain(name) === plain(id)))?.id ??
    nearestName(
      id,
      known.map((topic) => topic.id),
    );
  return meant === undefined ? undefined : `did you mean ${meant}?`;
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
