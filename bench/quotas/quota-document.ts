import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../../docs/operations.md', import.meta.url);
/** Matches the part of the document that `npm run bench -- quotas --write` replaces. */
const QUOTAS_SECTION = /(<!-- bench quotas -->\n)([\s\S]*?)(\n<!-- end of bench quotas -->)/;

/** Returns the tables in the document. */
export function quotasInDocument(): string | undefined {
  return QUOTAS_SECTION.exec(readFileSync(FILE, 'utf8'))?.[2];
}

/** Replaces the tables in the document. */
export function writeQuotas(tables: string): void {
  const text = readFileSync(FILE, 'utf8');
  writeFileSync(
    FILE,
    text.replace(QUOTAS_SECTION, (_, begin: string, _before, end: string) => `${begin}${tables}${end}`),
  );
}
