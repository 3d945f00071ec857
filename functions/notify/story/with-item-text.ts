import type { Story } from '../../shared/store/stories.ts';
import {
  headlineHash,
  type ItemText,
  type Signature,
  signatureOf,
  termsIn,
  withSignature,
} from './signature.ts';

/** Bounds a story's record. */
const MAX_HEADLINES = 200;
const MAX_TERMS = 300;

/** Returns a story's signatures, headlines and terms with those of one more item. */
export function withItemText(
  {
    title,
    signatures = [],
    headlines = [headlineHash(title)],
    terms = '',
  }: Pick<Story, 'title' | 'signatures' | 'headlines' | 'terms'>,
  item: ItemText,
  signature: Signature = signatureOf(item),
): Pick<Story, 'signatures' | 'headlines' | 'terms'> {
  const titles = [...new Set([...headlines, headlineHash(item.title)])].slice(-MAX_HEADLINES);
  const before = signatures.length > 0 ? signatures : [signatureOf({ title, summary: '' })];
  const next = withSignature(before, signature);
  const gone = before.filter((signature) => !next.includes(signature));
  if (gone.length === 0) return { signatures: next, headlines: titles };
  const all = [...new Set([...termsIn(terms), ...gone.flatMap(termsIn)])];
  return { signatures: next, headlines: titles, terms: all.slice(-MAX_TERMS).join(' ') };
}
