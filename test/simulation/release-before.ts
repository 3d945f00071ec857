import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Platform } from '../../functions/shared/aws/platform.ts';

type Handler = (event?: SQSEvent) => Promise<SQSBatchResponse | undefined>;

/** What the release before this one knew of messages. */
const VERSION_BEFORE = 1;

/** A platform on which a stage writes what the release before wrote: messages of its version, records without what came since. */
export function platformBefore(platform: Platform): Platform {
  return {
    ...platform,
    table() {
      const table = platform.table();
      return {
        ...table,
        async put(record, condition) {
          if (record.sk === 'OPENED') return true;
          return table.put(withoutWhatCameSince(record), condition);
        },
      };
    },
    queue<Body>(name: Parameters<Platform['queue']>[0]) {
      const queue = platform.queue<unknown>(name);
      return {
        send: (messages: readonly { body: Body; group: string }[]) =>
          queue.send(messages.map((message) => ({ ...message, body: asBefore(message.body) }))),
      };
    },
  };
}

function withoutWhatCameSince<R extends { readonly sk: string }>(record: R): R {
  const since = record.sk.startsWith('STORY#')
    ? ['version', 'outlets']
    : ['sketch', 'silent', 'updates', 'alerts'];
  if (!/^(STORY|TOLD)#/.test(record.sk)) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => !since.includes(name))) as R;
}

function asBefore(body: unknown): unknown {
  const { revision: _revision, urgent: _urgent, ...kept } = body as { revision?: number; urgent?: true };
  return { ...kept, v: VERSION_BEFORE };
}

/** A handler that gives back messages which are younger than itself, as the release before would. */
export function handlerBefore(handler: Handler): Handler {
  return async (event) => {
    if (event === undefined) return handler();
    const known = event.Records.filter(({ body }) => (JSON.parse(body) as { v: number }).v <= VERSION_BEFORE);
    const unknown = event.Records.filter((record) => !known.includes(record));
    const answer = known.length > 0 ? await handler({ Records: known }) : undefined;
    return {
      batchItemFailures: [
        ...(answer?.batchItemFailures ?? []),
        ...unknown.map(({ messageId }) => ({ itemIdentifier: messageId })),
      ],
    };
  };
}
