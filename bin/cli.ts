#!/usr/bin/env node
// Each command is a function in cli/.
// Named imports that an older Node lacks would end the program before it can say so.
import * as nodeModule from 'node:module';
import { nameCompileCache } from '../local/compile-cache.ts';
import { OLDEST_NODE } from './oldest-node.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  console.error(
    `news-alerts: expected Node ${OLDEST_NODE.join('.')} or newer, got ${process.versions.node}; install a newer Node`,
  );
  process.exit(1);
}
nodeModule.enableCompileCache(nameCompileCache());
// Only what is imported from here on comes from the cache.
const { main } = await import('../cli/main.ts');
await main();
