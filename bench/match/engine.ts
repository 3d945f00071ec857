// What is bundled, as the match function is, to see how fast it starts.
export { Engine } from '../../functions/match/engine/engine.ts';
export { unpack } from '../../functions/match/engine/flat.ts';
export { findPattern } from '../../functions/match/patterns.ts';
