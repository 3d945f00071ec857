// Does one cold start: loads a bundle and calls its handler, which creates its clients and reads its configuration before it
// waits for anything. Plain JavaScript, because Node would have to strip types first.
const { handler } = await import(process.argv[2]);
handler({ Records: [] });
process.exit();
