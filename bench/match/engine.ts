// Entry point of the bundle for the cold-start benchmark. Bundled like the match function.

export { unpack } from '../../functions/match/engine/encoded-topics.ts';
export { Engine } from '../../functions/match/engine/engine.ts';
export { findPattern } from '../../functions/match/find-pattern.ts';
