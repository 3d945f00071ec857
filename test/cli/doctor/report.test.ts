import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeError, isUnknownCaller } from '../../../cli/deployed/aws-clients.ts';
import { type CheckResult, checkEach, ok } from '../../../cli/doctor/check-result.ts';
import { formatReport } from '../../../cli/doctor/report.ts';
import { ALARMS } from '../../../functions/shared/pipeline.ts';
import { formatDuration } from '../../../local/format-time.ts';

const failing = (about: string): CheckResult => ({
  level: 'warning',
  check: 'feeds',
  code: 'feed-failing',
  about,
  seen: `${about} fails`,
  means: 'no news',
  next: 'open it',
});

describe('the report', () => {
  it('groups results by level, the worst last', () => {
    const text = formatReport([{ ...failing('b'), level: 'problem' }, failing('a'), ok('stack', 'fine')]);
    expect(text).toBe(`ok
  stack: fine

warning
  feed-failing: a fails
    means: no news
    next: open it

problem
  feed-failing: b fails
    means: no news
    next: open it

1 problem, 1 warning, 1 ok. docs/operations.md explains each kind.
`);
  });

  it('removes control characters', () => {
    expect(formatReport([failing('\x1b[2J\x9bowls')])).toContain('feed-failing: [2Jowls fails\n');
  });

  it('shows twenty results of a kind, and how many more there are', () => {
    const text = formatReport(Array.from({ length: 25 }, (_, n) => failing(`f${n}`)));
    expect(text).toContain('f19 fails');
    expect(text).not.toContain('f20 fails');
    expect(text).toContain('… and 5 more feed-failing; --json prints them all');
  });
});

describe('docs/operations.md', () => {
  it('has an entry for every code', () => {
    const root = new URL('../../../', import.meta.url);
    const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
    const files = [
      'stack',
      'configuration',
      'dispatch',
      'subscriptions',
      'operations',
      'sms',
      'queues',
      'feeds',
      'chats',
      'html-mail',
    ];
    const sources = [
      ...[...files, 'topics', 'digests', 'alarms'].map((name) => read(`cli/doctor/check-${name}.ts`)),
      read('cli/doctor/check-result.ts'),
      read('cli/doctor/run-stack-checks.ts'),
      read('cli/doctor/read-configuration.ts'),
      ...['local-queues', 'local-sms', 'machine', 'mail', 'outbox', 'start'].map((name) =>
        read(`cli/doctor/machine/check-${name}.ts`),
      ),
      read('cli/doctor/machine/run-machine-checks.ts'),
    ].join('\n');
    const codes = new Set(Array.from(sources.matchAll(/code: '([\w-]+)'/g), ([, code]) => code ?? ''));
    codes.delete('ok');
    expect(codes.size).toBeGreaterThan(20);
    const alarms = new Set<string>(ALARMS);
    const entries = Array.from(
      read('docs/operations.md').matchAll(/^### ([a-z-]+)$\n([\s\S]*?)(?=^##)/gm),
      ([, name = '', text = '']) => ({ name, text }),
    ).filter(({ name }) => !alarms.has(name));
    for (const { name, text } of entries) {
      for (const part of ['**Means:**', '**Fix:**']) expect(text, `${name}: ${part}`).toContain(part);
    }
    const headings = entries.map(({ name }) => name);
    expect(headings.toSorted()).toEqual([...codes].toSorted());
  });
});

describe('checkEach', () => {
  it('continues after failures, and merges failures of one kind', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDenied' });
    const { values, failures } = await checkEach(
      'feeds',
      'feeds',
      ['a', 'b', 'c'],
      (name) => name,
      async (name) => {
        if (name !== 'b') throw denied;
        return name;
      },
    );
    expect(values).toEqual(['b']);
    expect(failures.map(({ seen }) => seen)).toEqual(['could not check feeds a, c: AccessDenied: no']);
  });
});

describe('errors of the SDK', () => {
  it('are described in one line', () => {
    expect(describeError(Object.assign(new Error('a\n b'), { name: 'Throttling' }))).toBe('Throttling: a b');
    expect(describeError(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toBe(
      'AggregateError: ECONNREFUSED',
    );
  });

  it('show whether AWS rejects the credentials', () => {
    const named = (name: string) => Object.assign(new Error('x'), { name });
    expect(isUnknownCaller(named('ExpiredTokenException'))).toBe(true);
    expect(isUnknownCaller(named('AccessDenied'))).toBe(false);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [5_400_000, '90 min'],
    [47 * 3_600_000, '47 h'],
    [48 * 3_600_000, '2 days'],
  ])('%s ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
