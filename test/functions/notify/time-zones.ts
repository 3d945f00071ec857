/** Zones that change their clocks by an hour, by half an hour, at midnight, around Ramadan, and never. */
export const TIME_ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'UTC',
] as const;

/** Returns a function that gives the date and time in a time zone, using Intl alone. */
export function localClock(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return (time: number) => {
    const [date = '', clock = ''] = format.format(time).split(', ');
    return { date: date.split('/').reverse().join('-'), time: clock };
  };
}

const known = new Map<string, readonly number[]>();

/** Returns when the clocks of a time zone change, from 2020 to 2030, ms. */
export function clockChanges(timeZone: string): readonly number[] {
  const found = known.get(timeZone) ?? findClockChanges(timeZone);
  known.set(timeZone, found);
  return found;
}

function findClockChanges(timeZone: string): number[] {
  const HALF_HOUR = 1_800_000;
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' });
  const offset = (time: number) => format.format(time).split('GMT')[1];
  const found: number[] = [];
  for (let day = Date.UTC(2020, 0, 1); day < Date.UTC(2031, 0, 1); day += 48 * HALF_HOUR) {
    if (offset(day) === offset(day + 48 * HALF_HOUR)) continue;
    let time = day;
    while (offset(time) === offset(day)) time += HALF_HOUR;
    found.push(time);
  }
  return found;
}
