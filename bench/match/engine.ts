// What is bundled, as the match function is, to see how fast it starts.

export { unpack } from '../../functions/match/engine/encoded-topics.ts';
export { Engine } from '../../functions/match/engine/engine.ts';
export { findPattern } from '../../functions/match/find-pattern.ts';
