type Header = (name: string) => string | undefined;

/** Retry-After, in seconds or as a date: ms since the epoch. */
export function retryTime(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const time = /^\d+$/.test(value.trim()) ? now + Number(value) * 1000 : Date.parse(value);
  return Number.isFinite(time) ? time : undefined;
}

/** For how long an answer says that it is good yet, ms; none if it does not say so, or should be asked for every time. */
export function freshFor(header: Header, now: number): number | undefined {
  const control = (header('cache-control') ?? '').toLowerCase();
  if (/(^|[\s,])no-(cache|store)\b/.test(control)) return undefined;
  const seconds = (name: string) =>
    new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*"?(\\d{1,10})(?!\\d)`).exec(control)?.[1];
  // s-maxage is for caches that many share, but often the only one that a feed behind such a cache has.
  const age = seconds('max-age') ?? seconds('s-maxage');
  const whole =
    age === undefined
      ? Date.parse(header('expires') ?? '') - (timeOf(header('date')) ?? now)
      : Number(age) * 1000;
  const already = /^\d{1,10}$/.test(header('age') ?? '') ? Number(header('age')) * 1000 : 0;
  return whole - already > 0 ? whole - already : undefined;
}

function timeOf(value: string | undefined): number | undefined {
  const time = Date.parse(value ?? '');
  return Number.isNaN(time) ? undefined : time;
}
