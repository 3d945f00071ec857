// Takes the place of packages that others load and then never use, as used by us: lib/stage-bundling.ts names them.
// CommonJS, since an ES module that lacks what somebody imports from it is a fault at once.
module.exports = {};
