/**
 * Replaces `entities/decode` in bundles. htmlparser2's tokenizer always creates an `EntityDecoder`, but uses it only with the
 * option `decodeEntities`, which our parsers turn off. The class takes 4 KB.
 */
export {
  DecodingMode,
  decodeHTML,
  decodeHTMLAttribute,
  decodeHTMLStrict,
  htmlDecodeTree,
  xmlDecodeTree,
} from '../../node_modules/entities/dist/decode.js';

export class EntityDecoder {}
