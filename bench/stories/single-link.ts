import { wordsOf } from '../../functions/shared/text/words.ts';
import { bCubed, type Score } from './b-cubed.ts';
import type { LabelledItem } from './labelled-items.ts';

/** The common baseline: TF-IDF over words, with a link between any two similar items. Returns the best threshold's score. */
export function singleLink(items: readonly LabelledItem[], window: number): Score & { threshold: number } {
  const links = similarities(items, window);
  let best: (Score & { threshold: number }) | undefined;
  for (let threshold = 0.04; threshold < 0.5; threshold += 0.02) {
    const score = bCubed(
      items.map(({ story }) => story),
      componentsOf(items.length, links, threshold),
    );
    if (best === undefined || score.f1 > best.f1) best = { ...score, threshold };
  }
  return best as Score & { threshold: number };
}

type Link = readonly [number, number, number];

function similarities(items: readonly LabelledItem[], window: number): Link[] {
  const counts = items.map(({ title, summary }) => {
    const count = new Map<string, number>();
    for (const { text } of wordsOf(`${title} ${summary}`)) count.set(text, (count.get(text) ?? 0) + 1);
    return count;
  });
  const itemsWith = new Map<string, number>();
  for (const count of counts)
    for (const word of count.keys()) itemsWith.set(word, (itemsWith.get(word) ?? 0) + 1);
  const vectors = counts.map((count) => {
    const vector = new Map<string, number>();
    for (const [word, times] of count) {
      vector.set(word, (1 + Math.log(times)) * Math.log(items.length / (itemsWith.get(word) ?? 1)));
    }
    const length = Math.hypot(...vector.values()) || 1;
    for (const [word, weight] of vector) vector.set(word, weight / length);
    return vector;
  });
  const links: Link[] = [];
  for (const [n, vector] of vectors.entries()) {
    for (let m = 0; m < n; m++) {
      if (Math.abs((items[n]?.at ?? 0) - (items[m]?.at ?? 0)) > window) continue;
      let dot = 0;
      for (const [word, weight] of vectors[m] ?? []) dot += weight * (vector.get(word) ?? 0);
      if (dot >= 0.04) links.push([n, m, dot]);
    }
  }
  return links;
}

function componentsOf(size: number, links: readonly Link[], threshold: number): number[] {
  const parents = Array.from({ length: size }, (_, n) => n);
  const root = (n: number): number => {
    let at = n;
    while (parents[at] !== at) at = parents[at] ?? at;
    parents[n] = at;
    return at;
  };
  for (const [n, m, similarity] of links) if (similarity >= threshold) parents[root(n)] = root(m);
  return parents.map((_, n) => root(n));
}
