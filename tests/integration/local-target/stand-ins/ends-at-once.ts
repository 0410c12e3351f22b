// Stands in for broker/src/main.ts: says why it cannot start, and ends.
console.error('THEBES_FLAVOUR is not known');
process.exit(78);
