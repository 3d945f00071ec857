export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

export const EXIT_CODES: readonly { readonly code: number; readonly meaning: string }[] = [
  { code: EXIT.ok, meaning: 'success' },
  { code: EXIT.failed, meaning: 'invalid input or configuration, or a failure' },
  { code: EXIT.usage, meaning: 'wrong usage' },
  { code: EXIT.interrupted, meaning: 'interrupted' },
];
