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
  /** The shortest time between two messages to an address, ms. Faster ones would be refused. */
  readonly spacingMs: number;
  /** Returns the bodies of the messages that an alert becomes, in their order and within the limits of the service. */
  readonly messages: (alert: Alert, timeZone: string, address: ChatAddress) => readonly string[];
  readonly request: (body: string, sending: Sending) => ChatRequest;
  /** Returns the status and the pause that an answer means, where they do not stand in the usual places. */
  readonly meaning?: (answer: ChatAnswer) => { readonly status?: number; readonly pauseMs?: number };
  /** Returns what the service said, in its own words: a code or a sentence. */
  readonly said: (answer: ChatAnswer) => string;
  /** Returns what to do about a refusal. */
  readonly advice: (answer: ChatAnswer) => string;
}

export const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' } as const;

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

/** Returns a field as text, or the whole body if there is no such field. */
export function saidIn({ body }: ChatAnswer, ...path: readonly string[]): string {
  const value = jsonField(body, ...path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : body;
}
