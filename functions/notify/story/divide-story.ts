import type { Story } from '../../shared/store/stories.ts';
import { outletOf, outletsWith } from './outlets.ts';
import { headlineHash, headlineOf, type Signature, signatureOf, termsIn, textOf } from './signature.ts';
import type { StoryMember } from './story-members.ts';
import { withItemText } from './with-item-text.ts';

/** The facts that a story keeps about its items, apart from their ids. */
export type StoryContents = Pick<
  Story,
  'sources' | 'outlets' | 'signatures' | 'headlines' | 'terms' | 'livePage'
>;

/**
 * Divides a story. Returns the contents of a new story of the `taken` members, in this order, and those of the old story
 * without what only they brought. `left` are the members that stay. `isComplete`: the story has no others.
 *
 * A story keeps the signatures of a few items, not all of them, and does not say whose they are. They are recognised by
 * the texts of the items. A signature that made room for one of the taken items does not come back.
 */
export function divideStory(
  story: Story,
  taken: readonly StoryMember[],
  left: readonly StoryMember[],
  isComplete: boolean,
): { readonly taken: StoryContents; readonly left: StoryContents } {
  const page = pageOf(story, taken, left);
  return {
    taken: { ...contentsOf(story, taken), ...(page === undefined ? {} : { livePage: page }) },
    left: {
      ...contentsWithout(story, taken, left, isComplete),
      ...(story.livePage === undefined || page !== undefined ? {} : { livePage: story.livePage }),
    },
  };
}

/** Returns the live page whose updates follow the taken members, if none of the others is from that page. */
function pageOf({ livePage }: Story, taken: readonly StoryMember[], left: readonly StoryMember[]) {
  const isOfPage = ({ feed, item }: StoryMember) => feed.id === livePage && item.context !== undefined;
  return taken.some(isOfPage) && !left.some(isOfPage) ? livePage : undefined;
}

function contentsOf(story: Story, members: readonly StoryMember[]): StoryContents {
  let sources: readonly string[] = [];
  let outlets: readonly string[] = [];
  let texts: Pick<Story, 'signatures' | 'headlines' | 'terms'> = {};
  for (const member of members) {
    const { feed, item } = member;
    outlets = outletsWith({ sources, outlets }, member);
    sources = [...new Set([...sources, feed.title])];
    const signature = knownSignature(story, member);
    texts = texts.signatures
      ? withItemText({ ...texts, title: item.title }, item, signature)
      : { signatures: [signature], headlines: [headlineHash(item.title)] };
  }
  return { sources, outlets, ...texts };
}

function contentsWithout(
  { sources, outlets, signatures, headlines, terms }: Story,
  taken: readonly StoryMember[],
  left: readonly StoryMember[],
  isComplete: boolean,
): Omit<StoryContents, 'livePage'> {
  /** Returns the values that some of the members that stay have too, or that none of the others has. */
  const without = (values: readonly string[], valuesOf: (member: StoryMember) => readonly string[]) => {
    const [gone, kept] = [new Set(taken.flatMap(valuesOf)), new Set(left.flatMap(valuesOf))];
    return values.filter((value) => !gone.has(value) || kept.has(value));
  };
  // A copy has its text in common with another item, and does not count as its source.
  const originals = left.filter(({ version }) => version?.role !== 'copy');
  const remaining = signatures?.filter((signature) => !isSignatureOf(signature, taken, originals));
  const known = terms === undefined ? [] : without(termsIn(terms), (member) => termsIn(signatureIn(member)));
  return {
    sources: isComplete ? without(sources, ({ feed }) => [feed.title]) : sources,
    ...(outlets && {
      outlets: isComplete ? without(outlets, (one) => outletsWith({ sources: [] }, one)) : outlets,
    }),
    ...(remaining && { signatures: remaining }),
    ...(headlines && { headlines: without(headlines, headlinesIn) }),
    ...(known.length > 0 ? { terms: known.join(' ') } : {}),
  };
}

/**
 * Returns whether a signature is that of a taken member and of none of the others. If its text has been edited since, the
 * headline that was delivered decides.
 */
function isSignatureOf(
  signature: Signature,
  taken: readonly StoryMember[],
  others: readonly StoryMember[],
): boolean {
  const hasText = (member: StoryMember) => textOf(signatureIn(member)) === textOf(signature);
  const hasHeadline = (member: StoryMember) => deliveredHeadline(member) === headlineOf(signature);
  if (others.some(hasText)) return false;
  return taken.some(hasText) || (taken.some(hasHeadline) && !others.some(hasHeadline));
}

const textIn = ({ item, feed }: StoryMember) => ({ ...item, outlet: outletOf(item.url, feed.title) });
const signatureIn = (member: StoryMember): Signature => signatureOf(textIn(member));
/** Returns the signature of a member: the one in its story if the text is not stored. */
function knownSignature({ signatures = [] }: Story, member: StoryMember): Signature {
  const isIts = (signature: Signature) => headlineOf(signature) === deliveredHeadline(member);
  return (member.isStored ? undefined : signatures.find(isIts)) ?? signatureIn(member);
}
const deliveredHeadline = (member: StoryMember): string =>
  headlineOf(signatureOf({ ...textIn(member), title: member.version?.title ?? member.item.title }));

/** Returns the hashes of an item's latest headline and of the one that was delivered. */
export const headlinesIn = ({ item, version }: StoryMember): string[] =>
  [item.title, version?.title ?? item.title].map(headlineHash);
