import { PROTOCOLS } from '../../functions/shared/protocols.ts';
import type { Actions } from './action.ts';
import type { Channels } from './channels.ts';
import type { Deliveries } from './deliveries.ts';
import { MAX_MESSAGE_BYTES, type Publication, readPublication } from './publication.ts';
import type { QueryParameters } from './query-parameters.ts';
import { asSnsError, invalidParameter, SnsError } from './sns-error.ts';

const MAX_ENTRIES = 10;

export function publishActions(channels: Channels, deliveries: Deliveries): Actions {
  const publish = (topicArn: string, publication: Publication): string =>
    deliveries.publish(topicArn, publication, channels.subscriptions(topicArn));

  return {
    Publish({ parameters }) {
      const publication = readPublication(parameters);
      const number = parameters.get('PhoneNumber');
      if (number !== undefined) {
        if (!PROTOCOLS.sms.isAddress(number)) {
          throw invalidParameter(`PhoneNumber Reason: ${number} is not valid to publish to`);
        }
        return { MessageId: deliveries.publishToNumber(number, publication) };
      }
      const topicArn = parameters.get('TopicArn') ?? parameters.get('TargetArn');
      if (topicArn === undefined) {
        throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
      }
      return { MessageId: publish(channels.get(topicArn).arn, publication) };
    },

    /** An invalid entry fails alone. An invalid batch fails before anything is sent. */
    PublishBatch({ parameters }) {
      const { arn } = channels.get(parameters.required('TopicArn'));
      const entries = checkedEntries(parameters.nested('PublishBatchRequestEntries.member'));
      const read = [...entries].map(([Id, entry]) => ({ Id, result: attempt(() => readPublication(entry)) }));
      const bytes = read.reduce((sum, { result }) => sum + ('bytes' in result ? result.bytes : 0), 0);
      if (bytes > MAX_MESSAGE_BYTES) {
        throw new SnsError(
          'BatchRequestTooLong',
          'The length of all the messages put together is more than the limit.',
        );
      }
      const Successful: { Id: string; MessageId: string }[] = [];
      const Failed: { Id: string; Code: string; Message: string; SenderFault: string }[] = [];
      for (const { Id, result } of read) {
        const sent = 'bytes' in result ? attempt(() => publish(arn, result)) : result;
        if (typeof sent === 'string') Successful.push({ Id, MessageId: sent });
        else
          Failed.push({ Id, Code: sent.code, Message: sent.message, SenderFault: String(sent.status < 500) });
      }
      return { Successful, Failed };
    },
  };
}

function checkedEntries(entries: readonly QueryParameters[]): ReadonlyMap<string, QueryParameters> {
  if (entries.length === 0) {
    throw new SnsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  }
  if (entries.length > MAX_ENTRIES) {
    throw new SnsError(
      'TooManyEntriesInBatchRequest',
      'The batch request contains more entries than permissible.',
    );
  }
  const byId = new Map(entries.map((entry) => [entry.get('Id') ?? '', entry]));
  if (byId.size < entries.length) {
    throw new SnsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
  }
  for (const id of byId.keys()) {
    if (!/^[\w-]{1,80}$/.test(id)) {
      throw new SnsError(
        'InvalidBatchEntryId',
        "The Id of a batch entry in a batch request doesn't abide by the specification.",
      );
    }
  }
  return byId;
}

function attempt<T>(step: () => T): T | SnsError {
  try {
    return step();
  } catch (error) {
    return asSnsError(error);
  }
}
