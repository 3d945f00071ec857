// What few answers need, in a file of its own: see PARTS in lib/stage-bundling.ts.
export { CookieJar } from './cookie-jar.ts';
export { connectionWords, statusWords } from './failure-words.ts';
export { withMendedHead } from './mend-head.ts';
export * as notices from './notices.ts';
export { salvaged } from './salvaged.ts';
