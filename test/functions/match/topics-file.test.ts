import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { findPattern } from '../../../functions/match/find-pattern.ts';
import { compileMatcher } from '../../../functions/match/matcher.ts';
import { openTopics, packTopics } from '../../../functions/match/topics-file.ts';

const TOPICS = [
  { id: 'floods', query: parseQuery('(flood OR "storm surge") -insurance').query },
  { id: 'broken' },
  { id: 'été', query: parseQuery('lang:fr été*').query },
];

function fileOf(bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'news-alerts-topics-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'topics.bin');
  writeFileSync(file, bytes);
  return file;
}

it('matches like the topics compiled into the file, with reasons', () => {
  const matcher = openTopics(fileOf(packTopics(TOPICS)), findPattern);
  const direct = compileMatcher(TOPICS, findPattern);
  for (const title of [
    'Floods in the valley',
    'Insurance after the flood',
    'Les étés sont chauds dans le sud',
    'Nothing',
  ]) {
    const item = { title, summary: '', content: '' };
    expect(matcher.match(item)).toEqual(direct.match(item));
  }
  expect(matcher.match({ title: 'A flood', summary: '', content: '' })).toHaveLength(1);
});

it('marks urgent matches, but only of topics that match', () => {
  const topics = [
    { id: 'quakes', query: parseQuery('quake').query, urgent: parseQuery('tsunami OR "magnitude 8"').query },
    { id: 'floods', query: parseQuery('flood').query, urgent: parseQuery('dam').query },
    { id: 'coasts', query: parseQuery('coast').query },
  ];
  for (const matcher of [
    openTopics(fileOf(packTopics(topics)), findPattern),
    compileMatcher(topics, findPattern),
  ]) {
    const match = (title: string) =>
      matcher.match({ title, summary: '', content: '' }).map(({ topicId, urgent }) => [topicId, urgent]);
    expect(match('A quake, and a tsunami at the coast')).toEqual([
      ['quakes', true],
      ['coasts', undefined],
    ]);
    expect(match('A quake')).toEqual([['quakes', undefined]]);
    expect(match('A tsunami floods the plain')).toEqual([['floods', undefined]]);
    expect(match('The dam breaks in a tsunami')).toEqual([]);
  }
});

it('refuses a file of another release, or a truncated one', () => {
  const packed = packTopics(TOPICS);
  const other = packed.slice();
  const engine = 8 + 4 * (TOPICS.length + 1);
  other[engine] = 0x7f;
  expect(() => openTopics(fileOf(other), findPattern)).toThrow('expected topics compiled by this release');
  expect(() => openTopics(fileOf(packed.subarray(0, 40)), findPattern)).toThrow(
    'bytes of compiled topics, got',
  );
  expect(() => openTopics(fileOf(new Uint8Array()), findPattern)).toThrow('bytes of compiled topics, got 0');
});

it('matches nothing if there are no topics', () => {
  expect(
    openTopics(fileOf(packTopics([])), findPattern).match({ title: 'a', summary: '', content: '' }),
  ).toEqual([]);
});
