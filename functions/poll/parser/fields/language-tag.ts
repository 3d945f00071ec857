/** Language names and wrong codes that feeds use. */
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

/** Returns a language as a lower-case tag such as "pt-br", or undefined if it is not one. */
export function languageTag(written: string | undefined): string | undefined {
  const tag = (written ?? '').slice(0, 50).trim().toLowerCase().replaceAll('_', '-').replace(/\..*$/, '');
  const known = MISNAMED.get(tag) ?? tag;
  if (!/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/.test(known) || /^(und|mul|zxx|xx)(-|$)/.test(known)) return undefined;
  return known;
}
