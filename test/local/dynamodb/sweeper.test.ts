import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EmbeddedDynamoDb } from '../../../local/dynamodb/embedded-dynamo-db.ts';
import { Sweeper } from '../../../local/dynamodb/sweeper.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TRUE_NOW = Date.parse('2026-03-01T12:00:00Z');

/** A table with expiring records, on a machine whose clock may be wrong. */
class Machine {
  readonly store = new EmbeddedDynamoDb();
  /** How far the clock is ahead, ms. */
  wrongBy = 0;
  #passed = 0;
  #sweeper = this.#start();

  /** `isKnown`: whether this release has run on the machine before. */
  constructor(isKnown = true) {
    this.store.answer('CreateTable', { TableName: 'owls' });
    if (isKnown) this.store.saveSweepHorizon(TRUE_NOW / 1000);
  }

  #start() {
    return new Sweeper(this.store, () => this.#passed);
  }

  restart(off = 0) {
    this.#trueNow += off;
    this.#sweeper = this.#start();
  }

  #trueNow = TRUE_NOW;

  get trueNow() {
    return this.#trueNow;
  }

  /** Runs the machine for a time, ms, with a sweep every minute. */
  run(duration: number, step = 60_000) {
    for (let at = 0; at < duration; at += step) {
      this.#passed += step;
      this.#trueNow += step;
      this.#sweeper.run(this.#trueNow + this.wrongBy);
    }
  }

  put(name: string, expiresAt: number | undefined) {
    const expiry = expiresAt === undefined ? {} : { expiresAt: { N: String(Math.floor(expiresAt / 1000)) } };
    this.store.answer('PutItem', { TableName: 'owls', Item: { pk: { S: name }, sk: { S: 'x' }, ...expiry } });
  }

  has(name: string): boolean {
    const Key = { pk: { S: name }, sk: { S: 'x' } };
    return (
      (this.store.answer('GetItem', { TableName: 'owls', Key }) as { Item?: unknown }).Item !== undefined
    );
  }
}

describe('records', () => {
  it('are deleted after their expiry, and not before', () => {
    const machine = new Machine();
    machine.put('soon', TRUE_NOW + HOUR);
    machine.put('later', TRUE_NOW + 3 * HOUR);
    machine.put('never', undefined);
    machine.run(HOUR - 60_000);
    expect(machine.has('soon')).toBe(true);
    machine.run(2 * 60_000);
    expect(machine.has('soon')).toBe(false);
    machine.run(DAY);
    expect(machine.has('later')).toBe(false);
    expect(machine.has('never')).toBe(true);
  });

  it('stay if they were refreshed', () => {
    const machine = new Machine();
    machine.put('claim', TRUE_NOW + HOUR);
    machine.put('claim', TRUE_NOW + 90 * DAY);
    machine.run(2 * DAY);
    expect(machine.has('claim')).toBe(true);
  });

  it('are deleted in bounded numbers per run, oldest first', () => {
    const machine = new Machine();
    machine.run(60_000);
    for (let n = 0; n < 1_000; n++) machine.put(`owl ${n}`, TRUE_NOW + 150_000 + n);
    machine.run(60_000);
    expect(machine.store.count('owls')).toBe(1_000);
    machine.run(60_000);
    expect(machine.store.count('owls')).toBe(800);
    expect(machine.has('owl 0')).toBe(false);
    machine.run(4 * 60_000);
    expect(machine.store.count('owls')).toBe(0);
  });

  it('of an earlier release are deleted gradually', () => {
    const machine = new Machine(false);
    for (let day = 1; day <= 100; day++) machine.put(`owl ${day}`, TRUE_NOW - day * DAY);
    machine.run(HOUR);
    expect(machine.store.count('owls')).toBe(100);
    machine.run(5 * DAY);
    expect(machine.store.count('owls')).toBeLessThan(100);
    machine.run(4 * DAY);
    expect(machine.store.count('owls')).toBe(0);
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY]])('stay if the clock says %s', (now) => {
    const machine = new Machine();
    machine.put('owl', TRUE_NOW + DAY);
    const sweeper = new Sweeper(machine.store);
    sweeper.run(now);
    sweeper.run(now);
    expect(machine.has('owl')).toBe(true);
  });
});

