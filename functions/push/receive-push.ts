import { createHmac, timingSafeEqual } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Log } from '../shared/events.ts';
import { hashBytes } from '../shared/hash.ts';
import { headerLinksWith } from '../shared/link-header.ts';
import {
  type FeedDue,
  MAX_LEASE_MS,
  type Push,
  SIGNATURE_METHODS,
  type SignatureMethod,
} from '../shared/messages.ts';
import type { Clock, PipelineConfig } from '../shared/model.ts';
import type { Queue } from '../shared/ports.ts';
import {
  callsInHour,
  isWeaker,
  MAX_CALLS_PER_HOUR,
  type PushSubscription,
  type PushSubscriptions,
} from '../shared/store/push-subscriptions.ts';

export interface PushDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly config: PipelineConfig;
  readonly subscriptions: Pick<PushSubscriptions, 'get'>;
  readonly feeds: Queue<FeedDue>;
}

/** A request to the address that hubs call. */
export interface PushRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface PushResponse {
  readonly status: number;
  /** Plain text. */
  readonly body: string;
}

/** Bytes. Documents that are fetched have the same limit. */
export const MAX_PUSH_BYTES = 5 * 1024 * 1024;
/** Characters. A message may have 1 MiB. */
const MAX_BODY_IN_MESSAGE = 900_000;
/** W3C's WebSub sets no limit. Real challenges have some 40 characters. */
const MAX_CHALLENGE = 1_000;
const MAX_LINKS = 10;

const NO_SUBSCRIPTION = 'expected the address of a subscription, got another';

/**
 * Answers a hub: confirms a subscription that was asked for, and accepts signed content of the feed. What is accepted goes to
 * poll through the feeds queue before the answer, so a hub may forget it.
 */
export async function receivePush(deps: PushDeps, request: PushRequest): Promise<PushResponse> {
  const { clock, log, config, subscriptions, feeds } = deps;
  const [feedId = '', token = ''] = request.path.split('/').slice(-2).map(decoded);
  const isOn = config.push !== false;
  const feed = isOn ? config.feeds.find(({ id, enabled }) => id === feedId && enabled) : undefined;
  const subscription = feed && token !== '' ? await subscriptions.get(feedId) : undefined;
  const isKnown = subscription !== undefined && isSame(token, subscription.token);
  const isContent = request.method === 'POST';
  const outcome = !isKnown
    ? // With 410, a hub ends the subscription; with 404, it does not begin one.
      refusal(isContent ? 410 : 404, NO_SUBSCRIPTION)
    : isContent
      ? contentOf(request, subscription)
      : request.method === 'GET'
        ? confirmationOf(request.query, subscription)
        : refusal(405, 'expected GET or POST');
  // Polls find what is refused here. Only calls that would be accepted are counted.
  const isTooMuch = subscription && outcome.push && callsInHour(subscription, clock()) >= MAX_CALLS_PER_HOUR;
  const { status, body, push }: Outcome = isTooMuch
    ? refusal(429, `expected at most ${MAX_CALLS_PER_HOUR} calls in an hour`)
    : outcome;
  if (push && feed) {
    const tickAt = new Date(clock()).toISOString();
    await feeds.send([{ body: { v: 1, feedId, tickAt, push }, group: new URL(feed.url).host.slice(-128) }]);
    log.info('push', { feedId, kind: push.kind });
  } else {
    // An unknown name may be anything, and anyone can send thousands.
    if (isKnown) log.info('push-refused', { feedId, status, reason: body });
    else log.debug('push-refused', { status, reason: body });
  }
  return { status, body };
}

type Outcome = PushResponse & { readonly push?: Push };

const refusal = (status: number, reason: string): Outcome => ({ status, body: reason });

/** Answers the request by which a hub checks that we want a subscription. */
function confirmationOf(query: URLSearchParams, { topic }: PushSubscription): Outcome {
  const mode = query.get('hub.mode');
  if (query.get('hub.topic') !== topic) return refusal(404, 'expected the subscribed topic, got another');
  if (mode === 'denied') return { status: 200, body: '', push: { kind: 'denied' } };
  const challenge = query.get('hub.challenge') ?? '';
  // We let leases end, so nobody asks for the end of a subscription.
  if (mode !== 'subscribe' || challenge === '' || challenge.length > MAX_CHALLENGE)
    return refusal(404, 'expected hub.mode=subscribe and hub.challenge');
  const seconds = Number(query.get('hub.lease_seconds'));
  const lease = Math.round(Math.min((seconds > 0 ? seconds : MISSING_LEASE_SECONDS) * 1000, MAX_LEASE_MS));
  return { status: 200, body: challenge, push: { kind: 'lease', topic, lease } };
}

/** WebSub demands the length of a lease. */
const MISSING_LEASE_SECONDS = 86_400;

/** Accepts content with a valid signature. */
function contentOf({ body, headers }: PushRequest, subscription: PushSubscription): Outcome {
  if (body.length > MAX_PUSH_BYTES)
    return refusal(413, `expected at most ${MAX_PUSH_BYTES} bytes, got ${body.length}`);
  const signature = signatureOf(headers['x-hub-signature']);
  if (!signature) return refusal(403, 'expected X-Hub-Signature: method=signature');
  const { method, digest } = signature;
  if (isWeaker(method, subscription))
    return refusal(403, `expected a signature with ${subscription.signedWith} or better, got ${method}`);
  const expected = createHmac(method, subscription.secret).update(body).digest();
  if (digest.length !== expected.length || !timingSafeEqual(digest, expected))
    return refusal(403, 'expected a signature with the secret of the subscription, got another');
  const packed = gzipSync(body).toString('base64');
  const encoding = headers['content-encoding'];
  const push: Push = {
    kind: 'content',
    id: hashBytes(body),
    ...(packed.length > MAX_BODY_IN_MESSAGE ? {} : { body: packed }),
    contentType: headers['content-type'] ?? '',
    ...(encoding === undefined ? {} : { encoding }),
    self: headerLinksWith('self', headers.link ?? '').slice(0, MAX_LINKS),
    signedWith: method,
  };
  return { status: 202, body: '', push };
}

function signatureOf(header = ''): { readonly method: SignatureMethod; readonly digest: Buffer } | undefined {
  const [, name, hex = ''] = /^\s*(\w+)=([0-9a-f]+)\s*$/i.exec(header) ?? [];
  const method = SIGNATURE_METHODS.find((known) => known === name?.toLowerCase());
  return method && { method, digest: Buffer.from(hex, 'hex') };
}

/** Compares in a time that does not depend on where the texts differ. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
