import { decodeEntities } from '../text/entities.ts';
import { type Attributes, createTagTokenizer, type TagEvents } from '../xml/tag-tokenizer.ts';

/** The texts of an entry that we read, by their elements. */
export type SitemapField = 'loc' | 'lastmod' | NewsField;
type NewsField = 'name' | 'language' | 'publication_date' | 'title' | 'keywords';

/** A `url` of a sitemap or a `sitemap` of an index. */
export interface SitemapEntry {
  /** The texts with entities decoded once. */
  readonly fields: ReadonlyMap<SitemapField, string>;
  readonly hasNews: boolean;
}

/** The root of a sitemap, and what is known about the whole document. */
export interface SitemapRoot {
  readonly kind: RootName;
  /** The document declares the namespace of news sitemaps, even if it has no entries. */
  readonly declaresNews: boolean;
  /** The root is closed, so the document is not truncated. */
  readonly complete: boolean;
}

type RootName = 'urlset' | 'sitemapindex';
type OnEntry = (entry: SitemapEntry, root: RootName) => void;
const ENTRY_ELEMENTS: Readonly<Record<RootName, string>> = { urlset: 'url', sitemapindex: 'sitemap' };
const NEWS_FIELDS: ReadonlySet<string> = new Set<NewsField>([
  'name',
  'language',
  'publication_date',
  'title',
  'keywords',
]);

/** Elements without a prefix that are no markup. */
const NEVER_IN_FIELD: ReadonlySet<string> = new Set([
  'changefreq',
  'priority',
  'publication',
  'genres',
  'access',
  'image',
  'video',
]);

/** Characters of a field. Google reads addresses of up to 2,048, and longer titles are no headlines. */
const MAX_FIELD_LENGTH = 4_000;
/** No sitemap binds more prefixes. */
const MAX_PREFIXES = 100;

/**
 * Reads a sitemap or a sitemap index and passes on its entries, in order. Returns undefined if the document has no root of
 * either. An entry that the end of the document cuts off is left out.
 */
export function readSitemapEntries(source: string, onEntry: OnEntry): SitemapRoot | undefined {
  return new SitemapReader(source, onEntry).read();
}

/**
 * Knows at most one open entry and one open field, so unclosed elements take no memory: the next entry ends the last one, and
 * the next field the last field.
 */
class SitemapReader implements TagEvents {
  readonly #source: string;
  readonly #onEntry: OnEntry;
  readonly #newsPrefixes = new Set(['', 'news']);
  readonly #sitemapPrefixes = new Set(['']);
  #root: RootName | undefined;
  #declaresNews = false;
  #complete = false;
  #fields: Map<SitemapField, string> | undefined;
  #hasNews = false;
  /** The tags of the open `news`, and of the open image or video, whose texts are not those of the page. */
  #news = '';
  #media = '';
  #field: { readonly name: SitemapField; readonly tag: string } | undefined;

  constructor(source: string, onEntry: OnEntry) {
    this.#source = source;
    this.#onEntry = onEntry;
  }

