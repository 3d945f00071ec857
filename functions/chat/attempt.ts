import { type Attempt, hasTime } from '../shared/delivery/deps.ts';
import type { SendOutcome } from '../shared/delivery/outcome.ts';
import { hash64 } from '../shared/hash.ts';
import type { Alert, ChatAddress, ChatRecipient } from '../shared/model.ts';
import type { RecipientClaim, RecipientProgress } from '../shared/store/recipient-claims.ts';
import { chatAddressFault } from './chat-address-fault.ts';
import type { ChatDeps } from './deps.ts';
import { addressReferences, filledAddress } from './references.ts';
import type { ServiceRow } from './service.ts';
import { CHAT_SERVICES } from './services.ts';
import { threadNameOf, threadStoryOf } from './threads.ts';

/** A recipient in one invocation. */
export interface ChatLane {
  readonly recipient: ChatRecipient;
  /** Service and name. */
  readonly key: string;
  /** The service accepts no further message before this time, ms. */
  freeAt: number;
}

/** Sends the messages of an alert that the service has not accepted yet. */
export async function attempt(
  deps: ChatDeps,
  alert: Alert,
  lane: ChatLane,
  claim: RecipientClaim,
): Promise<Attempt> {
  const { clock, claims } = deps;
  const { parts, thread: ownThread } = claim.before;
  const address = await addressOf(deps, lane.recipient);
  if ('kind' in address) return { outcome: address, progress: claim.before };
  const bodies = bodiesOf(deps, alert, address);
  if ('kind' in bodies) return { outcome: bodies, progress: claim.before };
  let accepted = parts?.of === bodies.length ? parts.accepted : 0;
  let thread = ownThread ?? (await threadOf(deps, alert, lane));
  const progress = (): RecipientProgress => ({
    ...(bodies.length > 1 ? { parts: { of: bodies.length, accepted } } : {}),
    thread,
  });
  for (;;) {
    const wait = lane.freeAt - clock();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const outcome = await deps.send(bodies[accepted] ?? '', {
      address,
      id: hash64(alert.id, lane.key),
      now: clock(),
      threadName: threadNameOf(alert),
      ...(thread === undefined ? {} : { thread }),
    });
    lane.freeAt = clock() + CHAT_SERVICES[address.service].spacingMs;
    if (outcome.kind !== 'sent') return { outcome, progress: progress() };
    accepted++;
    thread = outcome.thread ?? thread;
    if (accepted >= bodies.length) return { outcome, progress: progress() };
    await claims.extend(claim, progress(), clock());
    if (!hasTime(deps)) return { outcome: { kind: 'unfinished' }, progress: progress() };
  }
}

/** Returns the address of a recipient with its secrets, or why there is none. */
async function addressOf(
  { secrets }: ChatDeps,
  recipient: ChatRecipient,
): Promise<ChatAddress | Exclude<SendOutcome, { kind: 'sent' }>> {
  const values = new Map<string, string>();
  for (const name of addressReferences(recipient)) {
    const result = await secrets.get(name);
    // The value may be set within the day.
    if ('fault' in result) return { kind: 'retry', detail: result.fault };
    values.set(name, result.value);
  }
  const address = filledAddress(recipient, (name) => values.get(name));
  const fault = chatAddressFault(address.service, address.url, address.private === true);
  if (fault === undefined) return { ...address, url: new URL(address.url).href };
  const cause = values.size === 0 ? 'the address in the file' : [...values.keys()].join(' or ');
  return { kind: 'refused', detail: `${fault}; correct ${cause}` };
}

function bodiesOf(
  { zoneOf }: ChatDeps,
  alert: Alert,
  address: ChatAddress,
): readonly string[] | Exclude<SendOutcome, { kind: 'sent' }> {
  try {
    return CHAT_SERVICES[address.service].messages(alert, zoneOf(alert.topicId), address);
  } catch (error) {
    return {
      kind: 'refused',
      detail: `the message could not be written, please report this: ${String(error)}`,
    };
  }
}

/** Returns the thread of an alert's story, if the service has threads and an earlier message has begun it. */
async function threadOf({ threads }: ChatDeps, alert: Alert, lane: ChatLane): Promise<string | undefined> {
  const storyId = threadStoryOf(alert);
  const row: ServiceRow = CHAT_SERVICES[lane.recipient.service];
  if (storyId === undefined || row.threadOf === undefined) return undefined;
  return threads.get({ topicId: alert.topicId, storyId, recipient: lane.key });
}
