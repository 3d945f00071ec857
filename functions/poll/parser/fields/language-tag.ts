/** Names of languages, and codes that are none, as feeds have them. */
const MISNAMED = new Map([
  ['english', 'en'],
  ['german', 'de'],
  ['deutsch', 'de'],
  ['french', 'fr'],
  ['spanish', 'es'],
  ['italian', 'it'],
  ['portuguese', 'pt'],
  ['russian', 'ru'],
  ['jp', 'ja'],
  ['cz', 'cs'],
  ['dk', 'da'],
  ['gr', 'el'],
  ['eng', 'en'],
]);

/** A language as a tag in lower case, such as "pt-br"; undefined where it is none. */
export function languageTag(written: string | undefined): string | undefined {
  const tag = (written ?? '').slice(0, 50).trim().toLowerCase().replaceAll('_', '-').replace(/\..*$/, '');
  const known = MISNAMED.get(tag) ?? tag;
  if (!/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/.test(known) || /^(und|mul|zxx|xx)(-|$)/.test(known)) return undefined;
  return known;
}
