import { describe, expect, it } from 'vitest';
import { plainText } from '../../../../functions/poll/reading/plain-text.ts';

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
])('resolves entities once: %j', (html, text) => {
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
])('separates blocks, and not what is within one: %j', (html, text) => {
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
])('hides what no reader sees: %j', (html, text) => {
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
])('takes broken markup as it comes: %j', (html, text) => {
  expect(plainText(html)).toBe(text);
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
    ['comments that never end', '<!--'.repeat(200_000), 0],
    ['ampersands', '&'.repeat(500_000), 500_000],
    ['white space', `a${' '.repeat(500_000)}<b>b`, 3],
    ['scripts that never end', '<script>'.repeat(100_000), 0],
  ])('%s', (_name, html, length) => {
    const start = performance.now();
    expect(plainText(html)).toHaveLength(length);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
