#!/usr/bin/env node
// Each command is a function in cli/.
import { enableCompileCache } from 'node:module';
import { nameCompileCache } from '../local/compile-cache.ts';

enableCompileCache(nameCompileCache());
// Only what is imported from here on comes from the cache.
const { main } = await import('../cli/main.ts');
await main();
