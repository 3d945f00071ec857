import { describe, expect, it } from 'vitest';
import { affected, audit, stored } from './audit.ts';
import { lockedPackages } from './lock-file.ts';

/** Returns a command that prints a text and ends with an exit code, as npm does. */
const printing = (text: string, code = 0) => [
  process.execPath,
  '-e',
  `process.stdout.write(${JSON.stringify(text)}); process.exitCode = ${code};`,
];

describe('an audit', () => {
  it('reports vulnerabilities in the registry, for which npm ends with an exit code', async () => {
    const report = {
      auditReportVersion: 2,
      vulnerabilities: { yaml: { name: 'yaml', severity: 'high', range: '<3' } },
    };
    expect(await audit(10_000, printing(JSON.stringify(report), 1))).toEqual({
      source: 'registry',
      found: ['yaml <3: high'],
    });
    const none = { auditReportVersion: 2, vulnerabilities: {} };
    expect(await audit(10_000, printing(JSON.stringify(none)))).toEqual({ source: 'registry', found: [] });
  });

  it.each([
    [
      'an error of the registry',
      printing('{"message":"405 Method Not Allowed - POST http://127.0.0.1/"}', 1),
      '405 Method Not Allowed',
    ],
    ['a web page instead of a report', printing('<html>Welcome'), 'npm printed no report'],
    ['nothing', printing(''), 'npm printed no report'],
    ['null', printing('null'), 'npm printed no report'],
  ])('uses the stored list and gives the reason after %s', async (_, command, reason) => {
    expect(await audit(10_000, command)).toEqual({ source: 'stored list', found: [], reason });
  });

  it('ends when the registry does not answer', async () => {
    const hanging = [process.execPath, '-e', 'setInterval(() => undefined, 1000)'];
    const { source, reason } = await audit(500, hanging);
    expect({ source, reason }).toEqual({ source: 'stored list', reason: 'no answer within 0.5 s' });
    expect((await audit(500, ['no-such-program'])).source).toBe('stored list');
  });
});

describe('the stored list', () => {
  it('contains only packages that are needed at run time', () => {
    const names = new Set(lockedPackages().flatMap(({ dev, name }) => (dev ? [] : [name])));
    for (const { package: name } of stored.advisories) expect(names, name).toContain(name);
  });

  it.each([
    ['1.9.9', []],
    ['2.0.0', ['a 2.0.0: slow (X)']],
    ['2.10.0', ['a 2.10.0: slow (X)']],
    ['3.0.0-beta.1', ['a 3.0.0-beta.1: slow (X)']],
    ['3.0.0', []],
  ])('compares the numbers of version %s', (version, found) => {
    const advisory = { package: 'a', from: '2.0.0', below: '3.0.0', id: 'X', what: 'slow' };
    expect(
      affected(
        [
          { name: 'a', version },
          { name: 'b', version },
        ],
        [advisory],
      ),
    ).toEqual(found);
  });
});
