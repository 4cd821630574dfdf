import { fileURLToPath } from 'node:url'

const countReporter = fileURLToPath(new URL('./tools/src/count-reporter.js', import.meta.url))

/** What every package's jest shares: ESM, TypeScript through swc, siblings resolved from source. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@hillock/source', 'node', 'node-addons'] },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  reporters: ['default', countReporter],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
}
