import { fileURLToPath } from 'node:url'

const countReporter = fileURLToPath(new URL('./tools/src/count-reporter.js', import.meta.url))

/** Siblings are resolved from source, or with HILLOCK_BUILT=1 as they are published. */
const source = process.env.HILLOCK_BUILT ? [] : ['@hillock/source']

/** What every package's jest shares: ESM, TypeScript through swc. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: [...source, 'node', 'node-addons'] },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  reporters: ['default', countReporter],
  // a loaded machine is no fault
  testTimeout: 60_000,
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
}