  read(): SitemapRoot | undefined {
    const tokenizer = createTagTokenizer(this.#source, this);
    tokenizer.write(this.#source);
    tokenizer.end();
    if (!this.#root) return undefined;
    return { kind: this.#root, declaresNews: this.#declaresNews, complete: this.#complete };
  }

  wantsAttributes(): boolean {
    return this.#field === undefined;
  }

  text(start: number, end: number, isCdata: boolean): void {
    if (!this.#field || !this.#fields) return;
    const before = this.#fields.get(this.#field.name) ?? '';
    const room = MAX_FIELD_LENGTH - before.length;
    if (room <= 0) return;
    const text = this.#source.slice(start, Math.min(end, start + room));
    this.#fields.set(this.#field.name, before + (isCdata ? text : decodeEntities(text)));
  }

  open(tag: string, attributes: Attributes | undefined): void {
    if (attributes) this.#addPrefixes(attributes);
    const colon = tag.indexOf(':');
    const prefix = tag.slice(0, Math.max(0, colon));
    const local = tag.slice(colon + 1);
    if (local === 'urlset' || local === 'sitemapindex') this.#openRoot(local, prefix);
    else if (this.#root && local === ENTRY_ELEMENTS[this.#root] && this.#sitemapPrefixes.has(prefix))
      this.#openEntry(tag);
    else if (this.#fields) this.#openElement(tag, prefix, local);
  }

  close(tag: string): void {
    if (tag === this.#field?.tag) this.#field = undefined;
    if (tag === this.#news) this.#news = '';
    if (tag === this.#media) this.#media = '';
    if (!this.#root) return;
    const local = tag.slice(tag.indexOf(':') + 1);
    if (local === this.#root) this.#complete = true;
    const isEntry =
      local === ENTRY_ELEMENTS[this.#root] && this.#sitemapPrefixes.has(tag.slice(0, -local.length - 1));
    if (isEntry || local === this.#root) this.#closeEntry();
  }

  /** Some documents are several sitemaps in a row. */
  #openRoot(name: RootName, prefix: string): void {
    this.#closeEntry();
    this.#root ??= name;
    this.#complete = false;
    this.#sitemapPrefixes.add(prefix);
  }

  #openEntry(tag: string): void {
    this.#closeEntry();
    this.#fields = new Map();
    // Some indexes write the address without <loc>.
    this.#field = this.#root === 'sitemapindex' ? { name: 'loc', tag } : undefined;
  }

  #openElement(tag: string, prefix: string, local: string): void {
    const isNewsElement = this.#newsPrefixes.has(prefix);
    if (local === 'news' && isNewsElement) {
      this.#hasNews = true;
      this.#news = tag;
      this.#media = '';
      this.#field = undefined;
    } else if (isPageField(local) && this.#sitemapPrefixes.has(prefix) && this.#media === '')
      this.#openField(tag, local);
    else if (isNewsField(local) && isNewsElement && this.#news !== '') this.#openField(tag, local);
    else {
      if (this.#news === '' && (local === 'image' || local === 'video')) this.#media = tag;
      // The field was not closed. Other elements are markup within its text.
      if (prefix !== '' || NEVER_IN_FIELD.has(local)) this.#field = undefined;
    }
  }

  /** The first text of a field counts. */
  #openField(tag: string, name: SitemapField): void {
    const isKnown = /\S/.test(this.#fields?.get(name) ?? '');
    if (!isKnown) this.#fields?.delete(name);
    this.#field = isKnown ? undefined : { name, tag };
  }

  #closeEntry(): void {
    if (this.#fields && this.#root)
      this.#onEntry({ fields: this.#fields, hasNews: this.#hasNews }, this.#root);
    this.#fields = undefined;
    this.#field = undefined;
    this.#hasNews = false;
    this.#news = '';
    this.#media = '';
  }

  #addPrefixes(attributes: Attributes): void {
    for (const [name, value] of attributes) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      const prefix = name.slice('xmlns:'.length);
      const uri = value.slice(0, 200);
      const isNews = NEWS_NAMESPACE.test(uri);
      this.#declaresNews ||= isNews;
      const prefixes = isNews ? this.#newsPrefixes : this.#sitemapPrefixes;
      if ((isNews || SITEMAP_NAMESPACE.test(uri)) && prefixes.size < MAX_PREFIXES) prefixes.add(prefix);
    }
  }
}

/** http://www.google.com/schemas/sitemap-news/0.9. Sitemaps write it with other versions and schemes, too. */
const NEWS_NAMESPACE = /schemas\/sitemap-news\b/i;
const SITEMAP_NAMESPACE = /schemas\/sitemap\//i;

function isPageField(name: string): name is 'loc' | 'lastmod' {
  return name === 'loc' || name === 'lastmod';
}

function isNewsField(name: string): name is NewsField {
  return NEWS_FIELDS.has(name);
}
