/** Returns minutes east of Greenwich by name, from lines of minutes and names. */
export function offsetsByName(text: string, separator = ' '): ReadonlyMap<string, number> {
  const lines = text.trim().split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [minutes = '', names = ''] = line.split(/ (.*)/s);
      return names.split(separator).map((name) => [name, Number(minutes)] as const);
    }),
  );
}

/** Minutes east of Greenwich, by abbreviations that feeds use. Ambiguous ones have the meaning that news feeds use. */
const OFFSET_OF_ABBREVIATION = offsetsByName(`
-720 idlw
-660 nut
-600 hst hast taht ckt
-570 mart
-540 hdt hadt akst gamt
-480 pst pt akdt hnp
-420 mst mt pdt hap hnr
-360 cst ct mdt galt hnc har
-300 est et cdt cot pet ect hne hac
-240 ast edt bot vet gyt clt hna hae
-210 nst hnt
-180 adt art brt uyt clst srt gft pyt pyst fkst rott haa
-150 ndt hat
-120 brst uyst fnt wgt
-60 azot cvt egt wgst
0 z ut utc gmt wet egst azost
60 bst cet met mez west wedt wat
120 cat eet cest cedt mest mesz metdst sast wast
180 eat eest eedt msk мск idt trt fet syot
210 irst
240 gst msd azt get samt mut ret sct
270 irdt aft
300 pkt uzt tmt tjt yekt mvt almt qyzt orat
330 ist slst lkt
345 npt
360 bdt btt kgt omst iot
390 mmt cct
420 wib ict novt krat hovt cxt
480 wita sgt hkt myt pht phst bnt awst irkt ulat chot
525 acwst
540 wit jst kst yakt pwt tlt
570 acst
600 aest aet chst pgt vlat chut
630 acdt lhst
660 aedt lhdt sbt vut nct nft magt sakt pont kost
720 nzst nzt fjt pett gilt mht tvt wakt
765 chast
780 nzdt fjst tot phot tkt
825 chadt
840 lint`);

const OFFSET = /^(?:utc?|gmt)?([+-])(\d{1,2})(?:[:.]?(\d{2}))?$/;
/** The furthest that any place on earth is from Greenwich. */
const MAX_OFFSET_MINUTES = 14 * 60 + 59;

/** Returns minutes east of Greenwich for an offset, an abbreviation or a place (at `time`), or undefined for other texts. */
export function zoneOffset(zone: string, time: number): number | undefined {
  const known = OFFSET_OF_ABBREVIATION.get(zone);
  if (known !== undefined) return known;
  const [, sign, hours = '', minutes = '0'] = OFFSET.exec(zone) ?? [];
  if (sign) {
    const offset = Number(hours) * 60 + Number(minutes);
    return Number(minutes) < 60 && offset <= MAX_OFFSET_MINUTES
      ? sign === '-'
        ? -offset
        : offset
      : undefined;
  }
  return /^(?:[a-z]+\/[a-z\d_/+-]+|[a-z]{3}\d[a-z]{3})$/.test(zone) ? offsetAt(zone, time) : undefined;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** Enough for one feed. Hostile feeds could use every zone. */
const MAX_FORMATS = 20;

function formatOf(place: string): Intl.DateTimeFormat {
  let format = formats.get(place);
  if (!format) {
    format = new Intl.DateTimeFormat('en', { timeZone: place, timeZoneName: 'longOffset' });
    if (formats.size >= MAX_FORMATS) formats.clear();
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
