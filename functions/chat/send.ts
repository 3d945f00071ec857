import http from 'node:http';
import https from 'node:https';
import { REQUEST_DEADLINE_MS } from '../shared/delivery/deps.ts';
import type { SendOutcome } from '../shared/delivery/outcome.ts';
import type { ChatAddress } from '../shared/model.ts';
import { redactAddresses } from '../shared/redact-address.ts';
import { RefusedAddressError, ssrfGuard } from '../shared/ssrf-guard.ts';
import { shorten } from '../shared/text/safe-text.ts';
import type { ChatAnswer, ChatRequest, Sending, ServiceRow } from './service.ts';
import { CHAT_SERVICES } from './services.ts';

export interface SendOptions {
  /** Limit on a whole request, ms. */
  readonly deadlineMs?: number;
  /** Ends the current request. */
  readonly signal?: AbortSignal;
}

/** The rest of a longer answer is not read. */
const MAX_ANSWER_BYTES = 16 * 1024;
/** The characters of an answer that are shown. */
const MAX_SAID = 200;
const MAX_PAUSE_MS = 24 * 3_600_000;
const USER_AGENT = 'news-alerts';

/** Posts one message. Follows no redirects, and reaches non-public addresses only for `private: true`. Never rejects. */
export async function sendChatMessage(
  body: string,
  sending: Sending,
  options: SendOptions = {},
): Promise<SendOutcome> {
  const { address } = sending;
  const row: ServiceRow = CHAT_SERVICES[address.service];
  const redact = (text: string) => withoutSecrets(text, address);
  const exchange = async (request: ChatRequest) => ({
    request,
    answer: await post(request, address.private === true, options),
  });
  try {
    const first = await exchange(row.request(body, sending));
    const again = row.newThread?.(first.answer, body, sending);
    const { request, answer } = again ? await exchange(again) : first;
    const outcome = outcomeOf(answer, row, redact, sending.now);
    if (outcome.kind !== 'sent') return outcome;
    const thread = row.threadOf?.(answer, request);
    return thread === undefined ? outcome : { ...outcome, thread };
  } catch (error) {
    return failureOf(error, row, redact, new URL(address.url).host);
  }
}

/** Connection errors before anything was sent. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

function failureOf(
  error: unknown,
  { name }: ServiceRow,
  redact: (text: string) => string,
  host: string,
): SendOutcome {
  const said = redact(error instanceof Error ? error.message || error.name : String(error));
  if (error instanceof RefusedAddressError) return { kind: 'refused', detail: said };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (NOT_CONNECTED.test(code))
    return {
      kind: 'retry',
      detail: `${name} cannot be reached at ${host}; check the address and the network: ${said}`,
    };
  return {
    kind: 'retry',
    mayBeSent: true,
    detail: `${name} gave no answer and may have the message already; it is sent again: ${said}`,
  };
}

function outcomeOf(
  answer: ChatAnswer,
  row: ServiceRow,
  redact: (text: string) => string,
  now: number,
): SendOutcome {
  const { status = answer.status, pauseMs = retryAfter(answer, now) } = row.meaning?.(answer) ?? {};
  const meant = { ...answer, status };
  const said = redact(row.said(meant));
  const answered = `${row.name} answered ${status}${said === '' ? '' : ` (${said})`}`;
  if (status >= 200 && status < 300) return { kind: 'sent', answer: answered };
  const pause = pauseMs === undefined ? {} : { pauseMs: Math.min(Math.max(pauseMs, 0), MAX_PAUSE_MS) };
  if (status === 429) return { kind: 'retry', detail: `${answered}: too many messages for now`, ...pause };
  if (status === 408 || status === 425) return { kind: 'retry', detail: answered, ...pause };
  if (status >= 500)
    return {
      kind: 'retry',
      mayBeSent: true,
      detail: `${answered}: it has a fault, and may have the message already; it is sent again`,
      ...pause,
    };
  if (status < 400)
    return {
      kind: 'refused',
      detail: `${answered}: redirects are not followed; use the final address in the file`,
    };
  return { kind: 'refused', detail: `${answered}: ${row.advice(meant)}` };
}

/** Returns the pause of a Retry-After header, ms: a number of seconds, or a date. */
function retryAfter({ retryAfter: header }: ChatAnswer, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) : undefined;
  const pause = seconds === undefined ? Date.parse(header) - now : Math.ceil(seconds * 1_000);
  return Number.isNaN(pause) ? undefined : pause;
}

/** Returns a text of a server as one short line without the secrets of an address. */
function withoutSecrets(text: string, { url, token, secret }: ChatAddress): string {
  const { pathname, search, searchParams } = new URL(url);
  const parts = [...pathname.split('/'), ...searchParams.values()];
  const secrets = [url, pathname + search, search, token, secret, ...parts].filter(
    (part): part is string => part !== undefined && part.length >= MIN_SECRET_LENGTH,
  );
  const line = text.replace(/[\s\p{Cc}\p{Bidi_Control}]+/gu, ' ').trim();
  const redacted = secrets.reduce((rest, part) => rest.replaceAll(part, '***'), redactAddresses(line));
  return shorten(redacted, MAX_SAID);
}

/** Shorter parts of an address, such as "api", say nothing. */
const MIN_SECRET_LENGTH = 8;

class LateError extends Error {}

/** Posts a request on a connection of its own. Rejects if there is no answer. */
function post(
  { url, headers, body }: ChatRequest,
  ownNetwork: boolean,
  { deadlineMs = REQUEST_DEADLINE_MS, signal }: SendOptions,
): Promise<ChatAnswer> {
  const guard = ssrfGuard({ ownNetwork }, () => remedyFor(ownNetwork));
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    // IP addresses are never passed to `lookup`.
    guard.checkHost(target.hostname.replace(/^\[|\]$/g, ''));
    const client = target.protocol === 'https:' ? https : http;
    const request = client.request(target, {
      method: 'POST',
      agent: false,
      lookup: guard.lookup,
      ...(signal ? { signal } : {}),
      headers: {
        'user-agent': USER_AGENT,
        ...headers,
        'content-length': Buffer.byteLength(body),
        connection: 'close',
      },
    });
    const timer = setTimeout(
      () => request.destroy(new LateError(`no answer within ${Math.round(deadlineMs / 1_000)} seconds`)),
      deadlineMs,
    );
    let informational = 0;
    request.on('information', () => {
      if (++informational > MAX_INFORMATIONAL_RESPONSES)
        request.destroy(new Error('only informational responses (1xx)'));
    });
    request.on('error', reject);
    request.on('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection closed without an answer'));
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const header = response.headers['retry-after'];
      // The status decides. A problem with the rest of the answer must not send the message again.
      const settle = () => {
        resolve({
          status: response.statusCode ?? 0,
          ...(header === undefined ? {} : { retryAfter: header }),
          body: Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8'),
        });
        request.destroy();
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= MAX_ANSWER_BYTES) settle();
      });
      response.on('end', settle);
      response.on('error', settle);
      response.on('close', settle);
    });
    request.end(body);
  });
}

const remedyFor = (ownNetwork: boolean): string =>
  ownNetwork
    ? 'messages never go there, not even with private: true; use another address'
    : 'for a server on this machine or in your own network, write private: true beside the address in the file';

/** Servers send one or two. Reading an endless series would keep the processor busy. */
const MAX_INFORMATIONAL_RESPONSES = 20;
