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
  /** Time for one try as a whole, ms. */
  readonly deadline: number;
  /** Pauses between tries, ms; one try more than there are pauses. */
  readonly pauses: readonly number[];
}

/** Posts to one subscriber at once, and those that wait for a place: one that never answers must not fill the memory. */
const MAX_CONCURRENT_POSTS = 20;
const MAX_WAITING_POSTS = 1_000;
/** What an answer may weigh; the rest is not read. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Servers send one or two; to read them without end takes all of a processor. */
const MAX_INTERIM_RESPONSES = 20;

/** Posts to subscribers in the background, so that none of them holds up a publish or another subscriber. */
export class HttpSender {
  readonly #options: HttpSenderOptions;
  readonly #agent = new Agent();
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #subscribers = new Map<string, { readonly limit: ReturnType<typeof pLimit>; posts: number }>();

  constructor(options: HttpSenderOptions = { deadline: 5_000, pauses: [250, 1_000] }) {
    this.#options = options;
  }

  /** Returns at once; `onFailure` is called when the last try has failed, or when too many posts wait for the subscriber. */
  post(post: HttpPost, onFailure: (error: Error) => void): void {
    const subscriber = this.#subscribers.get(post.url) ?? { limit: pLimit(MAX_CONCURRENT_POSTS), posts: 0 };
    this.#subscribers.set(post.url, subscriber);
    if (subscriber.posts >= MAX_CONCURRENT_POSTS + MAX_WAITING_POSTS) {
      onFailure(failureOf(post, 0, `${MAX_WAITING_POSTS} messages before it still wait for an answer`));
      return;
    }
    const waits = subscriber.posts >= MAX_CONCURRENT_POSTS;
    subscriber.posts++;
    const delivery = subscriber
      .limit(() => {
        if (waits && this.#closing.signal.aborted) throw failureOf(post, 0, 'news-alerts was stopped');
        return this.#deliver(post);
      })
      .catch(onFailure)
      .finally(() => {
        subscriber.posts--;
        if (subscriber.posts === 0) this.#subscribers.delete(post.url);
        this.#underWay.delete(delivery);
      });
    this.#underWay.add(delivery);
  }

  /** Waits for the tries under way; what fails then is not tried again, and what waits for a place is not tried at all. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
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

  /** As SNS does: server errors and 429 may pass, any other refusal will not. Redirects are not followed. */
  async #try(post: HttpPost): Promise<{ reason: string; permanent: boolean } | undefined> {
    const endless = new AbortController();
    const signal = AbortSignal.any([AbortSignal.timeout(this.#options.deadline), endless.signal]);
    let interim = 0;
    try {
      const { statusCode, body } = await request(withoutCredentials(post.url), {
        method: 'POST',
        headers: { ...post.headers, ...basicAuth(post.url) },
        body: post.body,
        dispatcher: this.#agent,
        signal,
        onInfo: () => {
          if (++interim > MAX_INTERIM_RESPONSES)
            endless.abort(new Error('nothing but interim answers (1xx)'));
        },
      });
      // The status has decided already: trouble with the rest of the answer must not send the message again.
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
  return new NewsAlertsError(`${url} did not take the message (tries: ${tries}): ${reason}`, {
    context: { url, tries },
  });
}

function withoutCredentials(url: string): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}

/** A subscriber may put a name and password into its URL, as SNS allows; undici would ignore them. */
function basicAuth(url: string): Record<string, string> {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
