import type { Alert } from './model.ts';

/** How a reader changes or ends what they receive by email. */
export interface Exit {
  /** SNS adds its own link to the end of the email. */
  readonly hasSnsLink?: true;
  /** Page on which readers ask for a link to their settings. */
  readonly page?: string;
  /** Link to this reader's settings. */
  readonly manage?: string;
  /** Link that ends this story for this reader. */
  readonly mute?: string;
}

/** Returns the story's id if an alert is about exactly one story; undefined for round-ups, digests and notices. */
export function onlyStoryOf({ kind, entries }: Pick<Alert, 'kind' | 'entries'>): string | undefined {
  if (kind !== 'new' && kind !== 'follow-up') return undefined;
  const [first, ...others] = new Set(entries.map(({ storyId }) => storyId));
  return others.length === 0 ? first : undefined;
}
