import type { Query } from '../../functions/shared/model.ts';
import { checkPattern } from './check-pattern.ts';
import { allOf, anyOf, noneOf, partsOf } from './combine.ts';
import { checkForeignOperator } from './foreign-operators.ts';
import { inField } from './in-field.ts';
import type { Budget } from './limits.ts';
import { missingOperand } from './missing-operand.ts';
import { nearOf } from './near.ts';
import {
  joinSpans,
  QueryError,
  type QuerySpan,
  type QueryText,
  type QueryWarning,
  textAt,
} from './query-error.ts';
import type { SpanMap } from './span-map.ts';
import { termOf } from './term.ts';
import { tokenize } from './tokenize.ts';
import type { Token } from './tokens.ts';

/** Named sets of terms. */
export interface Sets {
  /** What a set stands for, and what it takes. Throws QueryError, at the place of its use. */
  use(name: string, place: QuerySpan): { readonly query: Query; readonly spent: Readonly<Budget> };
}

/** What the texts of one topic have in common. */
export interface ParseContext {
  readonly sets: Sets;
  readonly spans: SpanMap;
  readonly budget: Budget;
  readonly warnings: QueryWarning[];
}

/** Parses one text. Whether it makes sense by itself is another question. Throws QueryError. */
export function parseText(source: QueryText, surroundings: ParseContext): Query {
  surroundings.budget.spend({ source, at: 0, length: source.text.length }, { length: source.text.length });
  return new Parser(tokenize(source), surroundings).parse();
}

/** "One and only", "now or never": nobody means an operator. */
const FIXED_PHRASE =
  /^(one|only|more|less|now|then|never|either|neither|both|whether|again|nothing|sooner|later)$/i;

type TokenOf<K extends Token['kind']> = Extract<Token, { kind: K }>;

