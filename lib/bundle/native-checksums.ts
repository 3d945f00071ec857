import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';

type Bytes = string | Uint8Array;

/** A hash, which can go on after `digest`, or with a secret an HMAC, which cannot. */
class Checksum {
  readonly digestLength: number;
  readonly #create: () => Hash | Hmac;
  #hash: Hash | Hmac;

  constructor(algorithm: string, digestLength: number, secret?: Bytes) {
    this.digestLength = digestLength;
    this.#create = () => (secret === undefined ? createHash(algorithm) : createHmac(algorithm, secret));
    this.#hash = this.#create();
  }

  update(bytes: Bytes): void {
    this.#hash.update(bytes);
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(('copy' in this.#hash ? this.#hash.copy() : this.#hash).digest());
  }

  reset(): void {
    this.#hash = this.#create();
  }
}

/**
 * Replaces `@smithy/core/checksum` in bundles: the hashes of the SDK. The SDK's own have 5 KB of fallbacks for systems
 * without those of Node.
 */
export class Sha256 extends Checksum {
  constructor(secret?: Bytes) {
    super('sha256', 32, secret);
  }
}

export class Md5 extends Checksum {
  constructor() {
    super('md5', 16);
  }
}
