/** Minutes east of Greenwich, and names: abbreviations that feeds use. Of those with several meanings, the one news has. */
const ABBREVIATED = table(`
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

/** The same of names in full, such as Windows has, without "Standard Time". */
const IN_FULL = table(
  `
-720 dateline
-600 hawaiian,hawaii-aleutian,aleutian
-570 marquesas
-540 alaskan,alaska
-480 pacific
-420 mountain,us mountain,yukon
-360 central,central america,canada central,mexico
-300 eastern,us eastern,sa pacific,cuba,haiti,turks and caicos,colombia,peru
-240 atlantic,sa western,central brazilian,venezuela,amazon,bolivia,pacific sa,chile
-210 newfoundland
-180 e. south america,brasilia,argentina,sa eastern,montevideo,uruguay,bahia,tocantins,magallanes
-120 greenland,mid-atlantic,utc-02
-60 azores,cape verde
0 gmt,greenwich,greenwich mean,coordinated universal,british,western european,sao tome
60 w. europe,central europe,romance,central european,w. central africa,west africa
120 e. europe,eastern european,fle,gtb,egypt,israel,south africa,central africa,libya,sudan,namibia,kaliningrad,middle east
180 arab,arabic,russian,moscow,e. africa,east africa,belarus,turkey,jordan,syria,volgograd
210 iran
240 arabian,gulf,azerbaijan,caucasus,armenia,georgian,georgia,mauritius,saratov,astrakhan
270 afghanistan
300 west asia,ekaterinburg,yekaterinburg,pakistan,uzbekistan,qyzylorda
330 india,sri lanka
345 nepal
360 bangladesh,central asia,bhutan,omsk
390 myanmar
420 se asia,indochina,western indonesia,n. central asia,north asia,krasnoyarsk,novosibirsk,altai,tomsk,w. mongolia
480 china,taipei,singapore,malaysia,philippine,hong kong,central indonesia,w. australia,australian western,north asia east,irkutsk,ulaanbaatar
540 tokyo,japan,korea,korean,north korea,eastern indonesia,yakutsk,transbaikal
570 aus central,cen. australia,australian central
600 aus eastern,e. australia,australian eastern,tasmania,west pacific,papua new guinea,vladivostok
630 lord howe
660 central pacific,magadan,sakhalin,bougainville,norfolk
720 new zealand,fiji,kamchatka
765 chatham islands,chatham
780 tonga
840 line islands`,
  ',',
);
const NAME = /^(.+?)(?: (standard|daylight|summer))? time$/;

function table(text: string, between = ' '): ReadonlyMap<string, number> {
  const lines = text.trim().split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [minutes = '', names = ''] = line.split(/ (.*)/s);
      return names.split(between).map((name) => [name, Number(minutes)] as const);
    }),
  );
}

const OFFSET = /^(?:utc?|gmt)?([+-])(\d{1,2})(?:[:.]?(\d{2}))?$/;
/** The furthest that any place on earth is from Greenwich. */
const FURTHEST = 14 * 60 + 59;

/** Minutes east of Greenwich, of an offset, an abbreviation, a name or (at that moment) a place; undefined where it is none. */
export function zoneOffset(zone: string, time: number): number | undefined {
  const known = ABBREVIATED.get(zone);
  if (known !== undefined) return known;
  const [, sign, hours = '', minutes = '0'] = OFFSET.exec(zone) ?? [];
  if (sign) {
    const offset = Number(hours) * 60 + Number(minutes);
    return Number(minutes) < 60 && offset <= FURTHEST ? (sign === '-' ? -offset : offset) : undefined;
  }
  const [, name = '', half] = NAME.exec(zone) ?? [];
  const standard = IN_FULL.get(name);
  if (standard !== undefined) return half === undefined || half === 'standard' ? standard : standard + 60;
  return /^(?:[a-z]+\/[a-z\d_/+-]+|[a-z]{3}\d[a-z]{3})$/.test(zone) ? offsetAt(zone, time) : undefined;
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