/**
 * query   = all { OR all }
 * all     = not { [AND] not }
 * not     = { NOT | "-" } near
 * near    = one [ NEAR/n one ]
 * one     = "(" query ")" | field one | term | pattern | set
 */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #around: ParseContext;
  #next = 0;
  #depth = 0;
  /** What the alternative that was read last leaves out, outside of parentheses. */
  #denied: QuerySpan | undefined;

  constructor(tokens: readonly Token[], surroundings: ParseContext) {
    this.#tokens = tokens;
    this.#around = surroundings;
  }

  parse(): Query {
    const query = this.#query();
    if (this.#token.kind !== 'end') this.#missing();
    return query;
  }

  get #token(): Token {
    const token = this.#tokens[this.#next];
    if (!token) throw new RangeError('read beyond the end');
    return token;
  }

  #take(): Token {
    const token = this.#token;
    this.#next++;
    return token;
  }

  #query(): Query {
    const first = this.#token;
    const parts = [this.#all()];
    let denials = this.#denied ? 1 : 0;
    while (this.#token.kind === 'or') {
      this.#take();
      parts.push(this.#all());
      if (this.#denied) denials++;
    }
    if (parts.length > 1 && denials === 1 && this.#denied) this.#cautionOfDenial(this.#denied);
    this.#denied = undefined;
    return this.#marked(anyOf(parts), first);
  }

  #all(): Query {
    const first = this.#token;
    const parts = [this.#not()];
    let denied: QuerySpan | undefined;
    while (!['or', 'close', 'end'].includes(this.#token.kind)) {
      if (this.#token.kind === 'and') this.#take();
      const start = this.#token;
      parts.push(this.#not());
      if (start.kind === 'not' || start.kind === 'minus') denied = joinSpans(start, this.#last);
    }
    this.#denied = denied;
    return this.#marked(allOf(parts), first);
  }

  #not(): Query {
    const first = this.#token;
    let denied = false;
    let sign: Token | undefined;
    while (this.#token.kind === 'not' || this.#token.kind === 'minus') {
      sign = this.#take();
      denied = !denied;
    }
    const query = this.#near(sign);
    return denied ? this.#marked(noneOf(query), first) : query;
  }

  #near(sign: Token | undefined): Query {
    const first = this.#token;
    const left = this.#one();
    const near = this.#token;
    if (near.kind !== 'near') return left;
    if (sign?.kind === 'minus') {
      const suggestion = 'write -(one NEAR/5 other) to leave both together out';
      throw new QueryError('expected a word beside NEAR, got one that is left out', sign, suggestion);
    }
    this.#take();
    const right = this.#one();
    if (this.#token.kind === 'near') {
      throw new QueryError(
        'expected one NEAR between two, got another',
        this.#token,
        'write (one NEAR/5 other) AND (other NEAR/5 third)',
      );
    }
    return this.#marked(nearOf(near.distance, left, right, this.#around.spans), first);
  }

  #one(): Query {
    const token = this.#token;
    if (token.kind === 'open') return this.#group(token);
    if (token.kind === 'field') return this.#field(token);
    if (token.kind === 'term') return this.#term(token);
    if (token.kind === 'pattern') return this.#pattern(token);
    if (token.kind === 'set') return this.#set(token);
    return this.#missing();
  }

  #group(opening: Token): Query {
    this.#take();
    this.#descend(opening);
    if (this.#token.kind === 'end') this.#unclosed(opening);
    const query = this.#query();
    if (this.#token.kind !== 'close') this.#unclosed(opening);
    this.#take();
    this.#depth--;
    return query;
  }

  #unclosed(opening: QuerySpan): never {
    const message = 'expected a closing ) for it, got the end';
    throw new QueryError(message, opening, 'close it, or put it in quotes to search for words');
  }

  #field(field: TokenOf<'field'>): Query {
    this.#take();
    const token = this.#token;
    const name = textAt(field);
    const follows = token.at === field.at + field.length;
    if (!follows || !['open', 'term', 'pattern', 'set', 'field'].includes(token.kind)) {
      const got =
        follows && token.kind !== 'end' ? textAt(token) : token.kind === 'end' ? 'the end' : 'a space';
      throw new QueryError(
        `expected what to look for directly after ${name}, got ${got}`,
        field,
        `write ${name}word, ${name}"two words" or ${name}(one OR other), and - before all of it`,
      );
    }
    this.#descend(field);
    const query = inField(field.name, this.#one(), this.#around.spans);
    this.#depth--;
    // One leaf begins with its field.
    return this.#marked(partsOf(query).length === 0 ? { ...query } : query, field);
  }

  #term(token: TokenOf<'term'>): Query {
    this.#take();
    this.#around.budget.spend(token, { clauses: 1 });
    const operator = checkForeignOperator({
      before: this.#tokens[this.#next - 2],
      token,
      after: this.#token,
    });
    if (operator) this.#around.warnings.push(operator);
    else this.#caution(token);
    return this.#marked({ term: termOf(token) }, token);
  }

  #pattern(token: TokenOf<'pattern'>): Query {
    this.#take();
    this.#around.budget.spend(token, { clauses: 1, patterns: 1 });
    // As texts are: é is one letter there.
    const regex = token.pattern.normalize('NFC');
    const warning = checkPattern(regex, token);
    if (warning) this.#around.warnings.push(warning);
    return this.#marked({ regex }, token);
  }

  #set(token: TokenOf<'set'>): Query {
    this.#take();
    const { sets, spans, budget } = this.#around;
    const { query, spent } = sets.use(token.name, token);
    budget.spend(token, spent);
    budget.descend(token, this.#depth + 1 + spent.depth);
    return spans.mapLeaves(query, (leaf) => ({ ...leaf }), token);
  }

  #descend(place: QuerySpan): void {
    this.#depth++;
    this.#around.budget.descend(place, this.#depth);
  }

  #missing(): never {
    return missingOperand(this.#tokens, this.#next);
  }

  /** At the tokens from the first up to what is read now. */
  #marked<Q extends Query>(query: Q, first: QuerySpan): Q {
    return this.#around.spans.mark(query, joinSpans(first, this.#last));
  }

  /** The token that was read last. */
  get #last(): Token {
    return this.#tokens[this.#next - 1] ?? this.#token;
  }

  /** Elsewhere, what stands at the end of a query is left out of all that it finds. */
  #cautionOfDenial(denied: QuerySpan): void {
    this.#around.warnings.push({
      ...denied,
      message: `${textAt(denied)} is left out of the last alternative alone, not of what stands before OR`,
      suggestion: 'write (one OR other) -word, or one OR (other -word) if it is meant so',
    });
  }

  /** Says of a word that looks as if it was meant for an operator, or for the end of an entry. */
  #caution(token: TokenOf<'term'>): void {
    if (token.quoted || token.exact) return;
    const [beforeIt, afterIt] = [this.#tokens[this.#next - 2], this.#token];
    const before = beforeIt?.kind ?? 'end';
    const after = afterIt.kind;
    const between = before !== 'end' && before !== 'open' && after !== 'end' && after !== 'close';
    const isOperator = /^(and|or)$/.test(token.text)
      ? between && ![beforeIt, afterIt].some((one) => one?.kind === 'term' && FIXED_PHRASE.test(one.text))
      : token.text === 'not' && after !== 'end';
    const warn = (message: string, suggestion: string) =>
      this.#around.warnings.push({ ...token, message, suggestion });
    if (isOperator && before !== 'field') {
      const operator = token.text.toUpperCase();
      warn(`${token.text} is looked for as a word`, `did you mean ${operator}, in capitals?`);
    } else if (token.comma && (after === 'term' || after === 'set')) {
      warn(
        `${token.comma} means nothing: what is before and after it must both be there`,
        'did you mean OR? Or write a list: [one, other]',
      );
    } else if (/^['‘]\p{L}[^'’]*$/u.test(token.text) && after === 'term') {
      warn(`${token.text[0]} begins no phrase: each word is looked for by itself`, 'did you mean "…"?');
    }
  }
}
