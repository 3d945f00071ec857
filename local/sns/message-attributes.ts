import type { Scalar } from './filter-rule.ts';
import type { QueryParameters } from './query-parameters.ts';
import { SnsError } from './sns-error.ts';

export interface MessageAttribute {
  readonly name: string;
  readonly dataType: string;
  /** As on the wire: base64 for Binary, JSON for String.Array. */
  readonly text: string;
  /** What a filter policy sees; nothing for Binary, which SNS does not filter on. */
  readonly values: readonly Scalar[];
}

const refuse = (detail: string): SnsError => new SnsError('ParameterValueInvalid', detail);

/** @throws SnsError ParameterValueInvalid, which the SDK calls InvalidParameterValueException */
export function readMessageAttributes(parameters: QueryParameters): readonly MessageAttribute[] {
  return parameters.nested('MessageAttributes.entry').map((entry) => {
    const name = checkedName(entry.get('Name') ?? '');
    const dataType = entry.get('Value.DataType') ?? '';
    const [kind] = dataType.split('.');
    if (kind !== 'String' && kind !== 'Number' && kind !== 'Binary') {
      throw refuse(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const field = kind === 'Binary' ? 'BinaryValue' : 'StringValue';
    const text = entry.get(`Value.${field}`);
    if (text === undefined && entry.get(`Value.${kind === 'Binary' ? 'StringValue' : 'BinaryValue'}`)) {
      throw refuse(`The message attribute '${name}' with type '${dataType}' must use field '${field}'.`);
    }
    if (!text) {
      throw refuse(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${dataType}'.`,
      );
    }
    return { name, dataType, text, values: filterValues(name, dataType, text) };
  });
}

function checkedName(name: string): string {
  if (name === '' || name.length > 256) {
    throw refuse('Length of message attribute name must be between 1 and 256 bytes.');
  }
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name)) {
    throw refuse(
      `Invalid message attribute name '${name}'. Can only include alphanumeric characters, hyphens, underscores, or single dots in between.`,
    );
  }
  return name;
}

function filterValues(name: string, dataType: string, text: string): readonly Scalar[] {
  if (dataType === 'String.Array') return arrayValues(name, text);
  if (dataType.startsWith('String')) return [text];
  if (dataType.startsWith('Binary')) return [];
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) {
    throw refuse(`Could not cast message attribute '${name}' value to number.`);
  }
  return [number];
}

/** SNS would accept a malformed array and then match nothing with it: a silence that nobody could explain. */
function arrayValues(name: string, text: string): readonly Scalar[] {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    values = undefined;
  }
  const scalar = (value: unknown): value is Scalar => typeof value !== 'object' || value === null;
  if (!Array.isArray(values) || !values.every(scalar)) {
    throw refuse(
      `The message attribute '${name}' of type 'String.Array' must be a JSON array of plain values.`,
    );
  }
  return values;
}

/** Names, types and values count towards the 256 KiB of a message. */
export function attributesBytes(attributes: readonly MessageAttribute[]): number {
  return attributes.reduce(
    (sum, { name, dataType, text }) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(dataType) +
      Buffer.byteLength(text, dataType.startsWith('Binary') ? 'base64' : 'utf8'),
    0,
  );
}
