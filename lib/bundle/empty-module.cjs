// Replaces packages that dependencies load but never use (see lib/stage-bundling.ts).
// It is CommonJS because importing a missing name from an ES module is an error.
module.exports = {};
