// Packages published as ESM only, which Jest on Node 20 cannot require untransformed.
const esmOnly = [
  'cookie', // fastify -> light-my-request
];

export default {
  testEnvironment: 'node',
  // A hang must end; how quick a test is on a busy machine says nothing.
  testTimeout: 60_000,
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
