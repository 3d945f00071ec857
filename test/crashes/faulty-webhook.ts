import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** The secret of the runs' webhook. */
export const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export interface ReceivedPost {
  /** The `webhook-id`. */
  readonly id: string;
  readonly body: string;
  /** Number of the process that sent it. */
  readonly run: number;
  readonly isSigned: boolean;
  /** `answered`: accepted, and the answer was written; `unanswered`: accepted or not, the sender cannot know. */
  outcome: 'answered' | 'unanswered' | 'refused';
}

/** Longer than an answer takes, so kills meet posts. */
const DELAY_MS = 60;
const ANSWERS = ['ok', 'ok', 'busy', 'ok', 'reset', 'ok', 'down', 'ok'] as const;

/** A program that receives webhooks, and fails in turn. */
export class FaultyWebhook {
  readonly posts: ReceivedPost[] = [];
  /** Number of the current process. */
  run = 0;
  #number = 0;
  readonly #server = createServer(async (request, response) => {
    const body = await text(request).catch(() => undefined);
    // The sender was killed while it sent.
    if (body === undefined) return;
    const header = (name: string) => String(request.headers[name] ?? '');
    const [id, timestamp] = [header('webhook-id'), header('webhook-timestamp')];
    const key = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    const post: ReceivedPost = {
      id,
      body,
      run: this.run,
      isSigned: header('webhook-signature') === `v1,${signature}`,
      outcome: 'unanswered',
    };
    this.posts.push(post);
    const answer = ANSWERS[this.#number++ % ANSWERS.length];
    await sleep(DELAY_MS);
    if (answer === 'reset') request.socket.resetAndDestroy();
    else if (answer === 'down') response.writeHead(500).end();
    else if (answer === 'busy') {
      post.outcome = 'refused';
      response.writeHead(429, { 'retry-after': '0' }).end();
    } else {
      // Set before the sender can end: it knows only what it has read.
      if (!request.socket.destroyed) post.outcome = 'answered';
      response.writeHead(204).end();
    }
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/news`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
