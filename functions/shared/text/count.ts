/** Returns a number and its noun: "1 feed", "3 feeds", "1,200 feeds". */
export function count(n: number, one: string, many?: string): string {
  return `${n.toLocaleString('en')} ${plural(n, one, many)}`;
}

/** Returns the singular of a noun for 1, and the plural for other numbers. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return n === 1 ? one : many;
}
