// The format of LevelDB's write-ahead log: https://github.com/google/leveldb/blob/main/doc/log_format.md

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;

/**
 * Returns true if a record of the log has a wrong checksum. LevelDB would drop such records silently. A fault after good
 * records in the last block is not damage, since a power failure leaves such a fault.
 */
export function isLogDamaged(log: Uint8Array): boolean {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const lastBlock = Math.floor(Math.max(log.length - 1, 0) / BLOCK_BYTES) * BLOCK_BYTES;
  let offset = 0;
  while (offset + HEADER_BYTES <= log.length) {
    const leftInBlock = BLOCK_BYTES - (offset % BLOCK_BYTES);
    if (leftInBlock < HEADER_BYTES) {
      offset += leftInBlock;
      continue;
    }
    const length = view.getUint16(offset + 4, true);
    const type = log[offset + 6] ?? 0;
    const end = offset + HEADER_BYTES + length;
    const isTruncated = end > log.length;
    const isGood =
      HEADER_BYTES + length <= leftInBlock &&
      !isTruncated &&
      checksum(log.subarray(offset + 6, end)) === view.getUint32(offset, true);
    if (!isGood) {
      // Only zeros follow: space that was reserved and not written to.
      if (type === 0 && length === 0 && log.subarray(offset).every((byte) => byte === 0)) return false;
      return offset === 0 || offset < lastBlock;
    }
    offset = end;
  }
  return false;
}

/** Returns the CRC-32C in the masked form that LevelDB stores. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});
