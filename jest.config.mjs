// Packages published as ESM only, which Jest on Node 20 cannot require untransformed.
const esmOnly = [
  'cookie', // fastify -> light-my-request
];

export default {
  testEnvironment: 'node',
  // A hang must end; how quick a test is on a busy machine says nothing.
  testTimeout: 60_000,
  // A worker even on one core, and a new one now and then: each file leaves an AsyncLocalStorage of jest-circus behind, and
  // on Node 20 each of them slows every later promise of the process. The simulation took ten times as long.
  workerIdleMemoryLimit: '128MB',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  setupFilesAfterEnv: ['<rootDir>/tests/support/release-after-each-file.ts'],
  moduleNameMapper: { '^fast-check$': '<rootDir>/tests/support/seeded-fast-check.cjs' },
  transform: {
    '\\.(ts|[cm]?js)$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  modulePathIgnorePatterns: [
    '<rootDir>/broker/dist',
    '<rootDir>/cdktf.out',
    '<rootDir>/state',
    '<rootDir>/.cache',
  ],
};
