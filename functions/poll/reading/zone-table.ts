/** Minutes east of Greenwich by name: in every line the minutes, and names. */
export function table(text: string, between = ' '): ReadonlyMap<string, number> {
  const lines = text.trim().split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [minutes = '', names = ''] = line.split(/ (.*)/s);
      return names.split(between).map((name) => [name, Number(minutes)] as const);
    }),
  );
}
