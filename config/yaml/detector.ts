import { Lexer } from 'yaml';
import type { ErrorContext } from './error-context.ts';
import type { Span } from './positions.ts';

/** Replaces a span of the file's text. */
export interface Edit extends Span {
  readonly text: string;
}

/** An error in the YAML, described for the user. */
export interface SyntaxFault extends Span {
  /** "expected …, got …" */
  readonly message: string;
  readonly suggestion: string;
  /** Edits that correct the error, so that further faults can be found; in the order of the text. */
  readonly fix?: readonly Edit[];
}

/** Looks for one kind of mistake around a parser error. Returns undefined if it is another kind. */
export type Detector = (context: ErrorContext) => SyntaxFault | undefined;

export const CLOSING_BRACKETS = { '[': ']', '{': '}' } as const;

/** Marks that the lexer adds for the start of a document, the start of a text, and the end of brackets. */
const LEXER_MARKS: readonly string[] = ['\u0002', '\u0018', '\u001f'];

/** Yields the lexemes of a YAML text with their offsets. */
export function* lexemes(text: string): Generator<{ readonly at: number; readonly lexeme: string }> {
  let at = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (LEXER_MARKS.includes(lexeme)) continue;
    yield { at, lexeme };
    at += lexeme.length;
  }
}
