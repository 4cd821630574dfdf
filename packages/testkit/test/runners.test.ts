import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from '@jest/globals'

// within the repository, so that it finds what is built as if it were installed
const results = fileURLToPath(new URL('../test-results/', import.meta.url))
mkdirSync(results, { recursive: true })
const folder = mkdtempSync(join(results, 'runners-'))
afterAll(() => rmSync(folder, { recursive: true }))

const manifest = {
  name: 'hillock-learner-sound',
  version: '1.0.0',
  description: 'A learner',
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=20.19' },
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
  peerDependencies: { '@hillock/core': '^0.1.0' },
}
writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
writeFileSync(join(folder, 'README.md'), '# hillock-learner-sound\n')
writeFileSync(join(folder, 'index.d.ts'), '')
writeFileSync(
  join(folder, 'index.js'),
  `import { adam } from '@hillock/core'
import { backward, forward, outputError, update } from '@hillock/core/learner'
import { checkOptions } from '@hillock/core/options'
const optimizer = adam({ learningRate: 0.02 })
export const sound = (options = {}) => {
  checkOptions('sound', options, {})
  return { name: 'sound', step }
}
async function step(runtime, batch) {
  if (process.env.FAULT) runtime.backend.alloc([1])
  const passes = forward(runtime, batch, { learn: true })
  const error = await outputError(runtime, passes.at(-1), batch.labels)
  const layers = [await backward(runtime, passes.at(-1), error.signals, { input: false })]
  await update(runtime, optimizer, layers, batch.progress)
  return error
}
`,
)

/** The suites, given `runner` where the functions are not global; that for backends, the longest, in one of them. */
const suites = (functions: string, runner: string, backend: boolean) => `${functions}
import { lif, poisson, reference } from '@hillock/core'
import * as kit from '@hillock/testkit'
import * as plugin from './index.js'
kit.learnerConformance({ name: 'sound', create: plugin.sound, hidden: [[]]${runner} })
if (!process.env.FAULT) {
  kit.packageConformance({ folder: new URL('./', import.meta.url), exports: plugin${runner} })
  kit.neuronConformance(lif(), { knownDeviations: { 'gives something out': 'it is asleep' }${runner} })
  kit.encoderConformance(poisson()${runner && ', { runner }'})
  ${backend ? `kit.backendConformance({ name: 'reference', create: reference, programs: 0, decorated: false${runner} })` : ''}
}
`

const bin = (name: string, path: string) =>
  join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), path)
const jest = [bin('jest', 'bin/jest.js'), '--rootDir', folder, '--testEnvironment', 'node', '--transform', '{}']
const vitest = [bin('vitest', 'vitest.mjs'), 'run', '--root', folder, '--reporter', 'verbose']

test.each<[string, readonly string[], string, string]>([
  ['node:test', ['--test', '--test-reporter', 'spec'], "import { describe, test } from 'node:test'", ', runner'],
  ['vitest', vitest, "import { describe, test } from 'vitest'", ', runner'],
  ['vitest, its functions global', [...vitest, '--globals'], '', ''],
  ['jest, its functions global', ['--experimental-vm-modules', ...jest, '--verbose'], '', ''],
  [
    'jest',
    ['--experimental-vm-modules', ...jest, '--verbose', '--injectGlobals=false'],
    "import { describe, test } from '@jest/globals'",
    ', runner',
  ],
])(
  'the suites run with %s',
  (name, command, functions, runner) => {
    const file = join(folder, `${name.replace(/\W+/g, '-')}.test.js`)
    writeFileSync(
      file,
      suites(`${functions}\n${functions && 'const runner = { describe, test }'}`, runner, name === 'vitest'),
    )
    const run = (fault: string) => {
      const env = { ...process.env, NODE_OPTIONS: '', FAULT: fault, NO_COLOR: '1', FORCE_COLOR: '0' }
      const { status, stdout, stderr } = spawnSync(process.execPath, [...command, file], {
        cwd: folder,
        env,
        encoding: 'utf8',
      })
      return { status, output: stdout + stderr }
    }
    const sound = run('')
    expect(sound).toMatchObject({ status: 0 })
    expect(sound.output).toMatch(/keeps all that it remembers/)
    expect(sound.output).toMatch(/gives something out \(skipped: it is asleep\)/)
    expect(sound.output).toMatch(/neuron lif: not held to 'gives something out': it is asleep/)
    const faulty = run('1')
    expect(faulty).toMatchObject({ status: 1 })
    expect(faulty.output).toMatch(/tensors that live after each step/)
  },
  120_000,
)
