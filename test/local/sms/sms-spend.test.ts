import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSmsSpend, readSmsSpend, smsSpendFile } from '../../../local/sms/sms-spend.ts';

let folder: string;
let file: string;
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2031-10-31T23:59:00Z') });
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-spend-'));
  file = smsSpendFile(folder);
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

describe('the spend of SMS', () => {
  it('never exceeds the limit, and reaches it exactly', () => {
    const spend = createSmsSpend(file, 1);
    for (let n = 0; n < 10; n++) expect(spend.reserve(0.1)).toBeDefined();
    expect(spend.spent()).toBe(1);
    expect(spend.reserve(0.00001)).toBeUndefined();
    expect(spend.spent()).toBe(1);
  });

  it('is on disk before the SMS is sent, for the owner alone, and later starts count on', () => {
    createSmsSpend(file, 1).reserve(0.7);
    expect(readSmsSpend(file, Date.now())).toBe(0.7);
    expect(statSync(file).mode & 0o077).toBe(0);
    const after = createSmsSpend(file, 1);
    expect(after.reserve(0.4)).toBeUndefined();
    expect(after.reserve(0.3)).toBeDefined();
  });

  it('gives back what was certainly not spent', () => {
    const spend = createSmsSpend(file, 1);
    const release = spend.reserve(1);
    release?.();
    expect(spend.spent()).toBe(0);
    const late = spend.reserve(0.8);
    vi.setSystemTime(Date.parse('2031-11-01T00:00:00Z'));
    spend.reserve(0.9);
    // Taken back from the month in which it was counted.
    late?.();
    expect(spend.spent()).toBe(0.9);
  });

  it('starts over with each month in UTC, and remembers a month when the clock goes back', () => {
    const spend = createSmsSpend(file, 1);
    expect(spend.reserve(0.8)).toBeDefined();
    vi.setSystemTime(Date.parse('2031-11-01T00:00:00Z'));
    expect(spend.spent()).toBe(0);
    expect(spend.reserve(0.9)).toBeDefined();
    vi.setSystemTime(Date.parse('2031-10-31T23:00:00Z'));
    expect(spend.reserve(0.8)).toBeUndefined();
    expect(JSON.parse(readFileSync(file, 'utf8')).millionths).toEqual({
      '2031-10': 800_000,
      '2031-11': 900_000,
    });
  });

  it('allows nothing when the file cannot be read or written', () => {
    const spend = createSmsSpend(file, 1);
    const release = spend.reserve(0.1);
    mkdirSync(`${file}.tmp`);
    expect(() => spend.reserve(0.1)).toThrow(/sms-spend\.json: expected a file to write, got .*; SMS wait/);
    expect(release).not.toThrow();
    expect(spend.spent()).toBe(0.1);
    writeFileSync(file, '{"v":1,"millionths":{"2031-10":"lots"}}');
    expect(() => spend.reserve(0.1)).toThrow(
      /expected what SMS have cost .* got a file with other content; restore/,
    );
    expect(() => createSmsSpend(file, 1)).toThrow(/move it away \(mv .*\.damaged\)/);
  });
});
