// Code that only few responses need, bundled as a separate file: see PARTS in lib/stage-bundling.ts.
export { CookieJar } from './fetch/cookie-jar.ts';
export { decompressPartially } from './fetch/decompress-partially.ts';
export { connectionMessage, statusMessage } from './fetch/failure-messages.ts';
export { repairHeaders } from './fetch/repair-headers.ts';
export * as notices from './notices.ts';
