import type { LoadedConfig } from '../../config/load.ts';

/** Ids that are named of each kind of change. */
const MAX_NAMED = 5;

/** Returns what a configuration changes of another, in words: "feed npr added". Empty when nothing that counts differs. */
export function configChanges(before: LoadedConfig, after: LoadedConfig): string[] {
  const feeds = idChanges(
    'feed',
    before.config.feeds.map(withoutOffset),
    after.config.feeds.map(withoutOffset),
  );
  const topics = idChanges('topic', before.config.topics, after.config.topics);
  const people = (loaded: LoadedConfig) =>
    JSON.stringify([loaded.subscriptions, loaded.placeholders, loaded.operations].map(sorted));
  const recipients = people(before) === people(after) ? [] : ['recipients changed'];
  const names = [...new Set([...Object.keys(before.secrets), ...Object.keys(after.secrets)])];
  const changed = names.filter((name) => before.secrets[name] !== after.secrets[name]);
  const secrets = changed.length > 0 ? [`the value of ${changed.join(', ')} changed`] : [];
  const isOther = before.config.version !== after.config.version;
  const all = [...feeds, ...secrets, ...topics, ...recipients];
  return all.length === 0 && isOther ? ['defaults changed'] : all;
}

/** The turns of a feed follow from all feeds together. */
function withoutOffset<Feed extends { readonly id: string; readonly offset: number }>({
  offset: _,
  ...feed
}: Feed) {
  return feed;
}

function idChanges(what: string, before: readonly { readonly id: string }[], after: typeof before): string[] {
  const old = new Map(before.map((one) => [one.id, JSON.stringify(one)]));
  const now = new Map(after.map((one) => [one.id, JSON.stringify(one)]));
  const named = (ids: readonly string[], how: string) => {
    if (ids.length === 0) return [];
    const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : '';
    return [`${what}${ids.length === 1 ? '' : 's'} ${ids.slice(0, MAX_NAMED).join(', ')}${more} ${how}`];
  };
  return [
    ...named(
      [...now.keys()].filter((id) => !old.has(id)),
      'added',
    ),
    ...named(
      [...old.keys()].filter((id) => !now.has(id)),
      'removed',
    ),
    ...named(
      [...now.keys()].filter((id) => old.has(id) && old.get(id) !== now.get(id)),
      'changed',
    ),
  ];
}

const sorted = (list: readonly object[]) => list.map((one) => JSON.stringify(one)).toSorted();
