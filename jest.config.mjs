/** Tests run on the compiled modules, as real ESM: what is tested is what runs. */
export default {
  rootDir: 'dist',
  testMatch: ['**/*.test.js'],
  testEnvironment: '<rootDir>/../scripts/jest-environment.mjs',
  transform: {},
  maxWorkers: 2,
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/../scripts/jest-summary.mjs'],
}
