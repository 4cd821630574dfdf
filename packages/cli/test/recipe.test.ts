import {
  buildEncoder,
  buildLoss,
  buildNetwork,
  buildOptimizer,
  expectedInputs,
  parseRecipe,
  type Recipe,
  recipeParts,
  recipes,
} from '@hillock/recipes'
import { describe, expect, test } from '@jest/globals'
import { withBase } from '../src/run/resolve-recipe.ts'

const demo = recipes.find(({ name }) => name === 'demo')!
const wrong = (message: RegExp, code = 'HILLOCK_RECIPE') =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

const outputs: Readonly<Record<string, number>> = {
  'yin-yang': 3,
  tones: 6,
  'moving-glyphs': 8,
  'pattern-generation': 3,
  'store-recall': 2,
  'mackey-glass': 1,
}

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))('%s', (_, recipe) => {
  test('is sound, and survives being written as JSON', () => {
    expect(parseRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe)
  })

  test('builds its network and all that goes with it', () => {
    const { network } = recipeParts(recipe, expectedInputs(recipe))
    expect(network.layers.at(-1)!.size).toBe(outputs[recipe.dataset.name] ?? 10)
    const { reads } = buildLoss(recipe)
    const { state } = network.layers.at(-1)!.neuron.definition
    expect(['spike', 'delayed', ...Object.keys(state)]).toContain(reads)
    expect(buildEncoder(recipe).name).toBe(recipe.encoder.name)
    const { optimizer } = recipe.learner
    expect(optimizer && buildOptimizer(optimizer).name).toBe(optimizer?.name)
  })
})

describe('a recipe is refused', () => {
  test.each<[string, object, RegExp]>([
    ['without a network', { network: undefined }, /'network' is wrong/],
    ['with a word nobody knows', { epoch: 3 }, /has no 'epoch'\ndid you mean 'epochs'\?/],
    ['with half an epoch', { epochs: 0.5 }, /'epochs' is wrong/],
    ['with a text for a number', { steps: '20' }, /'steps' is wrong/],
    ['with a name that steers a terminal', { name: 'x\u001b[2J' }, /'name' is wrong/],
    ['with no time steps', { steps: 0 }, /'steps' is wrong/],
    ['with half a neuron', { network: [{ dense: 2.5 }, { neuron: 'lif' }] }, /'network.0.dense' is wrong/],
    [
      'with an option of a connection nobody knows',
      { network: [{ dense: 2, wieght: 'zeros' }, {}] },
      /network.0.wieght/,
    ],
    [
      'with an option of a learner that is an object of objects',
      { learner: { name: 'stdp', a: { b: {} } } },
      /'learner.a'/,
    ],
    ['with an option that is an object', { encoder: { name: 'poisson', rate: {} } }, /'encoder.rate' is wrong/],
    ['with all examples held back', { dataset: { name: 'glyphs', validation: 1 } }, /'dataset.validation' is wrong/],
  ])('%s', (_, change, message) => {
    expect(() => parseRecipe({ ...demo, ...change })).toThrow(wrong(message))
  })

  test.each<[string, Partial<Recipe>, RegExp]>([
    ['neuron', { network: [{ dense: 2 }, { neuron: 'lifs' }] }, /no neuron 'lifs'\ndid you mean 'lif'/],
    ['neuron of the prototype', { network: [{ dense: 2 }, { neuron: 'toString' }] }, /no neuron 'toString'/],
    ['loss of the prototype', { loss: { name: 'constructor' } }, /no loss 'constructor'/],
    [
      'surrogate',
      { network: [{ dense: 2 }, { neuron: 'lif', surrogate: { name: 'fastSigmiod' } }] },
      /did you mean 'fastSigmoid'/,
    ],
  ])('with an unknown %s', (_, change, message) => {
    const recipe = { ...demo, ...change }
    expect(() => [buildNetwork(recipe, 4), buildLoss(recipe)]).toThrow(wrong(message))
  })

  test('with an option that its part does not take', () => {
    const neuron = { neuron: 'lif', surrogate: { name: 'fastSigmoid', steepness: 3 } }
    const option = (message: RegExp) => wrong(message, 'HILLOCK_OPTION')
    expect(() => buildNetwork({ ...demo, network: [{ dense: 2 }, neuron] }, 4)).toThrow(option(/'steepness'/))
    expect(() => buildLoss({ ...demo, loss: { name: 'crossEntropy', reduce: 'avg' } })).toThrow(option(/reduce/))
    expect(() => buildLoss({ ...demo, loss: { name: 'crossEntropy', over: 'mean' } })).toThrow(option(/over/))
    expect(() => buildEncoder({ ...demo, encoder: { name: 'poisson', rate: 3 } })).toThrow(option(/'rate'/))
    const lrSchedule = { name: 'cosine', warmpu: 3 }
    expect(() => buildOptimizer({ name: 'adam', lrSchedule })).toThrow(option(/warmpu/))
  })
})

