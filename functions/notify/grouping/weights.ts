// Written by npm run bench:group -- --fit.

/** Of items that have titles alone. */
export const TITLES: readonly number[] = [
  -0.367, // always
  -1.238, // others
  -5.056, // likeness, root
  -5.056, // likeness of titles, root
  1.914, // title held, least
  -0.615, // title held, most
  1.045, // title held, product
  -0.545, // pairs
  0.086, // numbers
  -0.194, // numbers differ
  5.327, // rarest
  0.87, // next rarest
  -1.647, // length
  0.681, // share
  2.309, // shared
  9.914, // letters, root
  -0.965, // likeness
  0.12, // shared words, 0
  -0.651, // shared words, 1
  0.032, // shared words, 2
  0.5, // shared words, 3
  0.792, // shared words, 4
  1.427, // shared words, 5
  0.38, // shared words, 6
  0, // shared names, 0
  0, // shared names, 1
  0, // shared names, 2
  0, // shared names, 3
  0, // shared names, 4
  0, // shared names, 5
  0, // shared names, 6
  -0.851, // other words, 0
  0.064, // other words, 1
  -0.24, // other words, 2
  -0.386, // other words, 3
  -0.56, // other words, 4
  -0.262, // other words, 5
  0.013, // other words, 6
];

/** Of the others. */
export const TEXTS: readonly number[] = [
  1.419, // always
  -1.197, // others
  7.482, // likeness, root
  2.106, // likeness of titles, root
  2.745, // title held, least
  2.463, // title held, most
  -4.005, // title held, product
  -0.097, // pairs
  0.198, // numbers
  -0.776, // numbers differ
  2.97, // rarest
  1.82, // next rarest
  0.358, // length
  -9.997, // share
  -0.069, // shared
  0, // letters, root
  1.23, // likeness
  0.498, // shared words, 0
  0.15, // shared words, 1
  0.317, // shared words, 2
  0.664, // shared words, 3
  0.733, // shared words, 4
  0.759, // shared words, 5
  0.425, // shared words, 6
  0.168, // shared names, 0
  0.499, // shared names, 1
  0.233, // shared names, 2
  0.241, // shared names, 3
  0.592, // shared names, 4
  1.082, // shared names, 5
  0.826, // shared names, 6
  -0.297, // other words, 0
  -1.083, // other words, 1
  -0.823, // other words, 2
  -1.15, // other words, 3
  -0.669, // other words, 4
  0.527, // other words, 5
  0.39, // other words, 6
];
