/**
 * What became of moving dead messages.
 * - `moved`: to the end.
 * - `cancelled`: stopped at our wish; what was moved stays moved.
 * - `left`: we have stopped looking; somebody else's move goes on.
 * - `failed`: SQS gave up.
 */
export type MoveOutcome =
  | { readonly kind: 'moved' | 'cancelled' | 'left'; readonly moved: number }
  | { readonly kind: 'failed'; readonly moved: number; readonly reason: string };

/** Told while messages move. `of`: undefined as long as it is not known. */
export type OnProgress = (moved: number, of: number | undefined) => void;
