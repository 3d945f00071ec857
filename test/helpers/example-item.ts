import type { ExampleItem } from './matches.ts';

const LABELS: Readonly<Record<string, (text: string) => Partial<ExampleItem>>> = {
  category: (text) => ({ categories: [text] }),
  author: (text) => ({ authors: [text] }),
  url: (text) => ({ url: text }),
};

/**
 * Returns the item of an example in the documentation: "(de) Title ¶ summary". The parentheses hold a language, the title of
 * a feed, or a label such as "category: Sport"; several of them may follow each other.
 */
export function exampleItem(text: string): ExampleItem {
  const [, before = '', rest = ''] = /^((?:\([^)]+\) )*)(.*)$/u.exec(text) ?? [];
  const [title = '', summary = ''] = rest.split(' ¶ ');
  const item: ExampleItem = { title, summary };
  return Object.assign(
    item,
    ...Array.from(before.matchAll(/\(([^)]+)\)/g), ([, about = '']) => labels(about)),
  );
}

function labels(about: string): Partial<ExampleItem> {
  const [, field = '', text = ''] = /^(\w+): (.*)$/u.exec(about) ?? [];
  if (field !== '') return LABELS[field]?.(text) ?? {};
  return /^[a-z]{2}$/.test(about) ? { language: about } : { source: about };
}
