/** Tests run as the user runs the engine: on the built modules in dist/, as native ESM. */
export default {
  rootDir: 'dist',
  testMatch: ['**/*.test.js'],
  transform: {},
  testEnvironment: 'node',
  // It ends what hangs; nothing is expected to be fast. A busy machine starts a broker in a minute.
  testTimeout: 300_000,
  maxWorkers: 2,
  globalSetup: '<rootDir>/tests/support/run-begin.js',
  globalTeardown: '<rootDir>/tests/support/run-end.js',
  workerIdleMemoryLimit: '1GB',
  reporters: ['default', '<rootDir>/../scripts/count-reporter.mjs'],
}
