import { offsetsByName } from './zones.ts';

/** Minutes east of Greenwich, by full names such as those of Windows, without "Standard Time". */
const OFFSET_OF_FULL_NAME = offsetsByName(
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

/** Returns the offset of a full name, such as "+7:00", or undefined if the name is unknown. */
export function offsetOfName(zone: string): string | undefined {
  const [, name = '', half] = NAME.exec(zone) ?? [];
  const standard = OFFSET_OF_FULL_NAME.get(name);
  if (standard === undefined) return undefined;
  const minutes = half === undefined || half === 'standard' ? standard : standard + 60;
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${hours}:${String(rest).padStart(2, '0')}`;
}
