import { idOf, type SchemaNode, walk } from './schema-node.ts';

/** More nodes with one id would be an error of the page. */
const MAX_NODES = 10;

/** The nodes of a page by their ids. References name them, and one node may be written in several parts. */
export class NodeIndex {
  readonly #byId = new Map<string, SchemaNode[]>();

  constructor(roots: readonly unknown[]) {
    for (const root of roots) {
      walk(root, (node) => {
        const id = idOf(node);
        if (id === '' || isReference(node)) return;
        const nodes = this.#byId.get(id);
        if (!nodes) this.#byId.set(id, [node]);
        else if (nodes.length < MAX_NODES) nodes.push(node);
      });
    }
  }

  /** Returns the nodes with an id, at most 10. */
  nodes(id: string): readonly SchemaNode[] {
    return this.#byId.get(id) ?? [];
  }

  /** Returns the node to which a value refers, or the value itself if it is a node with content. */
  resolve(value: SchemaNode): SchemaNode {
    return isReference(value) ? (this.nodes(idOf(value))[0] ?? value) : value;
  }
}

/** Returns whether a node has only an id, or an id and a type. */
export function isReference(node: SchemaNode): boolean {
  let keys = 0;
  for (const key in node) if (!/^@?(?:id|type|context)$/.test(key) || ++keys > 3) return false;
  return idOf(node) !== '';
}
