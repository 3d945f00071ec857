import type { Scalar } from './filter-rule.ts';
import type { QueryParameters } from './query-parameters.ts';
import { SnsError } from './sns-error.ts';

export interface MessageAttribute {
  readonly name: string;
  readonly dataType: string;
  /** The value as sent: base64 for Binary, JSON for String.Array. */
  readonly text: string;
  /** The values for filter policies; empty for Binary, which SNS does not filter on. */
  readonly values: readonly Scalar[];
}

const invalidValue = (detail: string): SnsError => new SnsError('ParameterValueInvalid', detail);

/** @throws SnsError ParameterValueInvalid, which the SDK calls InvalidParameterValueException */
export function readMessageAttributes(parameters: QueryParameters): readonly MessageAttribute[] {
  return parameters.nested('MessageAttributes.entry').map((entry) => {
    const name = checkedName(entry.get('Name') ?? '');
    const dataType = entry.get('Value.DataType') ?? '';
    const [kind] = dataType.split('.');
    if (kind !== 'String' && kind !== 'Number' && kind !== 'Binary') {
      throw invalidValue(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const field = kind === 'Binary' ? 'BinaryValue' : 'StringValue';
    const text = entry.get(`Value.${field}`);
    if (text === undefined && entry.get(`Value.${kind === 'Binary' ? 'StringValue' : 'BinaryValue'}`)) {
      throw invalidValue(
        `The message attribute '${name}' with type '${dataType}' must use field '${field}'.`,
      );
    }
    if (!text) {
      throw invalidValue(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${dataType}'.`,
      );
    }
    return { name, dataType, text, values: filterValues(name, dataType, text) };
  });
}

function checkedName(name: string): string {
  if (name === '' || name.length > 256) {
    throw invalidValue('Length of message attribute name must be between 1 and 256 bytes.');
  }
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name)) {
    throw invalidValue(
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
    throw invalidValue(`Could not cast message attribute '${name}' value to number.`);
  }
  return [number];
}

/**
 * Parses the values of a String.Array. SNS accepts a malformed array and matches nothing with it. Here it is an error, since
 * the missing messages would be hard to explain.
 */
function arrayValues(name: string, text: string): readonly Scalar[] {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    values = undefined;
  }
  const isScalar = (value: unknown): value is Scalar => typeof value !== 'object' || value === null;
  if (!Array.isArray(values) || !values.every(isScalar)) {
    throw invalidValue(
      `The message attribute '${name}' of type 'String.Array' must be a JSON array of plain values.`,
    );
  }
  return values;
}

/** Returns the size of names, types and values, which count towards the 256 KiB of a message. */
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
