import { describe, expect, it } from 'vitest';
import { plainText } from '../../../../../functions/poll/parser/text/plain-text.ts';
import { takesLessThan } from '../../../../helpers/processor-time.ts';

it.each([
  ['', ''],
  ['  plain \n text\t ', 'plain text'],
  ['a &amp; b &lt;c&gt; &quot;d&quot;', 'a & b <c> "d"'],
  ['&uuml;ber &#8220;Flut&#x201d; &hellip;', 'über “Flut” …'],
  ['a&nbsp;&nbsp;b\u00a0c', 'a b c'],
  ['&amp;amp; &amp;lt;b&amp;gt;', '&amp; &lt;b&gt;'],
  ['AT&T, R&D &c', 'AT&T, R&D &c'],
  ['Hoch&shy;wasser, Hoch\u00adwasser', 'Hochwasser, Hochwasser'],
  ['&nosuch; &#xD83D; &#x110000;', '&nosuch; \ufffd \ufffd'],
])('decodes entities once: %j', (html, text) => {
  expect(plainText(html)).toBe(text);
});

it.each([
  ['<p>one</p><p>two</p>', 'one two'],
  ['one<br>two<br/>three', 'one two three'],
  ['<ul><li>one<li>two</ul>three', 'one two three'],
  ['<table><tr><td>1</td><td>2</td></tr></table>', '1 2'],
  ['<H2>One</H2>two', 'One two'],
  ['a <b>bo</b>ld <a href="x">li</a>nk', 'a bold link'],
  ['H<sub>2</sub>O', 'H2O'],
])('separates blocks, but not inline elements: %j', (html, text) => {
  expect(plainText(html)).toBe(text);
});

it.each([
  ['a<script>document.write("<p>hidden</p>")</script>b', 'ab'],
  ['a<SCRIPT type="x">hidden</SCRIPT >b', 'ab'],
  ['a<style>p { color: red }</style>b', 'ab'],
  ['a<noscript><img src="x"><p>hidden</p></noscript>b', 'a b'],
  ['a<template><p>hidden</p></template>b', 'a b'],
  ['a<iframe src="x">hidden</iframe>b', 'ab'],
  ['a<iframe src="x"/>b<script src="y"/>c', 'abc'],
  ['a<!-- hidden <p> -->b', 'ab'],
  ['a<?php hidden ?>b<!DOCTYPE html>c', 'abc'],
  ['a</script>b</style>c', 'abc'],
  ['<p title="hidden > hidden">a</p>', 'a'],
])('omits hidden content: %j', (html, text) => {
  expect(plainText(html)).toBe(text);
});

it.each([
  ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ['a <b>c', 'a c'],
  ['a</b></i>c', 'ac'],
  ['a <b <c>d', 'a d'],
  ['cut in the middle of <a href="http', 'cut in the middle of'],
  ['cut in the middle of &am', 'cut in the middle of &am'],
  ['a <', 'a <'],
  ['<<<>>>', '<<<>>>'],
])('tolerates broken markup: %j', (html, text) => {
  expect(plainText(html)).toBe(text);
});

it.each([
  ['<ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby>で地震', '東京で地震'],
  ['<ruby>東<rp>(</rp><rt>とう<rp>)</rp>京</ruby>', '東京'],
  ['<ruby><rb>東<rt>とう<rb>京<rt>きょう</ruby>駅', '東京駅'],
  ['<p><ruby>東<rt>とう</p><p>京</p>', '東 京'],
  ['5 <rt>a</rt>', '5 a'],
])('omits the pronunciation of ruby text: %j', (html, text) => {
  expect(plainText(html)).toBe(text);
  expect(plainText(html, { headline: true, type: 'text' })).toBe(text);
});

