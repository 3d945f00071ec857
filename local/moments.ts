const UNITS = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time as people say it, rounded down: "45 s", "12 min", "5 h", "3 days". */
export function length(ms: number): string {
  for (const [unit, size] of UNITS) {
    const count = Math.floor(ms / size);
    // Below two of a unit, the next smaller one tells more: "90 min" rather than "1 h".
    if (count >= 2 || unit === 's') return `${Math.max(count, 0)} ${unit}${unit === 'day' ? 's' : ''}`;
  }
  return '0 s';
}

/** A time as people and programs can read it, to the minute, UTC. */
export function moment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

/** "1 feed", "3 feeds". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** The first few of a list, and how many more there are. */
export function some(names: readonly string[], most = 5): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}
