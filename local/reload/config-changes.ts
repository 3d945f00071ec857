import { isDeepStrictEqual } from 'node:util';
import type { LoadedConfig } from '../../config/load.ts';
import { plural } from '../../functions/shared/text/count.ts';
import { abbreviateList } from '../format-time.ts';

/** Returns the differences between two configurations in words, such as "feed npr added"; empty if none matters. */
export function configChanges(before: LoadedConfig, after: LoadedConfig): string[] {
  const feeds = idChanges(
    'feed',
    before.config.feeds.map(withoutOffset),
    after.config.feeds.map(withoutOffset),
  );
  const topics = idChanges('topic', before.config.topics, after.config.topics);
  const recipientsOf = (loaded: LoadedConfig) =>
    JSON.stringify([loaded.subscriptions, loaded.placeholders, loaded.operations, loaded.chats].map(sorted));
  const recipients = recipientsOf(before) === recipientsOf(after) ? [] : ['recipients changed'];
  const names = [...new Set([...Object.keys(before.secrets), ...Object.keys(after.secrets)])];
  const changed = names.filter((name) => before.secrets[name] !== after.secrets[name]);
  const secrets = changed.length > 0 ? [`the value of ${changed.join(', ')} changed`] : [];
  const isNewVersion = before.config.version !== after.config.version;
  const changes = [...feeds, ...secrets, ...topics, ...recipients];
  return changes.length === 0 && isNewVersion ? [OTHER] : changes;
}

const OTHER = 'other settings changed';

/** Returns whether nothing but settings of no feed, topic or recipient has changed, or the wording of a query. */
export const isOtherChange = (changes: readonly string[]): boolean =>
  changes.length === 1 && changes[0] === OTHER;

/** Removes the offset, which depends on the whole list of feeds. */
function withoutOffset<Feed extends { readonly id: string; readonly offset: number }>({
  offset: _,
  ...feed
}: Feed) {
  return feed;
}

function idChanges(what: string, before: readonly { readonly id: string }[], after: typeof before): string[] {
  const old = new Map(before.map((one) => [one.id, one]));
  const now = new Map(after.map((one) => [one.id, one]));
  const added = [...now.keys()].filter((id) => !old.has(id));
  const removed = [...old.keys()].filter((id) => !now.has(id));
  const changed = [...now.keys()].filter((id) => old.has(id) && !isDeepStrictEqual(old.get(id), now.get(id)));
  const describe = (ids: readonly string[], how: string) =>
    ids.length === 0 ? [] : [`${plural(ids.length, what)} ${abbreviateList(ids)} ${how}`];
  return [...describe(added, 'added'), ...describe(removed, 'removed'), ...describe(changed, 'changed')];
}

const sorted = (list: readonly object[]) => list.map((one) => JSON.stringify(one)).toSorted();
