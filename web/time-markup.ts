import { type Markup, markup } from '../functions/shared/markup.ts';

interface Formats {
  readonly clock: Intl.DateTimeFormat;
  readonly seconds: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
  readonly shortDay: Intl.DateTimeFormat;
  readonly full: Intl.DateTimeFormat;
}

const formats = new Map<string | undefined, Formats>();
/** The zone of the current rendering. Undefined means the machine's zone, since the reader sits at the machine. */
let zone: string | undefined;

/**
 * Calls `render` with the given time zone in effect. Rendering is synchronous, so the zone need not be passed down to each
 * time.
 */
export function inTimeZone<Result>(timeZone: string | undefined, render: () => Result): Result {
  const before = zone;
  zone = timeZone;
  try {
    return render();
  } finally {
    zone = before;
  }
}

/** Returns the name of the zone in effect, such as "Europe/Berlin". */
export const timeZone = (): string => formatsOf().clock.resolvedOptions().timeZone;

function formatsOf(): Formats {
  const cached = formats.get(zone);
  if (cached) return cached;
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', zone === undefined ? options : { ...options, timeZone: zone });
  const made: Formats = {
    clock: format({ hour: '2-digit', minute: '2-digit' }),
    seconds: format({ timeStyle: 'medium' }),
    day: format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    shortDay: format({ day: 'numeric', month: 'long' }),
    full: format({ dateStyle: 'full', timeStyle: 'long' }),
  };
  formats.set(zone, made);
  return made;
}

/** Returns a time of day, with the full date on hovering; nothing if a feed gave an invalid time. */
export function timeOfDay(iso: string, format = formatsOf().clock): Markup {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return markup``;
  return markup`<time datetime="${date.toISOString()}" title="${formatsOf().full.format(date)}">${format.format(date)}</time>`;
}

/** Returns a time of day with seconds. */
export const exactTime = (iso: string): Markup => timeOfDay(iso, formatsOf().seconds);

/** Returns a day such as "Tuesday 14 October 2031"; an empty text for an invalid time. */
export function dayOf(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : formatsOf().day.format(date);
}

/** Returns a time of day, with the day if it differs from that of `reference`. */
export function timeWithDay(iso: string, reference: string): Markup {
  const time = timeOfDay(iso);
  return time.source === '' || dayOf(iso) === dayOf(reference)
    ? time
    : markup`${formatsOf().shortDay.format(new Date(iso))}, ${time}`;
}
