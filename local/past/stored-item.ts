import type { FoundItem } from './past.ts';

/** A value in the form of DynamoDB's API, as far as items have such values. */
interface TypedValue {
  readonly S?: string | undefined;
  readonly L?: readonly TypedValue[] | undefined;
}

/** A record in the form of DynamoDB's API. */
export type TypedRecord = Readonly<Record<string, TypedValue | undefined>>;

export const ITEM_PREFIX = 'ITEM#';
const FEED_PREFIX = 'FEED#';

/**
 * Returns the item in a record; undefined if a part is missing. Converts the record by itself, because the SDK's
 * conversion takes most of the time of reading 100,000 items.
 */
export function storedItemOf(record: TypedRecord): FoundItem | undefined {
  const { pk, sk, title, summary, content, seenAt } = record;
  const foundAt = Date.parse(seenAt?.S ?? '');
  if (
    !pk?.S?.startsWith(ITEM_PREFIX) ||
    !sk?.S?.startsWith(FEED_PREFIX) ||
    title?.S === undefined ||
    Number.isNaN(foundAt)
  )
    return undefined;
  const { rubric, context, url, published, language } = record;
  return {
    id: pk.S.slice(ITEM_PREFIX.length),
    feedId: sk.S.slice(FEED_PREFIX.length),
    title: title.S,
    summary: summary?.S ?? '',
    content: content?.S ?? '',
    authors: textsIn(record.authors),
    categories: textsIn(record.categories),
    ...(rubric?.S === undefined ? {} : { rubric: rubric.S }),
    ...(context?.S === undefined ? {} : { context: context.S }),
    ...(url?.S === undefined ? {} : { url: url.S }),
    ...(published?.S === undefined ? {} : { published: published.S }),
    ...(language?.S === undefined ? {} : { language: language.S }),
    foundAt,
  };
}

function textsIn(list: TypedValue | undefined): readonly string[] {
  return list?.L?.flatMap(({ S }) => S ?? []) ?? [];
}
