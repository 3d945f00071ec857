import { maskAddress } from '../../functions/shared/redact-address.ts';

/** The list of feeds, up to the next key at the start of a line. */
const FEEDS = /^["']?feeds?["']?[ \t]*:.*(?:\r?\n(?!["']?[A-Za-z_][\w-]*["']?[ \t]*:(?:\s|$)).*)*/gim;
/** The list of recipients, likewise. */
const RECIPIENTS =
  /^["']?recipients["']?[ \t]*:.*(?:\r?\n(?!["']?[A-Za-z_][\w-]*["']?[ \t]*:(?:\s|$)).*)*/gim;
const ADDRESS = /https?:[/\\]{2}[^\s"'<>]+/gi;
const WORD_SEPARATORS = /[\s"'`#&;,=?@{}[\]]+/;
/** Shorter words without a digit are not masked, since any message could contain them. */
const DISTINCTIVE_WORD = /\d.{3}|.{3}\d|^[^*]{8}/;

/** The text of a configuration in which possible secrets in feed addresses are masked. */
export class MaskedConfig {
  /** The text with asterisks instead of secrets. Offsets are the same as in the original. */
  readonly text: string;
  /** The masked words. */
  readonly #words: readonly string[];

  constructor(original: string) {
    this.text = maskAddresses(original.replace(FEEDS, maskFeeds).replace(RECIPIENTS, maskRecipients));
    const words = [...this.text.matchAll(/\*+/g)].flatMap(({ 0: run, index: at }) => {
      return original.slice(at, at + run.length).split(WORD_SEPARATORS);
    });
    this.#words = [...new Set(words)].filter((word) => DISTINCTIVE_WORD.test(word));
  }

  /** Masks the secrets in a message about the file. `isFeed` says whether the message is about the list of feeds. */
  mask(text: string, isFeed: boolean): string {
    const masked = isFeed ? maskFeeds(text) : maskAddresses(text);
    return this.#words.reduce((result, word) => result.replaceAll(word, '*'.repeat(word.length)), masked);
  }
}

/** Also masks text that only resembles an address: a syntax error may be in the middle of an address. */
function maskFeeds(text: string): string {
  return text.replace(/.+/g, (line) =>
    // Each pattern starts at the beginning of a word. Otherwise the time would grow with the square of the line's length.
    line
      // A user and a password, with or without a scheme before them.
      .replace(/(?<![^\s"'@])[^\s"'@:]*:[^\s"'@]*@(?=[^\s@]*\.)/g, maskUser)
      .replace(
        /\?(?!\s|$)(?:\$\{\w+\}|(?!\$\{\w+\}).)*?(?=["']?\s*[,}\]](?:\s|$)|\s#|["']?,? [a-z]+ ?:|["']?, which|["']?; |["']?$)/gi,
        maskAddress,
      )
      .replace(/(?<![^\s"'])[^\s"']*[/\\][^\s"']*/g, maskAddress),
  );
}

/** Masks what follows the host of an address, tokens and signing secrets: chat services have their secrets there. */
function maskRecipients(text: string): string {
  const stars = (part: string) => '*'.repeat(part.length);
  const masked = (part: string) =>
    part
      .split(/(\$\{\w+\})/)
      .map((piece, index) => (index % 2 === 1 ? piece : stars(piece)))
      .join('');
  return text
    .replace(
      /(https?:[/\\]{2}[^\s"'<>/\\?#]+[/\\?#])([^\s"'<>,}]+)/gi,
      (_, start: string, rest: string) => start + masked(rest),
    )
    .replace(
      /((?:token|secret)["']?[ \t]*:[ \t]*["']?)([^\s"',}]+)/gi,
      (_, start: string, rest: string) => start + masked(rest),
    )
    .replace(/\b(?:\d{3,20}:[\w-]{20,}|whsec_[\w+/=]+|tk_\w+)/g, stars);
}

function maskAddresses(text: string): string {
  return text.replace(ADDRESS, maskAddress);
}

/** Masks a user and a password. Keeps the scheme, and a YAML key directly before it. */
function maskUser(text: string): string {
  const [start = ''] = /^(?:.*[/\\]{2}|(?:url|-):?)/.exec(text) ?? [];
  return `${start}${'*'.repeat(text.length - start.length - 1)}@`;
}
