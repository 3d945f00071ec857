import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';

const root = join(import.meta.dirname, '../..');

it.each(Object.entries(MUTANTS))('the mutant %s changes one place', (_, { file, from }) => {
  expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2);
});
