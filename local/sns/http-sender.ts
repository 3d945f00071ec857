import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { Agent, request } from 'undici';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

export interface HttpPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpSenderOptions {
  /** Limit on the duration of one try, ms. */
  readonly deadline: number;
  /** Pauses between tries, ms. There is one more try than pauses. */
  readonly pauses: readonly number[];
}

/** Limit on concurrent posts to one subscriber. */
const MAX_CONCURRENT_POSTS = 20;
/** Limit on waiting posts to one subscriber, since a subscriber that never answers must not fill the memory. */
const MAX_WAITING_POSTS = 1_000;
/** The rest of a longer answer is not read. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Servers send one or two. An endless series would use up a whole processor. */
const MAX_INTERIM_RESPONSES = 20;

/** Posts to subscribers in the background, so no subscriber delays a publish or another subscriber. */
export class HttpSender {
  readonly #options: HttpSenderOptions;
  readonly #agent = new Agent();
  readonly #closing = new AbortController();
  readonly #pending = new Set<Promise<void>>();
  readonly #subscribers = new Map<string, { readonly limit: ReturnType<typeof pLimit>; posts: number }>();

  constructor(options: HttpSenderOptions = { deadline: 5_000, pauses: [250, 1_000] }) {
    this.#options = options;
  }

  /** Returns at once. Calls `onFailure` if the last try fails, or if too many posts wait for the subscriber. */
  post(post: HttpPost, onFailure: (error: Error) => void): void {
    const subscriber = this.#subscribers.get(post.url) ?? { limit: pLimit(MAX_CONCURRENT_POSTS), posts: 0 };
    this.#subscribers.set(post.url, subscriber);
    if (subscriber.posts >= MAX_CONCURRENT_POSTS + MAX_WAITING_POSTS) {
      onFailure(failureOf(post, 0, `${MAX_WAITING_POSTS} earlier messages are still waiting`));
      return;
    }
    const isWaiting = subscriber.posts >= MAX_CONCURRENT_POSTS;
    subscriber.posts++;
    const delivery = subscriber
      .limit(() => {
        if (isWaiting && this.#closing.signal.aborted) throw failureOf(post, 0, 'news-alerts was stopped');
        return this.#deliver(post);
      })
      .catch(onFailure)
      .finally(() => {
        subscriber.posts--;
        if (subscriber.posts === 0) this.#subscribers.delete(post.url);
        this.#pending.delete(delivery);
      });
    this.#pending.add(delivery);
  }

  /** Resolves when the current tries have ended. Makes no further tries, and fails all waiting posts. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#pending);
    if (!this.#agent.closed) await this.#agent.close();
  }

  async #deliver(post: HttpPost): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const failure = await this.#try(post);
      if (failure === undefined) return;
      const pause = failure.permanent ? undefined : this.#options.pauses[tries - 1];
      if (pause !== undefined) {
        await sleep(pause, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
      if (pause === undefined || this.#closing.signal.aborted) {
        throw failureOf(post, tries, failure.reason);
      }
    }
  }

  /**
   * Posts once. Returns the failure; undefined on success. As in SNS, server errors and 429 are temporary and all other
   * refusals permanent. Follows no redirects.
   */
  async #try(post: HttpPost): Promise<{ reason: string; permanent: boolean } | undefined> {
    const tooManyInterim = new AbortController();
    const signal = AbortSignal.any([AbortSignal.timeout(this.#options.deadline), tooManyInterim.signal]);
    let interimResponses = 0;
    try {
      const { statusCode, body } = await request(withoutCredentials(post.url), {
        method: 'POST',
        headers: { ...post.headers, ...basicAuth(post.url) },
        body: post.body,
        dispatcher: this.#agent,
        signal,
        onInfo: () => {
          if (++interimResponses > MAX_INTERIM_RESPONSES)
            tooManyInterim.abort(new Error('too many interim responses (1xx)'));
        },
      });
      // The status decides. A problem with the rest of the answer must not send the message again.
      await body.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => undefined);
      if (statusCode >= 200 && statusCode < 300) return undefined;
      return { reason: `status ${statusCode}`, permanent: statusCode < 500 && statusCode !== 429 };
    } catch (error) {
      return { reason: String(error), permanent: false };
    }
  }
}

function failureOf(post: HttpPost, tries: number, reason: string): NewsAlertsError {
  const url = withoutCredentials(post.url).href;
  return new NewsAlertsError(`${url} did not accept the message (tries: ${tries}): ${reason}`, {
    context: { url, tries },
  });
}

function withoutCredentials(url: string): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}

/** Returns the header for the user and password in a subscriber's URL, which SNS allows and undici ignores. */
function basicAuth(url: string): Record<string, string> {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
