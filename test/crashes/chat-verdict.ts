import { newsIdentity, type OutboxEntry } from '../../local/outbox/outbox-entry.ts';
import type { ReceivedPost } from './faulty-webhook.ts';

export interface ChatEvidence {
  /** All publishes in order. */
  readonly publishes: readonly OutboxEntry[];
  /** Everything that the webhook received, in order. */
  readonly posts: readonly ReceivedPost[];
}

export interface ChatVerdict {
  /** Expected messages. */
  readonly expected: number;
  readonly lost: number;
  /** Messages that were taken again. */
  readonly copies: number;
  /** Violations of the rules. */
  readonly faults: readonly string[];
}

/**
 * Checks the rules of the chat queue. Each recipient of a publish receives it, signed. It is repeated only if it was unknown
 * whether it had been accepted, and with the same id and body.
 */
export function chatVerdictOn({ publishes, posts }: ChatEvidence): ChatVerdict {
  const faults: string[] = [];
  const expected = new Set<string>();
  let lost = 0;
  for (const publish of publishes) {
    for (const { protocol, endpoint, how, detail } of publish.deliveries) {
      if (protocol !== 'webhook') continue;
      const about = `${publish.messageId} (${publish.subject}) for ${endpoint}`;
      const id = newsIdentity(publish, endpoint);
      expected.add(id);
      if (how !== 'sent') faults.push(`${about} ended as ${how}: ${detail}`);
      const taken = posts.filter((post) => post.id === id && post.outcome !== 'refused');
      const hasNews = ({ body }: ReceivedPost) =>
        publish.alert?.entries.every(({ title }) => body.includes(JSON.stringify(title))) ?? false;
      if (taken.some(hasNews)) continue;
      lost++;
      faults.push(`${about} was ${taken.length === 0 ? 'never taken' : 'taken without its news'}`);
    }
  }
  let copies = 0;
  for (const [n, post] of posts.entries()) {
    const about = `the post ${post.id}`;
    if (!post.isSigned) faults.push(`${about} has no valid signature`);
    if (!expected.has(post.id)) faults.push(`${about} belongs to no publish`);
    const before = posts.findLastIndex(
      (other, m) => m < n && other.id === post.id && other.outcome !== 'refused',
    );
    const earlier = posts[before];
    if (!earlier) continue;
    copies++;
    if (earlier.body !== post.body) faults.push(`${about} came again with another body`);
    // A killed run can only have failed to record the last post that was accepted.
    const isLastOfRun = !posts.slice(before + 1).some(({ run }) => run === earlier.run);
    if (earlier.outcome === 'answered' && !isLastOfRun)
      faults.push(`${about} came again, although it had certainly been accepted`);
  }
  return { expected: expected.size, lost, copies, faults };
}
