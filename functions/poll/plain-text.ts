import { Tokenizer } from 'htmlparser2';

const BLOCKS = new Set(
  'address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table td th tr ul'.split(
    ' ',
  ),
);
const HIDDEN = new Set(['script', 'style', 'template', 'noscript', 'iframe']);

/** The text that a reader of a piece of HTML sees, in one line; entities are resolved once. */
export function plainText(html: string): string {
  if (!/[<&]/.test(html)) return oneLine(html);
  let text = '';
  let hidden = 0;
  let opened = '';
  const close = (name: string) => {
    if (HIDDEN.has(name)) hidden = Math.max(0, hidden - 1);
    if (BLOCKS.has(name)) text += ' ';
  };
  const ignore = () => undefined;
  // Not the parser above it, which looks for the start of every tag that closes: 600 KB of unmatched tags take it
  // minutes. XHTML's <iframe/> hides nothing.
  const tokenizer = new Tokenizer(
    { recognizeSelfClosing: true },
    {
      ontext(start, end) {
        if (hidden === 0) text += html.slice(start, end);
      },
      ontextentity(codePoint) {
        if (hidden === 0) text += String.fromCodePoint(codePoint);
      },
      onopentagname(start, end) {
        opened = html.slice(start, end).toLowerCase();
        if (HIDDEN.has(opened)) hidden++;
        if (BLOCKS.has(opened)) text += ' ';
      },
      onclosetag: (start, end) => close(html.slice(start, end).toLowerCase()),
      onselfclosingtag: () => close(opened),
      onopentagend: ignore,
      onattribname: ignore,
      onattribdata: ignore,
      onattribentity: ignore,
      onattribend: ignore,
      oncdata: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return oneLine(text);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toWellFormed();
}
