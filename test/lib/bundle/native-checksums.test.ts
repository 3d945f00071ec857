import { Md5 as SdkMd5, Sha256 as SdkSha256 } from '@smithy/core/checksum';
import { describe, expect, it } from 'vitest';
import { Md5, Sha256 } from '../../../lib/bundle/native-checksums.ts';

const text = (letters: string) => new TextEncoder().encode(letters);
const BYTES = [text(''), text('zürich'), text('xyz').subarray(1, 2), new Uint8Array(70_000).fill(7)];

describe.each([
  ['SHA-256', () => new Sha256(), () => new SdkSha256()],
  ['SHA-256 with a secret', () => new Sha256('key'), () => new SdkSha256('key')],
  [
    'SHA-256 with a part of an array as secret',
    () => new Sha256(new Uint8Array([0, 1, 2, 3]).subarray(1)),
    () => new SdkSha256(new Uint8Array([1, 2, 3])),
  ],
  ['MD5', () => new Md5(), () => new SdkMd5()],
] as const)('%s', (_, create, createSdk) => {
  it.each(BYTES)('gives the digest of the SDK: %#', async (bytes) => {
    const [ours, theirs] = [create(), createSdk()];
    for (const hash of [ours, theirs]) {
      hash.update(bytes);
      hash.update(text('more'));
    }
    expect(ours.digestLength).toBe(theirs.digestLength);
    expect(await ours.digest()).toEqual(await theirs.digest());
    ours.reset();
    theirs.reset();
    ours.update(text('again'));
    theirs.update(text('again'));
    expect(await ours.digest()).toEqual(await theirs.digest());
  });
});
