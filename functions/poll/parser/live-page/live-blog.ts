import { MAX_ENTRIES } from '../limits.ts';
import { NodeIndex } from './node-index.ts';
import type { PageAddress } from './page-address.ts';
import { hasType, idOf, isNode, Markup, type SchemaNode, stringOf, valuesOf, walk } from './schema-node.ts';

/** A live blog that a page describes. */
export interface LiveBlog {
  /** The parts of its description. */
  readonly nodes: readonly SchemaNode[];
  /** Its updates in document order, each with the nodes that describe it, the most important first. */
  readonly updates: readonly (readonly SchemaNode[])[];
  readonly index: NodeIndex;
}

/** Pages also describe other live blogs, in teasers. The page's own is among the first. */
const MAX_LIVE_BLOGS = 20;
/** Values to look at for the updates of one live blog. Duplicates do not count as entries. */
const MAX_VISITED = 4 * MAX_ENTRIES;
const MAX_UPDATES = 2 * MAX_ENTRIES;

/** A live blog, and whether it is about this page, about another, or does not say. */
interface Candidate extends LiveBlog {
  readonly about: 'page' | 'other' | 'unknown';
}

/**
 * Returns the live blog of this page: the one that names the page's address, or else the one with the most updates. Returns
 * undefined if there is none, if it has neither updates nor a headline, or if a front page shows that of another page.
 */
export function findLiveBlog(roots: readonly unknown[], page: PageAddress): LiveBlog | undefined {
  const index = new NodeIndex(roots);
  const chosen = ownLiveBlog(
    liveBlogsOf(roots).map((nodes) => ({
      nodes,
      index,
      updates: updatesOf(nodes, index),
      about: aboutOf(nodes, page),
    })),
  );
  if (!chosen || (chosen.about === 'other' && page.isFrontPage)) return undefined;
  const hasBegun = chosen.updates.length > 0;
  const isOwn = chosen.about !== 'other' && chosen.nodes.some((node) => stringOf(node, 'headline', 'name'));
  return hasBegun || isOwn ? chosen : undefined;
}

function ownLiveBlog(candidates: readonly Candidate[]): Candidate | undefined {
  const own = longest(candidates.filter(({ about }) => about === 'page'));
  if (!own) return longest(candidates);
  if (own.updates.length > 0) return own;
  // Its updates may be in a part that lacks the address.
  const unaddressed = longest(candidates.filter(({ about }) => about === 'unknown'));
  return unaddressed && unaddressed.updates.length > 0 ? unaddressed : own;
}

/** Returns the first of those with the most updates. */
function longest(candidates: readonly Candidate[]): Candidate | undefined {
  const [first, ...others] = candidates;
  return others.reduce(
    (best, other) => (best && best.updates.length >= other.updates.length ? best : other),
    first,
  );
}

/** Returns the descriptions of live blogs, with the parts that have the same id together. */
function liveBlogsOf(roots: readonly unknown[]): SchemaNode[][] {
  const blogs = new Map<unknown, SchemaNode[]>();
  for (const root of roots) {
    walk(root, (node) => {
      if (!hasType(node, 'LiveBlogPosting')) return;
      const key = idOf(node) || node;
      const parts = blogs.get(key);
      if (parts && parts.length < MAX_LIVE_BLOGS) parts.push(node);
      else if (!parts && blogs.size < MAX_LIVE_BLOGS) blogs.set(key, [node]);
    });
  }
  return [...blogs.values()];
}

/** Returns which page a live blog says that it is about. */
function aboutOf(nodes: readonly SchemaNode[], page: PageAddress): Candidate['about'] {
  const addresses = nodes.flatMap(addressesOf).flatMap((written) => page.resolve(written) ?? []);
  if (addresses.some((address) => page.isOnPage(address))) return 'page';
  return addresses.length > 0 && page.url !== undefined ? 'other' : 'unknown';
}

/** Returns the addresses that a node gives itself, as written. */
export function addressesOf(node: SchemaNode): string[] {
  const written = [...valuesOf(node, 'url'), ...valuesOf(node, 'mainEntityOfPage')].map(addressIn);
  return [...written, idOf(node)].filter((address) => /^(?:https?:)?\/|^#/i.test(address));
}

/** Returns the address that a value is or has, as written, or ''. */
export function addressIn(value: unknown): string {
  if (value instanceof Markup) return value.html.trim();
  if (isNode(value)) return idOf(value) || stringOf(value, 'url');
  return typeof value === 'string' ? value.trim() : '';
}

/** Properties that hold updates, or lists of them. */
const UPDATE_PROPERTIES = ['liveBlogUpdate', 'liveBlogUpdates', 'itemListElement', 'item'];
const LISTS = ['itemListElement', 'item'];
const TEXT_PROPERTIES = ['articleBody', 'text', 'description'];
const CONTENT_PROPERTIES = ['headline', 'name', ...TEXT_PROPERTIES];

/**
 * Returns the updates of a live blog and those in them, each once, in document order. A stack instead of recursion,
 * because references can form a chain of any length or a circle.
 */
function updatesOf(nodes: readonly SchemaNode[], index: NodeIndex): SchemaNode[][] {
  const updates: SchemaNode[][] = [];
  const seen = new Set<unknown>(nodes);
  const stack: unknown[] = nodes
    .flatMap((node) => valuesOf(node, 'liveBlogUpdate', 'liveBlogUpdates'))
    .reverse();
  for (
    let visited = 0;
    visited < MAX_VISITED && stack.length > 0 && updates.length < MAX_UPDATES;
    visited++
  ) {
    const value = stack.pop();
    const [found] = typeof value === 'string' ? index.nodes(value.trim()) : [];
    const node = isNode(value) ? index.resolve(value) : found;
    if (!node || seen.has(node)) continue;
    seen.add(node);
    for (const name of UPDATE_PROPERTIES.toReversed()) {
      // Not spread into the arguments of a call: there may be too many.
      for (const nested of valuesOf(node, name).reverse()) stack.push(nested);
    }
    if (isList(node)) continue;
    const parts = [node, ...otherParts(node, index)];
    if (CONTENT_PROPERTIES.some((name) => parts.some((part) => valuesOf(part, name).length > 0)))
      updates.push(parts);
  }
  return updates;
}

/** Returns whether a node only contains updates. */
function isList(node: SchemaNode): boolean {
  return (
    hasType(node, 'ItemList') ||
    LISTS.some((name) => valuesOf(node, name).some(isNode)) ||
    (hasType(node, 'LiveBlogPosting') && valuesOf(node, 'liveBlogUpdate').length > 0)
  );
}

/** Returns the other description of an update that has no text in this one. */
function otherParts(node: SchemaNode, index: NodeIndex): readonly SchemaNode[] {
  const id = idOf(node);
  if (id === '' || TEXT_PROPERTIES.some((name) => valuesOf(node, name).length > 0)) return [];
  const others = index.nodes(id).filter((other) => other !== node);
  // Some pages give all their updates the same id.
  return others.length === 1 ? others : [];
}
