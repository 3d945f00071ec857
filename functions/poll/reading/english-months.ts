const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** By their first three letters, in English. */
export const ENGLISH: ReadonlyMap<string, number> = new Map(MONTHS.map((month, n) => [month, n]));
