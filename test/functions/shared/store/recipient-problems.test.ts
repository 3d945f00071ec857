import { expect, it } from 'vitest';
import { recipientProblems } from '../../../../functions/shared/store/recipient-problems.ts';
import { embeddedPlatform } from '../../../helpers/embedded-platform.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const servers = embeddedPlatform();
const short = { since: 1_000, detail: 'answered 429', nextAt: 5_000 };
const long = { since: 2_000, detail: 'answered 503', nextAt: 9_000 };

async function stored(
  kind: 'memory' | 'embedded',
  ...problems: readonly (typeof short & { failedAt?: number })[]
) {
  const known = recipientProblems(kind === 'memory' ? memoryTable() : servers.platform().table(), 'chat');
  for (const problem of problems) await known.put('slack Desk', problem);
  return (await known.all()).get('slack Desk');
}

it.each(['memory', 'embedded'] as const)('keeps the longer of two pauses, in %s', async (kind) => {
  expect(await stored(kind, short, long)).toEqual(long);
  expect(await stored(kind, long, short)).toEqual(long);
});

it('adds a message that was given up to a longer pause', async () => {
  const failed = { ...short, detail: 'answered 404', failedAt: 4_000 };
  expect(await stored('memory', long, failed)).toEqual({ ...long, detail: 'answered 404', failedAt: 4_000 });
  expect(await stored('memory', failed, long)).toEqual(long);
});

it('does not let an earlier failure replace a later one', async () => {
  const later = { ...long, failedAt: 8_000 };
  expect(await stored('memory', later, { ...short, failedAt: 4_000 })).toEqual(later);
});
