/**
 * The outcome of moving dead letters.
 * - `moved`: all of them.
 * - `cancelled`: the move was stopped; messages that were moved stay moved.
 * - `left`: we stopped watching a move that somebody else started; it continues.
 * - `failed`: SQS gave up.
 */
export type MoveOutcome =
  | { readonly kind: 'moved' | 'cancelled' | 'left'; readonly moved: number }
  | { readonly kind: 'failed'; readonly moved: number; readonly reason: string };

/** Called while messages move. `of`: undefined until known. */
export type OnProgress = (moved: number, of: number | undefined) => void;
