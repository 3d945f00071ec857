/** Zones that change their clocks by an hour, by half of one, at midnight, around Ramadan, and never. */
export const TIME_ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'UTC',
] as const;

/** Date and time of a time zone, by Intl alone. */
export function localClock(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return (time: number) => {
    const [date = '', clock = ''] = format.format(time).split(', ');
    return { date: date.split('/').reverse().join('-'), time: clock };
  };
}

const known = new Map<string, readonly number[]>();

/** When the clocks of a time zone changed or will, from 2020 to 2030. */
export function clockChanges(timeZone: string): readonly number[] {
  const found = known.get(timeZone) ?? transitionsOf(timeZone);
  known.set(timeZone, found);
  return found;
}

function transitionsOf(timeZone: string): number[] {
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
