import { rmSync } from 'node:fs'
import { HillockError } from '@hillock/core'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { exportedBy } from '../src/exported.ts'
import { packages } from '../src/workspace.ts'
import { numbersOf, right, wrongCalls } from '../src/wrong-values.ts'
import { connections } from './factories/connections.ts'
import { data, folder } from './factories/data.ts'
import type { Factory } from './factories/kinds.ts'
import { models } from './factories/models.ts'
import { files } from './factories/nir.ts'
import { pictures } from './factories/pictures.ts'
import { plugins, runs } from './factories/runs.ts'
import { methods } from './factories/session.ts'

// Every function that makes something of options, in every package, is called with everything right, and then with one thing wrong after the
// other: a value of another type or out of range, an argument that is missing, a name that is misspelt. Each gives a HillockError with a
// code: never a TypeError, never silence.

const factories: Readonly<Record<string, Readonly<Record<string, Factory>>>> = {
  '@hillock/core': { ...models, ...runs, ...connections },
  '@hillock/nir': files,
  '@hillock/plot': pictures,
  ...plugins,
  ...data,
}

/** Exported functions that are given what others have made: tensors, programs, a runtime. They make nothing of options. */
const others: Readonly<Record<string, string>> = {
  '@hillock/core': `
    compile differentiate reverse separateDraws elementary explain interpret splitPhases transition evaluateTimeVarying evaluateSetup
    kernels suggestion parametersOf weightNames checkOptions checkValue renamed initialize encode inputsOf layOut stepValues updateTensors nearestWhole wholeSteps
    bernoulliBlock uniform keyWord readCheckpoint writeCheckpoint readSafetensors writeSafetensors adjoints backward errorOf layerGradients
    outputError classify carryError feedbackWeights forward outputName inLastSteps overTime ratePenalty ratePenalties createRuntime update digest wiring reversed weightsOf longestLag
    activityOf addTo boundLeaves carry productsOf sendBack sendDown layeredFeedback recurrentGradient neuronGradients checkDense counted currentOf lastingOf gradientOf inputAdjoint neurons newCarry placeOf share sliced throughLayers wantedOf sizeOf
    choices HillockError`,
  // called wrongly by their own tests, which have HDF5 files
  '@hillock/datasets': 'readShd shd ssc',
  '@hillock/backend-tfjs': 'fromTensor toTensor',
  // called wrongly by their own tests, which have a GPU or a stand-in for one
  '@hillock/backend-cuda': 'cuda isAvailable',
  '@hillock/backend-webgpu': 'webgpu isAvailable',
  '@hillock/device': `
    and argumentWords asReal asWhole build deviceBackend isPlace not real select signedToReal toReal toSigned whole wordsOf`,
  '@hillock/recipes': `
    networkParts buildEncoder buildLoss buildModel buildNetwork buildOptimizer connectionText expectedInputs exportOf isForeign isNeuron isPluginName
    adapt framesOf layerNames learnerOptions makeDataset normalisedError packagesOf parseValue pointOf prepareDataset readRun recipeParts reportsOf sessionOf setPath
    unpackModel withNeurons withNewNames writeModel writeRun`,
  '@hillock/analysis': 'convert firingLevel measureStdp neurobench observeExample',
  '@hillock/sweeps': `
    awaitWorkers beginSweep checkVersion drawnRuns folderOf givenOf nextTrial parsePlan parseRange parseSweep planSearch planSweep proposeTpe rank readPlan recipeFile runAsha runFolder runPlan runSweep scoreOf
    runWorker settingsText statusOf sweepId sweptRuns testOf textOf writePlan`,
  // called wrongly by its own tests, which have a server
  '@hillock/sweep-bullmq': 'bullmq',
  '@hillock/nir': 'timeOf',
  hillock: 'isEmulated learnerOptions pluginFiles recipeParts',
  '@hillock/testkit': `
    backendConformance encoderConformance learnerConformance neuronConformance packageConformance randomNetwork randomProgram`,
}

const exported = new Map<string, Readonly<Record<string, unknown>>>()
for (const one of packages()) exported.set(one.manifest.name, await exportedBy(one))

const functionsOf = (name: string) =>
  Object.entries(exported.get(name)!).flatMap(([key, value]) => (typeof value === 'function' ? [key] : []))

let tried = 0
afterAll(() => {
  rmSync(folder, { recursive: true })
  const count = Object.values(factories).reduce((sum, table) => sum + Object.keys(table).length, 0)
  process.stdout.write(`${tried} wrong calls of ${count} factories of ${exported.size} packages were refused\n`)
})

/** What became of a call that is wrong; undefined where it was refused as it should. */
async function fault(call: (...args: unknown[]) => unknown, args: readonly unknown[]): Promise<string | undefined> {
  tried++
  try {
    await call(...args)
    return 'accepted'
  } catch (error) {
    return error instanceof HillockError && /^HILLOCK_/.test(error.code) && error.message !== ''
      ? undefined
      : String(error)
  }
}

/** Registers the tests of one of them. */
function refusals(key: string, { takes, needs = 0 }: Factory, make: (...args: unknown[]) => unknown): void {
  test(`${key} takes what is right, and refuses what is wrong in one thing`, async () => {
    await make(...right(takes))
    const faults: string[] = []
    for (const { what, args } of wrongCalls(takes, needs)) {
      const found = await fault(make, args)
      if (found !== undefined) faults.push(`${what}: ${found}`)
    }
    expect(faults.slice(0, 20)).toEqual([])
    await make(...right(takes))
  })

  const numbers = [...numbersOf(takes)].filter(({ range }) => range.least > -Infinity || range.greatest < Infinity)
  if (numbers.length === 0) return

  test(`${key} refuses numbers out of their range`, async () => {
    const below = (least: number) => fc.double({ noNaN: true, min: -1e300, max: least, maxExcluded: true })
    const above = (greatest: number) => fc.double({ noNaN: true, min: greatest, max: 1e300, minExcluded: true })
    const outside = fc.constantFrom(...numbers).chain(({ name, range: { least, greatest }, args }) =>
      fc
        .oneof(...(least > -Infinity ? [below(least)] : []), ...(greatest < Infinity ? [above(greatest)] : []))
        .filter((value) => value < least || value > greatest) // -0 is 0
        .map((value) => ({ what: `${name} is ${value}`, args: args(value) })),
    )
    const property = fc.asyncProperty(outside, async ({ what, args }) => {
      const found = await fault(make, args)
      if (found !== undefined) throw new Error(`${what}: ${found}`)
    })
    await fc.assert(property, { numRuns: 25 * numbers.length })
  })
}

describe.each([...exported.keys()])('%s', (name) => {
  const table = factories[name] ?? {}

  test('has no export that is not looked at', () => {
    expect([...Object.keys(table), ...(others[name]?.match(/\w+/g) ?? [])].sort()).toEqual(functionsOf(name).sort())
  })

  for (const [key, factory] of Object.entries(table))
    refusals(key, factory, (factory.call ?? exported.get(name)![key]) as never)
})

describe('a session', () => {
  for (const [key, method] of Object.entries(methods)) refusals(key, method, method.call as never)
})
