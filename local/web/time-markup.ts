import { type Markup, markup } from '../../functions/shared/markup.ts';

interface Formats {
  readonly clock: Intl.DateTimeFormat;
  readonly seconds: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
  readonly shortDay: Intl.DateTimeFormat;
  readonly full: Intl.DateTimeFormat;
}

const formats = new Map<string | undefined, Formats>();
/** Without a zone in the file, the machine's: whoever reads the page sits at it. */
let zone: string | undefined;

/** Renders with times in a zone. The page is rendered in one go, so that the zone need not be handed down to each time. */
export function inTimeZone<Result>(timeZone: string | undefined, render: () => Result): Result {
  const before = zone;
  zone = timeZone;
  try {
    return render();
  } finally {
    zone = before;
  }
}

/** Name of the zone that is rendered with, such as "Europe/Berlin". */
export const timeZone = (): string => formatsOf().clock.resolvedOptions().timeZone;

function formatsOf(): Formats {
  const known = formats.get(zone);
  if (known) return known;
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

/** A time of day; the whole of it on hovering. Feeds give what they like: where it is no time, nothing. */
export function timeOfDay(iso: string, format = formatsOf().clock): Markup {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return markup``;
  return markup`<time datetime="${date.toISOString()}" title="${formatsOf().full.format(date)}">${format.format(date)}</time>`;
}

/** With seconds. */
export const exactTime = (iso: string): Markup => timeOfDay(iso, formatsOf().seconds);

/** "Tuesday 14 October 2031" */
export function dayOf(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : formatsOf().day.format(date);
}

/** A time of day, with the day where it is another than that of `beside`. */
export function timeWithDay(iso: string, beside: string): Markup {
  const time = timeOfDay(iso);
  return time.source === '' || dayOf(iso) === dayOf(beside)
    ? time
    : markup`${formatsOf().shortDay.format(new Date(iso))}, ${time}`;
}
