import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../../docs/operations.md', import.meta.url);
/** Matches the part of the document that `npm run quotas -- --write` replaces. */
const PLACE = /(<!-- npm run quotas -->\n)([\s\S]*?)(\n<!-- end of npm run quotas -->)/;

/** Returns the tables that the document has. */
export function quotasInDocument(): string | undefined {
  return PLACE.exec(readFileSync(FILE, 'utf8'))?.[2];
}

/** Writes the tables into the document. */
export function documented(tables: string): void {
  const text = readFileSync(FILE, 'utf8');
  writeFileSync(
    FILE,
    text.replace(PLACE, (_, begin: string, _before, end: string) => `${begin}${tables}${end}`),
  );
}
