// One cold start, as a process: loads a bundle and calls its handler, which makes its clients and reads its
// configuration before it waits for anything. No TypeScript, which Node would have to strip first.
const { handler } = await import(process.argv[2]);
handler({ Records: [] });
process.exit();
