import type { Reason } from '../model.ts';

/** Returns what people call a field in which a term was found. */
export const fieldName = (field: Reason['field']): string =>
  field === 'context' ? 'title of the live page' : field;
