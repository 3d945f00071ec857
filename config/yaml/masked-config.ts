import { maskAddress } from '../../functions/shared/redact-address.ts';

/** The list of feeds, up to the next key at the margin. */
const FEEDS = /^["']?feeds?["']?[ \t]*:.*(?:\r?\n(?!["']?[A-Za-z_][\w-]*["']?[ \t]*:(?:\s|$)).*)*/gim;
const ADDRESS = /https?:[/\\]{2}[^\s"'<>]+/gi;
const BETWEEN_WORDS = /[\s"'`#&;,=?@{}[\]]+/;
/** Words of letters alone that are shorter than eight could be part of any fault. */
const DISTINCTIVE_WORD = /\d.{3}|.{3}\d|^[^*]{8}/;

/** The text of a configuration without what may be a secret in the addresses of its feeds. */
export class MaskedConfig {
  /** With asterisks in place of secrets: as long, so that places in it stay. */
  readonly text: string;
  /** The words that they stand for. */
  readonly #words: readonly string[];

  constructor(original: string) {
    this.text = maskAddresses(original.replace(FEEDS, maskFeeds));
    const words = [...this.text.matchAll(/\*+/g)].flatMap(([run], n, all) => {
      const at = all[n]?.index ?? 0;
      return original.slice(at, at + run.length).split(BETWEEN_WORDS);
    });
    this.#words = [...new Set(words)].filter((word) => DISTINCTIVE_WORD.test(word));
  }

  /** Returns what is told of the file without its secrets. `isOfFeed`: it is about an entry of the list of feeds. */
  mask(text: string, isOfFeed: boolean): string {
    const masked = isOfFeed ? maskFeeds(text) : maskAddresses(text);
    return this.#words.reduce((told, word) => told.replaceAll(word, '*'.repeat(word.length)), masked);
  }
}

/** In the list of feeds also what only resembles an address is masked: a slip may be in the middle of one. */
function maskFeeds(text: string): string {
  return text.replace(/.+/g, (line) =>
    // Each pattern begins where a word does: tried from every letter, it would take time that grows with the square of a line.
    line
      // A user and a password, also without a scheme before them.
      .replace(/(?<![^\s"'@])[^\s"'@:]*:[^\s"'@]*@(?=[^\s@]*\.)/g, maskUser)
      .replace(
        /\?(?!\s|$)(?:\$\{\w+\}|(?!\$\{\w+\}).)*?(?=["']?\s*[,}\]](?:\s|$)|\s#|["']?,? [a-z]+ ?:|["']?, which|["']?; |["']?$)/gi,
        maskAddress,
      )
      .replace(/(?<![^\s"'])[^\s"']*[/\\][^\s"']*/g, maskAddress),
  );
}

function maskAddresses(text: string): string {
  return text.replace(ADDRESS, maskAddress);
}

/** Leaves the scheme, and a key of YAML that is glued to it. */
function maskUser(text: string): string {
  const [start = ''] = /^(?:.*[/\\]{2}|(?:url|-):?)/.exec(text) ?? [];
  return `${start}${'*'.repeat(text.length - start.length - 1)}@`;
}
