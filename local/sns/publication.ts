import { attributesBytes, type MessageAttribute, readMessageAttributes } from './message-attributes.ts';
import type { QueryParameters } from './query-parameters.ts';
import { invalidParameter } from './sns-error.ts';

/** A validated message, independent of its channel. */
export interface Publication {
  readonly subject: string | undefined;
  /** By protocol; always has `default`. */
  readonly bodies: Readonly<Record<string, string>>;
  readonly attributes: readonly MessageAttribute[];
  /** Size that counts towards the limit. */
  readonly bytes: number;
}

/** Limit on one message, and on a whole batch. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/**
 * Reads the fields of Publish, or of one entry of PublishBatch. Validates in the order of SNS.
 * @throws SnsError
 */
export function readPublication(parameters: QueryParameters): Publication {
  const subject = parameters.get('Subject');
  if (subject !== undefined && !isSubject(subject)) throw invalidParameter('Subject');
  const message = parameters.get('Message') ?? '';
  if (message === '') throw invalidParameter('Empty message');
  const attributes = readMessageAttributes(parameters);
  const bytes = Buffer.byteLength(message) + attributesBytes(attributes);
  if (bytes > MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
  if (parameters.get('MessageDeduplicationId') !== undefined) {
    throw invalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  return { subject, bodies: readBodies(message, parameters.get('MessageStructure')), attributes, bytes };
}

const isSubject = (subject: string): boolean =>
  subject.length > 0 && subject.length < 100 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(subject);

function readBodies(message: string, structure: string | undefined): Readonly<Record<string, string>> {
  if (structure === undefined) return { default: message };
  if (structure !== 'json')
    throw invalidParameter(`MessageStructure Reason: expected json, got ${structure}`);
  const bodies = parseRecord(message);
  if (typeof bodies.default !== 'string') {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  // SNS ignores an entry that is not a string and sends the default instead. Here it is an error, so the mistake shows.
  if (!isTextRecord(bodies)) {
    throw invalidParameter('Message Structure - every entry of the JSON message body must be a string');
  }
  return bodies;
}

function parseRecord(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  return { ...value };
}

const isTextRecord = (
  record: Readonly<Record<string, unknown>>,
): record is Readonly<Record<string, string>> =>
  Object.values(record).every((value) => typeof value === 'string');
