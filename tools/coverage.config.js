import preset from '../jest.preset.js'

const tests = ['packages/core', 'packages/testkit', 'plugins/learner-*'].map(
  (folder) => `<rootDir>/${folder}/test/**/*.test.ts`,
)

/** Which lines of core are run by its own tests, the kit's and the learners': npm run coverage. */
export default {
  ...preset,
  rootDir: '..',
  testMatch: [...tests, '!**/runners.test.ts'],
  reporters: ['summary'],
  collectCoverage: true,
  coverageProvider: 'v8',
  // those two are types alone
  collectCoverageFrom: ['packages/core/src/**/*.ts', '!packages/core/src/{backend,learner}.ts'],
  coverageReporters: [['text', { skipFull: true }]],
  coverageThreshold: { global: { lines: 95 } },
}
