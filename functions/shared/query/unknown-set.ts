import { nearest } from './nearest.ts';
import { type Place, QueryError } from './query-error.ts';

/** Throws what is wrong with the use of a set that is none of the known. */
export function unknownSet(name: string, known: Iterable<string>, place: Place): never {
  const meant = nearest(name, known);
  throw new QueryError(
    `expected a set that is defined under terms:, got @${name}`,
    place,
    meant ? `did you mean @${meant}?` : `define ${name} under terms:, or put "@${name}" in quotes`,
  );
}
