import type { Push } from './messages.ts';
import type { Alert, Protocol } from './model.ts';
import type { DeliveryName } from './pipeline.ts';

/** Shown to people, counted in summaries, and stored at the start of a state's `lastFailure`. */
export type FailureKind =
  /** No connection: the name was not found, the connection was refused, or there is no network. */
  | 'unreachable'
  | 'timeout'
  /** A secret in the feed's address has no value. */
  | 'secret'
  /** The SSRF guard refused the address: see ssrf-guard.ts. */
  | 'refused'
  /** HTTP 410: the feed will not come back. */
  | 'gone'
  /** An HTTP status without a document. */
  | 'status'
  /** No entry of the feed is within the limit, or only its oldest ones are. */
  | 'too-large'
  | 'redirects'
  /** A response without a body. */
  | 'empty'
  /** A web page instead of a feed. */
  | 'html'
  /** Nothing in the response can be read as a feed. */
  | 'malformed';

/** The outcome of a poll. `title` is the document's title, if the file has none for the feed. */
export type PollEvent = { readonly feedId: string; readonly title?: string } & (
  | {
      readonly outcome: 'changed';
      readonly new: number;
      readonly edited: number;
      /** The feed's first poll. */
      readonly first: boolean;
    }
  | {
      readonly outcome: 'failed';
      readonly kind: FailureKind;
      readonly detail: string;
      /** Consecutive failures. */
      readonly failures: number;
      /** The server asks clients to send no request before this time, ms since the epoch. */
      readonly retryAt?: number;
    }
  | {
      readonly outcome:
        | 'unchanged'
        | 'waiting'
        | 'resting'
        | 'stopped'
        | 'ended'
        | 'unconfigured'
        | 'superseded'
        | 'subscribed'
        | 'repeated';
    }
);

type Failed = { readonly error: string };
type OfAlert = { readonly alertId: string; readonly topicId: string; readonly kind: Alert['kind'] };
type OfRecipient = {
  readonly alertId: string;
  readonly topicId: string;
  /** Never an address. */
  readonly recipient: string;
  /** Tries so far. */
  readonly tries: number;
};
type OfMessage = { readonly messageId: string; readonly receives: string };

/** The log events of the pipeline: the fields of each, by its name. */
/** The events of the functions that deliver alerts themselves. */
type DeliveryEvents = {
  readonly [Name in `${DeliveryName}-sent`]: OfRecipient;
} & {
  readonly [Name in `${DeliveryName}-waits`]: OfRecipient & {
    readonly detail: string;
    readonly nextAt: string;
  };
} & {
  readonly [Name in `${DeliveryName}-failed`]: OfRecipient & { readonly detail: string };
} & {
  readonly [Name in `${DeliveryName}-error`]: Failed & Omit<OfRecipient, 'tries'>;
} & {
  readonly [Name in `${DeliveryName}-unlisted`]: Failed;
} & {
  readonly [Name in `${DeliveryName}-unreadable`]: { readonly messageId: string };
} & {
  readonly [Name in `${DeliveryName}-not-postponed`]: Failed & { readonly messageId: string };
};

export interface EventFields extends DeliveryEvents {
  // dispatch
  readonly dispatch: { readonly tickAt: string; readonly feeds: number; readonly digests: number };
  readonly 'topics-silent': {
    readonly topics: number;
    readonly of: number;
    /** Ids of the first ones. */
    readonly some: readonly string[];
  };
  readonly 'silence-unknown': Failed;
  // poll
  readonly poll: PollEvent;
  readonly 'words-not-counted': Failed;
  // push
  readonly push: { readonly feedId: string; readonly kind: Push['kind'] };
  readonly 'push-refused': { readonly feedId?: string; readonly status: number; readonly reason: string };
  // match
  readonly match: { readonly feedId: string; readonly items: number; readonly hits: number };
  // notify
  readonly alert: OfAlert & {
    readonly entries: number;
    readonly title: string | undefined;
    readonly resumed: boolean;
  };
  readonly 'alert-skipped': OfAlert & { readonly reason: string };
  readonly 'publish-failed': OfAlert & { readonly outcome: string; readonly detail: string };
  readonly gathered: {
    readonly topicId: string;
    readonly feedId: string;
    readonly items: number;
    readonly reserved: string;
  };
  readonly 'left-out': { readonly topicId: string; readonly kind: Alert['kind']; readonly entries: number };
  readonly 'notice-left-out': { readonly feedId: string; readonly title: string };
  readonly 'topic-gone': { readonly topicId: string; readonly dropped: number };
  readonly 'digest-waits': { readonly topicId: string; readonly dueAt: string; readonly reason: string };
  readonly 'digest-failed': Failed & { readonly topicId: string; readonly dueAt: string };
  // every stage with a queue
  readonly 'retry-later': OfMessage & { readonly reason: string };
  readonly 'message-failed': OfMessage & Failed;
  // channels
  readonly channels: { readonly channels: number; readonly created: number };
  readonly 'channels-removed': { readonly channels: number };
  readonly 'channels-failed': { readonly Status: string; readonly Reason?: string };
  // signup; never with an address
  readonly signup: {
    readonly protocol: Protocol;
    readonly topics: number;
    /** Ids of the topics for which SNS takes no more subscribers. */
    readonly full: readonly string[];
  };
  readonly 'signup-code': { readonly topics: number };
  readonly 'signup-link': Readonly<Record<string, never>>;
  /** A channel has subscribers who would receive what is meant for one person. */
  readonly 'signup-link-refused': { readonly topicId: string; readonly unfiltered: number };
  readonly 'signup-ended': { readonly topics: number };
  readonly 'signup-failed': Failed;
  // the runtime on one machine
  readonly 'dispatch-failed': Failed;
  readonly 'invocation-failed': Failed & { readonly queue: string };
  readonly 'receive-failed': Failed & { readonly queue: string };
  readonly 'push-failed': Failed;
  readonly 'reload-failed': Failed;
  readonly 'status-failed': Failed;
}

export type EventName = keyof EventFields;

/** An event as a value, for readers that handle several kinds. */
export type PipelineEvent = {
  readonly [Name in EventName]: { readonly name: Name; readonly fields: EventFields[Name] };
}[EventName];

type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * Logs events by name with plain fields, never as sentences that hide figures. An event becomes a line of JSON on AWS, and a
 * readable line on one machine. `debug` is for frequent events: AWS bills log lines, so these are off there unless
 * POWERTOOLS_LOG_LEVEL turns them on.
 */
export type Log = {
  readonly [Name in Level]: <Event extends EventName>(name: Event, fields: EventFields[Event]) => void;
};

/** Returns a log that passes its events to a function. */
export function logTo(write: (event: PipelineEvent, level: Level) => void): Log {
  const at =
    (level: Level): Log[Level] =>
    (name, fields) =>
      write({ name, fields } as PipelineEvent, level);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
