import { readSafetensors, writeSafetensors } from '@hillock/core'
import {
  buildEncoder,
  buildLoss,
  buildModel,
  buildNetwork,
  buildOptimizer,
  findRecipe,
  parseRecipe,
  type Recipe,
  recipes,
  setPath,
  unpackModel,
  writeModel,
} from '@hillock/recipes'
import { slowness } from '@hillock/testing'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { withBase } from '../src/run/resolve-recipe.ts'

/** HILLOCK_FUZZ asks for more inputs, and tells how it went. */
const numRuns = Number(process.env.HILLOCK_FUZZ ?? 2000)
let slowest = 0

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth + 1)}${']'.repeat(depth + 1)}`)
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      0,
      1,
      -1,
      0.5,
      2,
      10,
      1e15,
      1e308,
      null,
      true,
      '',
      'lif',
      'adam',
      [],
      {},
      'each',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>('__proto__', 'constructor', 'toString', '../../evil', '\u001b[2J', 'v = v'),
  },
  { weight: 1, arbitrary: fc.nat(3000).map(nested) },
  {
    weight: 1,
    arbitrary: fc.constant(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
)
const keys = [
  '__proto__',
  'constructor',
  'prototype',
  'name',
  'neuron',
  'dense',
  'params',
  'state',
  'equations',
  'lrSchedule',
  'slope',
  'beta',
  'learn',
  'record',
  'extends',
  'inputs',
]
const step = fc.tuple(fc.nat(20), fc.option(fc.constantFrom(...keys), { freq: 1 }))
const change = fc.tuple(fc.array(step, { minLength: 1, maxLength: 4 }), value)
const custom = {
  neuron: {
    name: 'mine',
    params: { beta: 0.9 },
    state: { v: 0 },
    equations: 'v = beta * v + input\nspike = heaviside(v - 1)',
  },
}
const bases: Recipe[] = [
  ...recipes,
  { ...findRecipe('demo'), network: [{ dense: 3 }, custom, { dense: 2 }, { neuron: 'lif' }] },
]

/** A recipe with values put somewhere within it. */
const changed = fc.tuple(fc.constantFrom(...bases), fc.array(change, { maxLength: 3 })).map(([base, changes]) => {
  const recipe = JSON.parse(JSON.stringify(base))
  for (const [path, put] of changes) {
    let holder = recipe
    for (const [i, [at, key]] of path.entries()) {
      const names = Object.keys(holder)
      const name = key ?? names[at % Math.max(1, names.length)] ?? 'x'
      const next = Object.hasOwn(holder, name) ? holder[name] : undefined
      if (i === path.length - 1 || typeof next !== 'object' || next === null) {
        Object.defineProperty(holder, name, {
          value: JSON.parse(JSON.stringify(put)),
          enumerable: true,
          configurable: true,
          writable: true,
        })
        break
      }
      holder = next
    }
  }
  return recipe as unknown
})
const config = fc.oneof(
  { weight: 5, arbitrary: changed },
  { weight: 1, arbitrary: value },
  { weight: 1, arbitrary: changed.map((recipe) => ({ ...(recipe as object), extends: 'demo' })) },
)
const assignment = fc.tuple(
  fc.array(fc.constantFrom(...keys, 'network', '0', '1', 'learner', 'optimizer', 'encoder'), { maxLength: 4 }),
  value,
)

const coded = {
  code: expect.stringMatching(/^HILLOCK_(RECIPE|PLUGIN|OPTION|SHAPE|USAGE|SYNTAX|NAME|EQUATION|RANGE|DATA_DAMAGED)$/),
}

function attempt(work: () => void): boolean {
  try {
    work()
    return true
  } catch (error) {
    expect(error).toMatchObject(coded)
    return false
  }
}

const demo = findRecipe('demo')
const network = buildNetwork({ ...demo, network: [{ dense: 2 }, { neuron: 'lif' }] }, 3)
const weights = new Map([
  ['layer1.weight', { shape: [3, 2], values: new Float32Array(6) }],
  ['layer1.bias', { shape: [2], values: new Float32Array(2) }],
])
const { metadata } = readSafetensors(writeModel(network, weights, { recipe: demo, seed: 1, epochs: 1 }, {}))

test('whatever a configuration says, it is built or refused with a code, and pollutes nothing', () => {
  let accepted = 0
  const property = fc.property(config, assignment, (given, [path, put]) => {
    const began = process.cpuUsage()
    const built = attempt(() => {
      const recipe = parseRecipe(withBase(JSON.parse(JSON.stringify(given) ?? 'null'), 'fuzz'))
      buildNetwork(recipe, 3)
      buildEncoder(recipe)
      buildLoss(recipe)
      if (recipe.learner.optimizer) buildOptimizer(recipe.learner.optimizer)
    })
    if (built) accepted++
    attempt(() => setPath(demo, `${path.join('.')}=${JSON.stringify(put)}`))
    attempt(() =>
      buildModel(unpackModel(writeSafetensors(weights, { ...metadata, recipe: JSON.stringify(given) ?? '' }))),
    )
    expect({}).not.toHaveProperty('polluted')
    const { user, system } = process.cpuUsage(began)
    slowest = Math.max(slowest, slowness(user + system))
  })
  fc.assert(property, { numRuns })
  expect(accepted).toBeGreaterThan(numRuns / 50)
  // about two seconds on a machine that does nothing else; an ordinary input takes less than a hundredth of it
  expect(slowest).toBeLessThan(200)
  if (process.env.HILLOCK_FUZZ) console.log({ numRuns, slowest, accepted })
}, 3_600_000)
