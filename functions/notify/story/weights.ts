// Written by npm run bench -- stories --fit, in the order of FEATURES.

/** For pairs of items without summaries. */
// biome-ignore format: one line, as the fitting writes it
export const TITLE_WEIGHTS: readonly number[] = [-2.434, -0.757, -4.789, -4.789, 2.288, -1.851, 5.695, 1.525, 2.47, 2.87, -2.217, 7.515, -0.176, -0.988, 0.447, -0.339, -0.72, -0.894];

/** For all other pairs. */
// biome-ignore format: one line, as the fitting writes it
export const TEXT_WEIGHTS: readonly number[] = [-7.603, -0.279, 6.35, 2.564, 0.976, 1.876, 4.472, 2.356, 1.762, -12.805, 0.715, 0, -0.847, -0.459, -0.453, -0.846, -1.506, -1.415];
