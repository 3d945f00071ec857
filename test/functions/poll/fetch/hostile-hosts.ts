/** Returns every known spelling of an IPv4 address in a URL, including those inside IPv6 addresses. */
export function spellingsOf(address: string): readonly string[] {
  const bytes = address.split('.').map(Number) as [number, number, number, number];
  const [a, b, c, d] = bytes;
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  const last24 = (b * 256 + c) * 256 + d;
  const last16 = c * 256 + d;
  const hex = (n: number) => `0x${n.toString(16)}`;
  const octal = (n: number) => `0${n.toString(8)}`;
  const writers = [
    String,
    hex,
    octal,
    (n: number) => hex(n).toUpperCase().replace('X', 'x'),
    (n: number) => `00${octal(n)}`,
  ];
  const written = writers.flatMap((write, n) => [
    bytes.map(write).join('.'),
    write(number),
    `${write(a)}.${write(last24)}`,
    `${write(a)}.${write(b)}.${write(last16)}`,
    // Writes each part differently.
    bytes.map((byte, part) => writers[(n + part) % writers.length]?.(byte)).join('.'),
  ]);
  const dotted = [
    address,
    `${address}.`,
    address.replaceAll('.', '。'),
    address.replaceAll('.', '．'),
    address.replaceAll('.', '%2e'),
    // Full-width, mathematical, percent-encoded and circled digits.
    address.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    address.replaceAll(/\d/g, (digit) => String.fromCodePoint(0x1d7d8 + Number(digit))),
    address.replaceAll(/\d/g, (digit) => `%3${digit}`),
    address.replaceAll(/\d/g, (digit) =>
      digit === '0' ? digit : String.fromCodePoint(0x245f + Number(digit)),
    ),
  ];
  return [
    ...new Set([...dotted, ...written, ...written.map((spelling) => `${spelling}.`), ...inIpv6(bytes)]),
  ];
}

function inIpv6([a, b, c, d]: readonly [number, number, number, number]): string[] {
  const [high, low] = [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
  const [notHigh, notLow] = [(0xffff - (a * 256 + b)).toString(16), (0xffff - (c * 256 + d)).toString(16)];
  return [
    `::ffff:${a}.${b}.${c}.${d}`,
    `::FFFF:${high}:${low}`,
    `0:0:0:0:0:ffff:${high}:${low}`,
    `::${a}.${b}.${c}.${d}`,
    `::${high}:${low}`,
    `::ffff:0:${high}:${low}`,
    `64:ff9b::${high}:${low}`,
    `64:ff9b:1::${high}:${low}`,
    `64:ff9b::${a}.${b}.${c}.${d}`,
    `2002:${high}:${low}::`,
    `2002:${high}:${low}::1`,
    `2001::${high}:${low}`,
    `2001:0:${high}:${low}:0:ffff:${notHigh}:${notLow}`,
    `fe80::5efe:${high}:${low}`,
  ].map((spelling) => `[${spelling}]`);
}

/** Addresses of every non-public kind. */
export const NON_PUBLIC_IPV4 = [
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '169.254.170.2',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.100.100.200',
  '0.0.0.0',
  '0.1.2.3',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.251',
  '240.0.0.1',
  '255.255.255.255',
];

export const NON_PUBLIC_IPV6 = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::2',
  '100::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%25eth0',
  'fe80::1%eth0',
  'febf::1',
  'fec0::1',
  'ff02::1',
  '1::1',
  '3fff::1',
  '4000::1',
  '5f00::1',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '2001:db8::1',
  '2620:4f:8000::1',
].map((address) => `[${address}]`);

export const LOCAL_NAMES = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'feeds.localhost',
  'metadata.google.internal',
  'instance-data.ec2.internal',
  '127.0.0.1.nip.example',
  'router.home.arpa',
  'ⓛocalhost',
  '127.0.0.1.evil.example.',
  'localtest.example',
];
