import { Tokenizer } from 'htmlparser2';

/** Parts of htmlparser2's tokenizer that its types declare private. */
interface Scanner {
  readonly buffer: string;
  /** Where the buffer starts in the document. */
  readonly offset: number;
  /** The current position in the document. */
  index: number;
  fastForwardTo(code: number): boolean;
}

/**
 * htmlparser2's tokenizer, which looks at the characters of a text one by one. Searching the string takes a tenth of the time
 * of long texts.
 */
export class FastTokenizer extends Tokenizer {}

const scanner = FastTokenizer.prototype as unknown as Scanner;
/** Moves to the next character with a code. Without one, moves to the end of the buffer and returns false. */
scanner.fastForwardTo = function (code) {
  const at = this.buffer.indexOf(String.fromCharCode(code), this.index + 1 - this.offset);
  this.index = this.offset + (at < 0 ? this.buffer.length - 1 : at);
  return at >= 0;
};
