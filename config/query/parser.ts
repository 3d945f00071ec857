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

/** The term sets of a file. */
export interface Sets {
  /**
   * Returns the query of a set and how much of the limits it uses. Throws QueryError at the given span if the set is
   * unknown or faulty.
   */
  use(name: string, span: QuerySpan): { readonly query: Query; readonly spent: Readonly<Budget> };
}

/** State shared by the texts of one topic. */
export interface ParseContext {
  readonly sets: Sets;
  readonly spans: SpanMap;
  readonly budget: Budget;
  readonly warnings: QueryWarning[];
}

/** Parses one text. Does not check whether its query can match; see `validate.ts`. Throws QueryError. */
export function parseText(source: QueryText, context: ParseContext): Query {
  context.budget.spend({ source, at: 0, length: source.text.length }, { length: source.text.length });
  return new Parser(tokenize(source), context).parse();
}

/** Parts of phrases such as "one and only" and "now or never", where "and" and "or" are not meant as operators. */
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
  readonly #context: ParseContext;
  #next = 0;
  #depth = 0;
  /** The exclusion at the end of the last alternative that was parsed, unless it is in parentheses. */
  #excluded: QuerySpan | undefined;

  constructor(tokens: readonly Token[], context: ParseContext) {
    this.#tokens = tokens;
    this.#context = context;
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
    let exclusions = this.#excluded ? 1 : 0;
    while (this.#token.kind === 'or') {
      this.#take();
      parts.push(this.#all());
      if (this.#excluded) exclusions++;
    }
    if (parts.length > 1 && exclusions === 1 && this.#excluded) this.#warnAboutExclusion(this.#excluded);
    this.#excluded = undefined;
    return this.#mark(anyOf(parts), first);
  }

  #all(): Query {
    const first = this.#token;
    const parts = [this.#not()];
    let excluded: QuerySpan | undefined;
    while (!['or', 'close', 'end'].includes(this.#token.kind)) {
      if (this.#token.kind === 'and') this.#take();
      const start = this.#token;
      parts.push(this.#not());
      if (start.kind === 'not' || start.kind === 'minus') excluded = joinSpans(start, this.#last);
    }
    this.#excluded = excluded;
    return this.#mark(allOf(parts), first);
  }

  #not(): Query {
    const first = this.#token;
    let isNegated = false;
    let sign: Token | undefined;
    while (this.#token.kind === 'not' || this.#token.kind === 'minus') {
      sign = this.#take();
      isNegated = !isNegated;
    }
    const query = this.#near(sign);
    return isNegated ? this.#mark(noneOf(query), first) : query;
  }

  #near(sign: Token | undefined): Query {
    const first = this.#token;
    const left = this.#operand();
    const near = this.#token;
    if (near.kind !== 'near') return left;
    if (sign?.kind === 'minus') {
      const suggestion = 'write -(one NEAR/5 other) to exclude the two together';
      throw new QueryError('expected a word beside NEAR, got an excluded word', sign, suggestion);
    }
    this.#take();
    const right = this.#operand();
    if (this.#token.kind === 'near') {
      throw new QueryError(
        'expected one NEAR, got another after it',
        this.#token,
        'write (one NEAR/5 other) AND (other NEAR/5 third)',
      );
    }
    return this.#mark(nearOf(near.distance, left, right, this.#context.spans), first);
  }

  #operand(): Query {
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
    const message = 'expected a closing ), got the end';
    throw new QueryError(message, opening, 'add ), or put the text in quotes to search for its words');
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
        `expected something to look for directly after ${name}, got ${got}`,
        field,
        `write ${name}word, ${name}"two words" or ${name}(one OR other); to exclude, write -${name}word`,
      );
    }
    this.#descend(field);
    const query = inField(field.name, this.#operand(), this.#context.spans);
    this.#depth--;
    // Copies a single leaf, so that its span can start at the field.
    return this.#mark(partsOf(query).length === 0 ? { ...query } : query, field);
  }

  #term(token: TokenOf<'term'>): Query {
    this.#take();
    this.#context.budget.spend(token, { clauses: 1 });
    const operator = checkForeignOperator({
      before: this.#tokens[this.#next - 2],
      token,
      after: this.#token,
    });
    if (operator) this.#context.warnings.push(operator);
    else this.#warnAboutWord(token);
    return this.#mark({ term: termOf(token) }, token);
  }

  #pattern(token: TokenOf<'pattern'>): Query {
    this.#take();
    this.#context.budget.spend(token, { clauses: 1, patterns: 1 });
    // Item texts are NFC too, where é is one letter.
    const regex = token.pattern.normalize('NFC');
    const warning = checkPattern(regex, token);
    if (warning) this.#context.warnings.push(warning);
    return this.#mark({ regex }, token);
  }

  #set(token: TokenOf<'set'>): Query {
    this.#take();
    const { sets, spans, budget } = this.#context;
    const { query, spent } = sets.use(token.name, token);
    budget.spend(token, spent);
    budget.descend(token, this.#depth + 1 + spent.depth);
    return spans.mapLeaves(query, (leaf) => ({ ...leaf }), token);
  }

  #descend(span: QuerySpan): void {
    this.#depth++;
    this.#context.budget.descend(span, this.#depth);
  }

  #missing(): never {
    return missingOperand(this.#tokens, this.#next);
  }

  /** Records the span of a query, from the given token to the last one read. */
  #mark<Q extends Query>(query: Q, first: QuerySpan): Q {
    return this.#context.spans.mark(query, joinSpans(first, this.#last));
  }

  /** The last token that was read. */
  get #last(): Token {
    return this.#tokens[this.#next - 1] ?? this.#token;
  }

  /** In other tools, an exclusion at the end of a query applies to all alternatives. */
  #warnAboutExclusion(excluded: QuerySpan): void {
    this.#context.warnings.push({
      ...excluded,
      message: `${textAt(excluded)} applies only to the last alternative, not to those before OR`,
      suggestion:
        'write (one OR other) -word to exclude it from all, or one OR (other -word) to keep this meaning',
    });
  }

  /** Warns about a word that looks like an operator, a list with commas, or a phrase in single quotes. */
  #warnAboutWord(token: TokenOf<'term'>): void {
    if (token.quoted || token.exact) return;
    const [previous, next] = [this.#tokens[this.#next - 2], this.#token];
    const before = previous?.kind ?? 'end';
    const after = next.kind;
    const isBetweenOperands = before !== 'end' && before !== 'open' && after !== 'end' && after !== 'close';
    const isOperator = /^(and|or)$/.test(token.text)
      ? isBetweenOperands &&
        ![previous, next].some((one) => one?.kind === 'term' && FIXED_PHRASE.test(one.text))
      : token.text === 'not' && after !== 'end';
    const warn = (message: string, suggestion: string) =>
      this.#context.warnings.push({ ...token, message, suggestion });
    if (isOperator && before !== 'field') {
      const operator = token.text.toUpperCase();
      warn(`${token.text} is treated as a word`, `did you mean ${operator}, in capitals?`);
    } else if (token.comma && (after === 'term' || after === 'set')) {
      warn(
        `${token.comma} has no effect: the words before and after it must both be found`,
        'did you mean OR? Or write a list: [one, other]',
      );
    } else if (/^['‘]\p{L}[^'’]*$/u.test(token.text) && after === 'term') {
      warn(
        `${token.text[0]} does not start a phrase: each word is searched for separately`,
        'did you mean "…"?',
      );
    }
  }
}
