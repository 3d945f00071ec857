/**
 * The major and minor version of the oldest Node that runs the package: the first with zstd, synchronous `require` of ES
 * modules, and node:sqlite without a flag.
 */
export const OLDEST_NODE = [22, 15] as const;
