/** Minutes east of Greenwich, of the abbreviations that feeds use. Of those with several meanings, the one news has. */
const ABBREVIATED = new Map(
  Object.entries({
    z: 0,
    ut: 0,
    utc: 0,
    gmt: 0,
    wet: 0,
    west: 60,
    bst: 60,
    ist: 330,
    cet: 60,
    met: 60,
    mez: 60,
    metdst: 120,
    cest: 120,
    mest: 120,
    mesz: 120,
    eet: 120,
    eest: 180,
    msk: 180,
    sast: 120,
    trt: 180,
    pkt: 300,
    sgt: 480,
    hkt: 480,
    cst: -360,
    jst: 540,
    kst: 540,
    awst: 480,
    acst: 570,
    aest: 600,
    aedt: 660,
    nzst: 720,
    nzdt: 780,
    ast: -240,
    adt: -180,
    brt: -180,
    art: -180,
    est: -300,
    edt: -240,
    et: -300,
    cdt: -300,
    ct: -360,
    mst: -420,
    mdt: -360,
    mt: -420,
    pst: -480,
    pdt: -420,
    pt: -480,
    akst: -540,
    akdt: -480,
    hst: -600,
    nst: -210,
    ndt: -150,
  }),
);
const OFFSET = /^(?:utc?|gmt)?([+-])(\d{1,2}):?(\d{2})?$/;
/** The furthest that any place on earth is from Greenwich. */
const FURTHEST = 14 * 60 + 59;

/** Minutes east of Greenwich, of an offset, an abbreviation or (at that moment) a place; undefined where it is none. */
export function zoneOffset(zone: string, time: number): number | undefined {
  const known = ABBREVIATED.get(zone);
  if (known !== undefined) return known;
  const [, sign, hours = '', minutes = '0'] = OFFSET.exec(zone) ?? [];
  if (sign) {
    const offset = Number(hours) * 60 + Number(minutes);
    return Number(minutes) < 60 && offset <= FURTHEST ? (sign === '-' ? -offset : offset) : undefined;
  }
  return /^[a-z]+\/[a-z_/+-]+$/.test(zone) ? offsetAt(zone, time) : undefined;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** The few of one feed, not all that somebody could think of. */
const MOST_FORMATS = 20;

function formatOf(place: string): Intl.DateTimeFormat {
  let format = formats.get(place);
  if (!format) {
    format = new Intl.DateTimeFormat('en', { timeZone: place, timeZoneName: 'longOffset' });
    if (formats.size >= MOST_FORMATS) formats.clear();
    formats.set(place, format);
  }
  return format;
}

function offsetAt(place: string, time: number): number | undefined {
  try {
    const name =
      formatOf(place)
        .formatToParts(time)
        .find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return name === 'GMT' ? 0 : zoneOffset(name.toLowerCase(), time);
  } catch {
    return undefined;
  }
}