test('a neuron may be given as equations', () => {
  const neuron = {
    neuron: {
      name: 'mine',
      params: { half: 0.5 },
      state: { v: 0 },
      equations: 'v = half * v + input\nspike = heaviside(v - 1)',
    },
    half: 0.25,
  }
  const recipe = parseRecipe({ ...demo, network: [{ dense: 3 }, neuron] })
  const [layer] = buildNetwork(recipe, 4).layers
  expect(layer!.neuron).toMatchObject({ name: 'mine', params: { half: 0.25 }, binary: true })
})

test('the options of a neuron may stand beside its name', () => {
  const layers = (neuron: object) => buildNetwork(parseRecipe({ ...demo, network: [{ dense: 3 }, neuron] }), 4).layers
  const surrogate = { name: 'arctan' }
  const [beside] = layers({ neuron: { name: 'lif', beta: 0.5, learn: ['beta'] }, surrogate })
  const [usual] = layers({ neuron: 'lif', beta: 0.5, learn: ['beta'], surrogate })
  expect(JSON.stringify(beside)).toEqual(JSON.stringify(usual))
  expect(() => layers({ neuron: { name: 'lif', bta: 0.5 } })).toThrow(wrong(/'bta'/, 'HILLOCK_OPTION'))
  expect(() => layers({ neuron: { name: 'lif', params: { beta: 1 } } })).toThrow(wrong(/'params'/, 'HILLOCK_OPTION'))
  const own = { name: 'mine', params: { gain: 1 }, equations: 'spike = gain * input' }
  expect(layers({ neuron: { ...own, gain: 2 } })[0]!.neuron.params).toEqual({ gain: 2 })
  expect(() => layers({ neuron: { ...own, gian: 2 } })).toThrow(wrong(/'gian'/, 'HILLOCK_OPTION'))
})

