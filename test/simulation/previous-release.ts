import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Platform } from '../../functions/shared/aws/platform.ts';
import type { Attributes, Table } from '../../functions/shared/store/table.ts';

type Handler = (event?: SQSEvent) => Promise<SQSBatchResponse | undefined>;

/** The newest message version that the previous release understood. */
const PREVIOUS_VERSION = 1;

/** Returns a platform on which a stage writes as the previous release did: older messages, and no newer attributes. */
export function previousPlatform(platform: Platform): Platform {
  return {
    ...platform,
    table: () => previousTable(platform.table()),
    queue<Body>(name: Parameters<Platform['queue']>[0]) {
      const queue = platform.queue<unknown>(name);
      return {
        send: (messages: readonly { body: Body; group: string }[]) =>
          queue.send(messages.map((message) => ({ ...message, body: previousMessage(message.body) }))),
      };
    },
  };
}

/** The previous release finds stories by title. It writes no signatures, and keeps those that it finds. */
function previousTable(table: Table): Table {
  const kept = new Map<string, Attributes>();
  const nameOf = ({ pk, sk }: Attributes) => `${pk} ${sk}`;
  const unsigned = (record: Attributes): Attributes => {
    if (!String(record.sk).startsWith('STORY#')) return record;
    const { signatures, terms, followUps, ...rest } = record;
    const since = Object.entries({ signatures, terms, followUps });
    kept.set(nameOf(record), Object.fromEntries(since.filter(([, value]) => value !== undefined)));
    return rest;
  };
  return {
    ...table,
    query: async (range) => (await table.query(range)).map(unsigned),
    async put(record, condition) {
      if (record.sk === 'OPENED') return true;
      return table.put({ ...withoutNewAttributes(record), ...kept.get(nameOf(record)) }, condition);
    },
  };
}

function withoutNewAttributes<R extends { readonly sk: string }>(record: R): R {
  const since = record.sk.startsWith('STORY#')
    ? ['version', 'outlets', 'signatures', 'terms', 'followUps']
    : ['sketch', 'silent', 'updates', 'alerts', 'role', 'guidHash'];
  if (!/^(STORY|TOLD)#/.test(record.sk)) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => !since.includes(name))) as R;
}

function previousMessage(body: unknown): unknown {
  const { revision: _revision, urgent: _urgent, ...kept } = body as { revision?: number; urgent?: true };
  // The previous release had no bursts.
  return { ...kept, ...('kind' in kept && kept.kind === 'burst' ? {} : { v: PREVIOUS_VERSION }) };
}

/** Returns a handler that returns messages of newer versions to the queue, as the previous release would. */
export function previousHandler(handler: Handler): Handler {
  return async (event) => {
    if (event === undefined) return handler();
    const known = event.Records.filter(
      ({ body }) => (JSON.parse(body) as { v: number }).v <= PREVIOUS_VERSION,
    );
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
