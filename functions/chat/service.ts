import type { Alert, ChatAddress } from '../shared/model.ts';

/** The parts of a service's HTTP response that its outcome depends on. */
export interface ChatAnswer {
  readonly status: number;
  /** The header, if there is one. */
  readonly retryAfter?: string;
  /** The beginning of the body. */
  readonly body: string;
}

/** One HTTP request, always a POST of JSON. */
export interface ChatRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The parts of a request other than the message. */
export interface Sending {
  readonly address: ChatAddress;
  /** The same for every try of the same news to the same recipient. */
  readonly id: string;
  /** Ms since the epoch. */
  readonly now: number;
  /** The name of a thread that the message has to begin. */
  readonly threadName: string;
  /** The thread that the message belongs to, as `threadOf` returned it. */
  readonly thread?: string;
}

/** How alerts are written for one service, and how its answers are read. */
export interface ServiceRow {
  /** A label, as in "Slack". */
  readonly name: string;
  /** Describes a valid address; completes the sentence "expected …". */
  readonly addressNoun: string;
  readonly exampleAddress: string;
  /** Returns whether a host belongs to the service itself, so that an address there is of no other service. */
  readonly isOwnHost: (host: string) => boolean;
  /** Returns whether messages can be posted to an address. A host of the user's own is not asked for. */
  readonly isAddress: (url: URL) => boolean;
  /** Returns the parts of an address that are secret. A deployment has names in their place. */
  readonly secretsOf: (address: ChatAddress) => readonly string[];
  /** The shortest time between two messages to an address, ms. Faster ones would be refused. */
  readonly spacingMs: number;
  /** Returns the bodies of the messages that an alert becomes, in their order and within the limits of the service. */
  readonly messages: (alert: Alert, timeZone: string, address: ChatAddress) => readonly string[];
  readonly request: (body: string, sending: Sending) => ChatRequest;
  /**
   * Returns the thread that an accepted request has begun or continued, if there is one. Absent if the service has no threads,
   * or does not tell which one it is.
   */
  readonly threadOf?: (answer: ChatAnswer, request: ChatRequest) => string | undefined;
  /** Returns the request that begins a new thread, if the service has refused one for the thread that it named or lacked. */
  readonly newThread?: (answer: ChatAnswer, body: string, sending: Sending) => ChatRequest | undefined;
  /** Returns the status and the pause that an answer means, where they do not stand in the usual places. */
  readonly meaning?: (answer: ChatAnswer) => { readonly status?: number; readonly pauseMs?: number };
  /** Returns what the service said, in its own words: a code or a sentence. */
  readonly said: (answer: ChatAnswer) => string;
  /** Returns what to do about a refusal. */
  readonly advice: (answer: ChatAnswer) => string;
}

export const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' } as const;

/** The address as a whole is secret: whoever has it can write to the chat. */
export const secretUrl: ServiceRow['secretsOf'] = ({ url }) => [url];

/** Posts the body to the address, without further headers. */
export const plainRequest: ServiceRow['request'] = (body, { address }) => ({
  url: address.url,
  headers: JSON_HEADERS,
  body,
});

/** Returns a field of a JSON object, or undefined for any other text. */
export function jsonField(body: string, ...path: readonly string[]): unknown {
  try {
    return path.reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? Object.getOwnPropertyDescriptor(value, key)?.value
          : undefined,
      JSON.parse(body),
    );
  } catch {
    return undefined;
  }
}

/** Returns a text or a number as text, or undefined for any other value. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Returns a field as text, or the whole body if there is no such field. */
export function saidIn({ body }: ChatAnswer, ...path: readonly string[]): string {
  return textOf(jsonField(body, ...path)) ?? body;
}
