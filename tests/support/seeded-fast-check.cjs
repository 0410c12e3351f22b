// What tests get when they import fast-check: the library with a seed, so that `npm test` does the
// same on every machine and every day. FC_SEED sets another one; `npm run drill:properties` takes a
// fresh one.
const fastCheck = require('../../node_modules/fast-check/lib/cjs/fast-check.js');

const fixedSeed = 20_261_121;
const given = process.env.FC_SEED;
fastCheck.configureGlobal({
  ...fastCheck.readConfigureGlobal(),
  seed: given === undefined ? fixedSeed : Number(given),
});

module.exports = fastCheck;