describe('a headline', () => {
  const asText = (html: string) => plainText(html, { headline: true, type: 'text' });
  const untyped = (html: string) => plainText(html, { headline: true });

  it.each([
    'When should I use std::unique_ptr<S>?',
    'Use <select> and <B> wisely',
    'The <br> element',
    'Use <script> with <style>',
    'Map<String, List<Integer>>',
    'if a<b and c>d',
    'if x<y',
    'a < b and c > d, I <3 it',
    'Option<&str>',
    'Mail <desk@herald.test>',
  ])('%j is plain text', (html) => {
    expect(asText(html)).toBe(html);
    expect(untyped(html)).toBe(html);
  });

  it.each([
    ['Storm <i>Ana</i> nears', 'Storm Ana nears'],
    ['<a href="x">Storm', 'Storm'],
    ['<img alt="a > b" src=x>Storm', 'Storm'],
    ['Storm<br>flood', 'Storm flood'],
    ['<p>Storm', 'Storm'],
    ['Storm &#8211; <b>live', 'Storm – live'],
    ['<o:p></o:p>Storm', 'Storm'],
    ['Tom &amp; Jerry', 'Tom & Jerry'],
  ])('%j is HTML', (html, text) => {
    expect(asText(html)).toBe(text);
    expect(untyped(html)).toBe(text);
  });

  it('of type text keeps tags that are part of its text', () => {
    const html = 'The <video> and <table> elements, and &amp;';
    expect(asText(html)).toBe(html);
    expect(untyped(html)).toBe('The <video> and <table> elements, and &');
  });

  it('of type HTML keeps no tags', () => {
    expect(plainText('The <video> element', { headline: true, type: 'html' })).toBe('The element');
  });

  it.each([
    ['Mayor&amp;#8217;s plan &amp;amp; port', 'Mayor’s plan & port'],
    ['&amp;#x22;Storm&amp;#34; prize', '"Storm" prize'],
    ['Caf&amp;eacute; &amp;mdash; open', 'Café — open'],
    ['Storm&amp;nbsp;warning', 'Storm warning'],
    ['Use &amp;nbsp; and &amp;lt;', 'Use &nbsp; and &lt;'],
    ['&amp;nosuch; R&amp;D', '&nosuch; R&D'],
  ])('that was escaped twice is decoded: %j', (html, text) => {
    expect(untyped(html)).toBe(text);
  });
});

it('reads a text of type text as HTML only if it looks like HTML', () => {
  expect(plainText('<p>One</p><p>two</p>', { type: 'text' })).toBe('One two');
  expect(plainText('History of the <blink> tag', { type: 'text' })).toBe('History of the <blink> tag');
});

it('removes invisible characters', () => {
  expect(plainText('Ost&#8203;rand, Ost&shy;rand, Ost\ufeffrand')).toBe('Ostrand, Ostrand, Ostrand');
});

it('gives well-formed text', () => {
  expect(plainText('a\ud83d b')).toBe('a\ufffd b');
  expect(plainText('<b>a\udf0a</b> 🌊')).toBe('a\ufffd 🌊');
});

describe('takes linear time for', () => {
  it.each([
    ['signs', '<'.repeat(500_000), 500_000],
    ['nested tags', '<b>'.repeat(100_000) + '</b>'.repeat(100_000), 0],
    ['tags that never match', '<b>'.repeat(100_000) + '</i>'.repeat(100_000), 0],
    ['blocks', '<div>'.repeat(100_000), 0],
    ['unclosed comments', '<!--'.repeat(200_000), 0],
    ['ampersands', '&'.repeat(500_000), 500_000],
    ['white space', `a${' '.repeat(500_000)}<b>b`, 3],
    ['unclosed scripts', '<script>'.repeat(100_000), 0],
    ['marks on one letter', `e${'\u0301'.repeat(500_000)}`, 31],
    ['invisible characters', '\u200b'.repeat(500_000), 0],
  ])('%s', async (_name, html, length) => {
    expect(await takesLessThan(1_000, () => plainText(html))).toHaveLength(length);
  });

  it.each([
    ['signs', '<'],
    ['tags', '<b>'],
    ['unclosed tags', '<b '],
    ['letters', '<a'],
    ['attributes', '<b a="'],
    ['unknown tags', '<zz>'],
    ['closing tags', '</b>'],
    ['ampersands', '&'],
    ['escaped ampersands', '&amp;amp;'],
    ['comments', '<!--'],
  ])('a headline of %s', async (_name, html) => {
    const long = html.repeat(200_000 / html.length);
    await takesLessThan(2_000, () => {
      for (const type of ['text', 'html', undefined] as const) plainText(long, { headline: true, type });
    });
  });
});
