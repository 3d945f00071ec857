import { invalidParameter } from './sns-error.ts';

/** The parameters of a request in the AWS Query protocol, which writes nested fields as dotted names: `A.entry.1.key`. */
export class QueryParameters {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: Iterable<readonly [string, string]>) {
    this.#values = new Map(values);
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /**
   * Returns a parameter.
   * @throws SnsError if it is missing or empty, which SNS does not distinguish
   */
  required(name: string): string {
    const value = this.#values.get(name);
    if (!value) throw invalidParameter(`${name} Reason: no value for required parameter`);
    return value;
  }

  flag(name: string): boolean {
    return this.#values.get(name)?.toLowerCase() === 'true';
  }

  /** Returns the numbered structures below a prefix, in the order of their numbers. */
  nested(prefix: string): QueryParameters[] {
    const byNumber = new Map<number, [string, string][]>();
    for (const [name, value] of this.#values) {
      if (!name.startsWith(`${prefix}.`)) continue;
      const [number = '', ...rest] = name.slice(prefix.length + 1).split('.');
      if (!/^\d+$/.test(number)) continue;
      const fields = byNumber.get(Number(number)) ?? [];
      fields.push([rest.join('.'), value]);
      byNumber.set(Number(number), fields);
    }
    return [...byNumber].sort(([a], [b]) => a - b).map(([, fields]) => new QueryParameters(fields));
  }

  /** Returns a map of strings, such as `Attributes`. */
  map(name: string): Map<string, string> {
    return new Map(
      this.nested(`${name}.entry`).map((entry) => [entry.required('key'), entry.get('value') ?? '']),
    );
  }
}
