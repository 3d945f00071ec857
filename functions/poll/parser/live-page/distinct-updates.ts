import type { PageAddress } from './page-address.ts';
import { contentKey, ID_KINDS, isAnchored, textKey, type Update } from './updates.ts';

/** An update with the id by which it is recognised, unless it has none. */
export interface IdentifiedUpdate extends Update {
  readonly id: string | undefined;
}

/**
 * Returns each update once, in document order: of several with the same id the one that was modified last. Two without a
 * common id are the same if time, headline and text are. Ids that do not tell updates apart are left out.
 */
export function distinctUpdates(updates: readonly Update[], page: PageAddress): IdentifiedUpdate[] {
  const useful = withoutSharedIds(updates, page);
  const distinct: Update[] = [];
  const byId = new Map<string, number>();
  const byContent = new Map<string, number[]>();
  for (const update of useful) {
    const key = contentKey(update);
    const alike = byContent.get(key) ?? [];
    const at =
      idsOf(update)
        .map((id) => byId.get(id))
        .find((known) => known !== undefined) ??
      alike.find((n) => distinct[n] && !contradict(distinct[n], update)) ??
      distinct.length;
    const known = distinct[at];
    distinct[at] = known ? merged(known, update) : update;
    for (const id of idsOf(update)) byId.set(id, at);
    if (alike.length < MAX_ALIKE) byContent.set(key, [...alike, at]);
  }
  const identified = distinct.map((update) => ({ ...update, id: idsOf(update)[0] }));
  return hasPositionIds(identified, page) ? identified.map((update) => withoutIds(update, page)) : identified;
}

/** Updates with the same time and texts. */
const MAX_ALIKE = 10;

function idsOf({ ids }: Update): string[] {
  return ID_KINDS.flatMap((kind) => ids[kind] ?? []);
}

/** Returns whether two updates have different ids in the same property. */
function contradict(one: Update, other: Update): boolean {
  return ID_KINDS.some(
    (kind) =>
      one.ids[kind] !== undefined && other.ids[kind] !== undefined && one.ids[kind] !== other.ids[kind],
  );
}

function merged(known: Update, update: Update): Update {
  const isLater = timeOf(update) > timeOf(known);
  const [main, other] = isLater ? [update, known] : [known, update];
  const hasOwnUrl = main.ids.url !== undefined || other.ids.url === undefined;
  return {
    ...main,
    ids: { ...other.ids, ...main.ids },
    url: hasOwnUrl ? main.url : other.url,
    headline: main.headline || other.headline,
    content: main.content || other.content,
    published: main.published ?? other.published,
  };
}

const timeOf = ({ updated, published }: Update) => updated ?? published ?? '';

/** Removes ids that several different updates have: the address of an article to which they link, or of a whole page. */
function withoutSharedIds(updates: readonly Update[], page: PageAddress): Update[] {
  const groups = new Map<string, { readonly first: Update; size: number; others: number }>();
  for (const update of updates) {
    for (const id of new Set(idsOf(update))) {
      const group = groups.get(id);
      if (!group) groups.set(id, { first: update, size: 1, others: 0 });
      else {
        group.size++;
        if (areDifferent(group.first, update)) group.others++;
      }
    }
  }
  const isShared = (id: string, isCertain: boolean) => {
    const { size = 0, others = 0 } = groups.get(id) ?? {};
    // An update may be listed twice with other texts and times. But no update is half of the page.
    return isCertain ? size > 2 && others > 1 && size > updates.length / 2 : others > 0;
  };
  return updates.map((update) => {
    const kept = Object.entries(update.ids).filter(
      ([kind, id]) => !isShared(id, kind !== 'url' || isAnchored(id, page)),
    );
    return { ...update, ids: Object.fromEntries(kept) };
  });
}

/** Returns whether two updates differ in their publication times, as far as they are known, and in all texts. */
function areDifferent(one: Update, other: Update): boolean {
  if (one.published !== undefined && one.published === other.published) return false;
  const isOther = (a: string, b: string) => a === '' || b === '' || textKey(a) !== textKey(b);
  return isOther(one.headline, other.headline) && isOther(one.content, other.content);
}

/**
 * Returns whether the ids only number the updates from the top of the page, newest first: each would be another update's
 * after the next one. Only bare numbers and the ids of elements can be such.
 */
function hasPositionIds(updates: readonly IdentifiedUpdate[], page: PageAddress): boolean {
  const [first, ...others] = updates.map((update) => positionIn(update, page));
  if (!first || first.number > 1) return false;
  const dates = updates.flatMap(({ published }) => published ?? []);
  const isNewestFirst = updates.length === 1 || (dates[0] ?? '') > (dates.at(-1) ?? '');
  return (
    isNewestFirst &&
    others.every((other, n) => other?.prefix === first.prefix && other.number === first.number + n + 1)
  );
}

interface Position {
  readonly prefix: string;
  readonly number: number;
}

/** Returns the number at the end of an update's id, if the id may be its position in the page. */
function positionIn({ id, ids }: IdentifiedUpdate, page: PageAddress): Position | undefined {
  if (id === undefined || (/^https?:/.test(id) && !isAnchored(id, page))) return undefined;
  const [, digits] = (id === ids.anchor ? /(\d{1,4})$/ : /(?:^|#)(\d{1,4})$/).exec(id) ?? [];
  return digits === undefined ? undefined : { prefix: id.slice(0, -digits.length), number: Number(digits) };
}

function withoutIds(update: IdentifiedUpdate, page: PageAddress): IdentifiedUpdate {
  const { url } = update;
  return { ...update, ids: {}, id: undefined, url: url && isAnchored(url, page) ? page.url : url };
}