describe('a wrong clock', () => {
  it.each([
    ['a day', DAY],
    ['a year', 366 * DAY],
    ['70 years', 70 * 366 * DAY],
  ])('that is ahead by %s for three days deletes no record with a lifetime of 90 days', (_, wrongBy) => {
    const machine = new Machine();
    machine.put('story', TRUE_NOW + 90 * DAY);
    machine.run(HOUR);
    machine.wrongBy = wrongBy;
    machine.run(DAY);
    machine.restart();
    machine.run(2 * DAY);
    expect(machine.has('story')).toBe(true);
    machine.wrongBy = 0;
    machine.run(2 * DAY);
    expect(machine.has('story')).toBe(true);
    machine.run(90 * DAY, HOUR);
    expect(machine.has('story')).toBe(false);
  });

  it('that is ahead over many restarts deletes no more than one run of the same length', () => {
    const machine = new Machine();
    machine.put('story', TRUE_NOW + 90 * DAY);
    machine.run(HOUR);
    machine.wrongBy = 366 * DAY;
    for (let restart = 0; restart < 200; restart++) {
      machine.restart();
      machine.run(10 * 60_000);
    }
    expect(machine.has('story')).toBe(true);
  });

  it('that is ahead at the first start deletes nothing for three days', () => {
    const machine = new Machine(false);
    machine.put('story', TRUE_NOW + 90 * DAY);
    machine.wrongBy = 366 * DAY;
    machine.run(3 * DAY);
    expect(machine.has('story')).toBe(true);
  });

  it('that is behind deletes nothing, and everything is made up for once it is right', () => {
    const machine = new Machine();
    machine.put('old', TRUE_NOW + HOUR);
    machine.wrongBy = -366 * DAY;
    machine.run(DAY);
    expect(machine.has('old')).toBe(true);
    machine.wrongBy = 0;
    machine.restart();
    machine.run(20 * DAY, HOUR);
    expect(machine.has('old')).toBe(false);
  });
});

it('a machine whose clock starts in 1970 each time still sweeps', () => {
  const machine = new Machine();
  machine.put('old', TRUE_NOW + DAY);
  for (let day = 0; day < 3; day++) {
    machine.restart();
    machine.wrongBy = -machine.trueNow;
    machine.run(2 * 60_000);
    expect(machine.has('old')).toBe(day === 0);
    machine.wrongBy = 0;
    machine.run(DAY);
  }
  expect(machine.has('old')).toBe(false);
});

it('a machine that writes its first record in 1970 sweeps after a month', () => {
  const machine = new Machine(false);
  machine.wrongBy = -machine.trueNow;
  machine.put('early', 90 * DAY);
  machine.put('live', TRUE_NOW + 90 * DAY);
  machine.run(2 * 60_000);
  machine.wrongBy = 0;
  machine.run(30 * DAY, HOUR);
  expect(machine.has('early')).toBe(false);
  expect(machine.has('live')).toBe(true);
  machine.run(61 * DAY, HOUR);
  expect(machine.has('live')).toBe(false);
});

it('a machine that was off for a month catches up within two days', () => {
  const machine = new Machine();
  machine.put('old', TRUE_NOW + 10 * DAY);
  machine.put('live', TRUE_NOW + 90 * DAY);
  machine.run(HOUR);
  machine.restart(30 * DAY);
  machine.run(2 * DAY);
  expect(machine.has('old')).toBe(false);
  expect(machine.has('live')).toBe(true);
});

it('returns the space of deleted records to the file system', () => {
  const folder = mkdtempSync(join(tmpdir(), 'news-alerts-sweeper-'));
  const file = join(folder, 'dynamodb.db');
  const store = new EmbeddedDynamoDb(file);
  store.answer('CreateTable', { TableName: 'owls' });
  for (let n = 0; n < 2_000; n++) {
    store.answer('PutItem', {
      TableName: 'owls',
      Item: {
        pk: { S: `owl ${n}` },
        sk: { S: 'x' },
        text: { S: 'x'.repeat(3_000) },
        expiresAt: { N: '1000' },
      },
    });
  }
  store.saveSweepHorizon(TRUE_NOW / 1000);
  let passed = 0;
  const sweeper = new Sweeper(store, () => passed);
  for (let turn = 0; turn < 60; turn++) {
    passed += 1_000;
    sweeper.run(TRUE_NOW);
  }
  expect(store.count('owls')).toBe(0);
  store.close();
  expect(statSync(file).size).toBeLessThan(200_000);
  rmSync(folder, { recursive: true });
});
