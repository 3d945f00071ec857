/** Returns a record's own value of a key that comes from a text. A plain lookup finds "constructor" in every object. */
export function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