test('neurons may see their own spikes', () => {
  const layer = (recurrent: object) =>
    buildNetwork(parseRecipe({ ...demo, network: [{ dense: 3 }, { neuron: 'lif', beta: 0.5, recurrent }] }), 4)
      .layers[0]!
  expect(layer({}).neuron).toMatchObject({ name: 'recurrent lif', params: { beta: 0.5 } })
  expect(layer({ diagonal: false, weight: 'zeros' }).neuron.recurrence).toMatchObject({
    diagonal: false,
    weight: 'zeros',
  })
  expect(layer({ to: 'itself' }).neuron.learn).toEqual(['recurrent'])
  expect(() => layer({ diagnal: true })).toThrow(wrong(/diagnal'\ndid you mean 'diagonal'/))
  expect(() => layer({ to: 'all' })).toThrow(wrong(/'network.1.recurrent.to' is wrong/))
})

test('an encoder may be given as equations', () => {
  const encoder = {
    name: 'ramp',
    params: { slope: 1 },
    bounds: { slope: [0, 2] },
    state: { v: 0 },
    range: [0, 1],
    equations: 'v = v + slope * input\nspike = heaviside(v - 1)',
    slope: 0.5,
  }
  const build = (change: object) => buildEncoder(parseRecipe({ ...demo, encoder: { ...encoder, ...change } }))
  expect(build({})).toMatchObject({ name: 'ramp', params: { slope: 0.5 }, binary: true, range: [0, 1] })
  const refused = (code: string, message: RegExp) => wrong(message, code)
  expect(() => build({ range: [1, 0] })).toThrow(refused('HILLOCK_RECIPE', /'encoder.range' is wrong: give the lower/))
  expect(() => build({ range: [0] })).toThrow(refused('HILLOCK_RECIPE', /'encoder.range.*' is wrong/))
  expect(() => build({ equations: 3 })).toThrow(refused('HILLOCK_RECIPE', /'encoder.equations' is wrong/))
  expect(() => build({ state: { v: {} } })).toThrow(refused('HILLOCK_RECIPE', /'encoder.state.v' is wrong/))
  expect(() => build({ slop: 1 })).toThrow(refused('HILLOCK_OPTION', /ramp .*'slop'\ndid you mean 'slope'/))
  expect(() => build({ slope: 3 })).toThrow(refused('HILLOCK_OPTION', /'slope' is 3/))
  expect(() => build({ equations: 'spike = heavyside(input)' })).toThrow(refused('HILLOCK_NAME', /heavyside/))
  const poisson = { name: 'poisson', range: [0, 1] }
  const unused = { ...demo, encoder: poisson } as Recipe
  expect(() => buildEncoder(unused)).toThrow(refused('HILLOCK_OPTION', /'range'/))
})

test('what is neither a connection nor a neuron is told so, and a wrong neuron is not told of connections', () => {
  const parse = (part: object) => () => parseRecipe({ ...demo, network: [{ dense: 4 }, part] })
  expect(parse({ dens: 3 })).toThrow(wrong(/'network.1' is wrong: neither a connection.*nor a neuron/))
  expect(parse({ neuron: 'lif', surrogate: 'arctan' })).toThrow(wrong(/'network.1.surrogate' is wrong/))
  expect(parse({ neuron: 'lif', learn: 'beta' })).toThrow(wrong(/'network.1.learn' is wrong/))
  expect(parse({ neuron: { name: 'x', equations: 3 } })).toThrow(wrong(/'network.1.neuron.equations' is wrong/))
  expect(parse({ neuron: { name: 'x', stat: {} } })).toThrow(wrong(/'network.1.neuron.stat' is wrong/))
  expect(parse({ dense: '3' })).toThrow(wrong(/'network.1.dense' is wrong/))
  expect(parse({ dense: 3, wieght: 'zeros' })).toThrow(wrong(/no 'network.1.wieght'\ndid you mean 'weight'/))
})

test('a neuron given as equations may have bounds', () => {
  const of = (bounds: unknown, half = 0.25) => {
    const equations = 'v = half * v + input\nspike = heaviside(v - 1)'
    const neuron = { name: 'mine', params: { half }, bounds, state: { v: 0 }, equations }
    return buildNetwork(parseRecipe({ ...demo, network: [{ dense: 3 }, { neuron }] }), 4)
  }
  const range = { above: 0, below: 1 }
  expect(of({ half: range }).layers[0]!.neuron.definition.bounds).toEqual({ half: range })
  expect(() => of({ half: [0, 1] }, 1.5)).toThrow(
    wrong(/mine: 'half' is 1.5\ngive a number from 0 to 1/, 'HILLOCK_OPTION'),
  )
  expect(() => of({ half: [0] })).toThrow(wrong(/bounds.half/))
  expect(() => of({ half: { least: 0 } })).toThrow(wrong(/bounds.half/))
})

describe('a configuration that extends a recipe', () => {
  test('changes what it names and keeps the rest', () => {
    const recipe = withBase({ extends: 'demo', epochs: 1, learner: { optimizer: { learningRate: 0.5 } } }, 'mine')
    expect(recipe).toEqual({
      ...demo,
      name: 'mine',
      epochs: 1,
      learner: { ...demo.learner, optimizer: { ...demo.learner.optimizer, learningRate: 0.5 } },
    })
  })

  test('may have the names of hillock 0.1', () => {
    const old = { optimizer: { rate: 0.5, schedule: { name: 'cosine' } } }
    const { learner } = parseRecipe(withBase({ extends: 'demo', learner: old }, 'mine'))
    const optimizer = { name: 'adam', learningRate: 0.5, lrSchedule: { name: 'cosine' } }
    expect(learner.optimizer).toEqual(optimizer)
    expect(parseRecipe({ ...demo, learner: { ...demo.learner, optimizer: { name: 'adam', rate: 1 } } })).toMatchObject({
      learner: { optimizer: { learningRate: 1 } },
    })
    const both = { optimizer: { ...optimizer, rate: 0.5 } }
    expect(() => withBase({ extends: 'demo', learner: both }, 'mine')).toThrow(
      wrong(/^mine: 'learner.optimizer': 'rate' is the old name of 'learningRate'/, 'HILLOCK_OPTION'),
    )
  })

  test('does not give the options of one encoder to another', () => {
    const recipe = withBase({ extends: 'demo', name: 'own', encoder: { name: 'latency' } }, 'mine')
    expect(recipe).toEqual({ ...demo, name: 'own', encoder: { name: 'latency' } })
  })

  test('refuses a recipe there is none of', () => {
    expect(() => withBase({ extends: 'demos' }, 'mine')).toThrow(wrong(/no recipe 'demos'\ndid you mean 'demo'/))
  })

  test('cannot reach the prototype of all objects', () => {
    const config = JSON.parse(
      '{ "extends": "demo", "__proto__": { "polluted": 1 }, "learner": { "__proto__": { "polluted": 1 } } }',
    )
    try {
      parseRecipe(withBase(config, 'mine'))
    } catch {
      // refused, or taken for an option: either way nothing else may change
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})
