import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves the current snapshot of each feed. ETags are hashes of the bytes. */
export interface SnapshotServer {
  urlOf(feed: number): string;
  show(feed: number, file: string): void;
  stop(): Promise<void>;
}

/** Starts a server on any free port of 127.0.0.1. */
export async function startSnapshotServer(): Promise<SnapshotServer> {
  const current = new Map<string, string>();
  const server = createServer((request, response) => {
    const file = current.get(request.url ?? '');
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const body = readFileSync(file);
    const etag = `"${createHash('sha1').update(body).digest('hex')}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    // No charset, as from a server that knows only the file's name, so that the document's own declaration counts.
    else response.writeHead(200, { 'content-type': 'application/xml', etag }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const path = (feed: number) => `/feeds/${feed}.xml`;
  return {
    urlOf: (feed) => `http://127.0.0.1:${port}${path(feed)}`,
    show: (feed, file) => void current.set(path(feed), file),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
