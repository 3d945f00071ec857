import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { hash64 } from '../functions/shared/hash.ts';

/** Folder of the files; the package has all of them in one. */
const isPackage = extname(import.meta.filename) === '.js';
const source = (file: string, inPackage: string) =>
  new URL(isPackage ? `./${inPackage}` : file, import.meta.url);

const FILES = {
  'page.css': { url: source('./assets/page.css', 'page.css'), type: 'text/css; charset=utf-8' },
  'live.js': { url: source('./assets/live.js', 'live.js'), type: 'text/javascript; charset=utf-8' },
  'idiomorph.js': {
    url: isPackage
      ? source('', 'idiomorph.js')
      : new URL(import.meta.resolve('idiomorph/dist/idiomorph.min.js')),
    type: 'text/javascript; charset=utf-8',
  },
} as const;

export interface Asset {
  readonly type: string;
  readonly content: string;
}

const assets = new Map<string, Asset>();

/** Returns the address of a file of the page. It contains a hash of the file, so that browsers may keep it. */
function publish(name: keyof typeof FILES): string {
  const { url, type } = FILES[name];
  const content = readFileSync(url, 'utf8');
  const path = `/assets/${hash64(content)}/${name}`;
  assets.set(path, { type, content });
  return path;
}

/** Addresses of the files of the page. */
export const ASSETS = {
  style: publish('page.css'),
  script: publish('live.js'),
  morph: publish('idiomorph.js'),
};

export const assetAt = (path: string): Asset | undefined => assets.get(path);
