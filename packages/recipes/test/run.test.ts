import { dense, lif, reference, sequential, type Targeted } from '@hillock/core'
import { glyphs, patternGeneration } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { describe, expect, test } from '@jest/globals'
import {
  findRecipe,
  normalisedError,
  type Recipe,
  type RunEvent,
  type RunEvents,
  type RunOptions,
  readRun,
  runRecipe,
  writeRun,
} from '../src/index.ts'

const tiny: Recipe = {
  ...findRecipe('demo'),
  dataset: { name: 'glyphs', train: 60, test: 20, validation: 0.2, shift: 1 },
  steps: 4,
  network: [{ dense: 8 }, { neuron: 'lif' }, { dense: 10 }, { neuron: 'lif' }],
  epochs: 2,
  batchSize: 20,
}
const learners = { bptt }

/** What a run has learnt, and what it told. */
async function outcome(recipe: Recipe, options: Partial<RunOptions> = {}) {
  const events: RunEvent[] = []
  const { session, reports } = await runRecipe(recipe, {
    learners,
    onEvent: (event) => void events.push(event),
    ...options,
  })
  const found = { counters: session.counters, snapshot: await session.snapshot(), reports, events }
  await session.dispose()
  return found
}

const bits = ({ snapshot }: Pick<Awaited<ReturnType<typeof outcome>>, 'snapshot'>) =>
  [...snapshot].map(([name, { values }]) => [name, [...values]])

describe('runRecipe', () => {
  test('trains a recipe and tells what happens, in order', async () => {
    const { events, reports } = await outcome(tiny, { seed: 3 })
    const batches = ['batch', 'batch', 'batch', 'epoch']
    const names = events.map(({ event }) => event).filter((event) => event !== 'warning')
    expect(names).toEqual(['start', ...batches, ...batches, 'result'])
    expect(events[0]).toMatchObject({ recipe: 'demo', learner: 'bptt', seed: 3, parameters: 784 * 8 + 8 + 8 * 10 + 10 })
    expect(events.at(-1)).toMatchObject({ epochs: 2, stopped: false, testAccuracy: reports[1]!.testAccuracy })
    expect(reports.map(({ epoch, validationAccuracy }) => [epoch, typeof validationAccuracy])).toEqual([
      [1, 'number'],
      [2, 'number'],
    ])
    for (const event of events) expect(JSON.parse(JSON.stringify(event))).toMatchObject({ event: event.event })
  })

  test('tests after each epoch, after the last, or never, and learns the same', async () => {
    const tested = await Promise.all((['each', 'last', 'never'] as const).map((test) => outcome(tiny, { test })))
    expect(tested.map(({ reports }) => reports.map(({ testAccuracy }) => testAccuracy !== undefined))).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ])
    expect(tested.map(bits)).toEqual(Array.from({ length: 3 }, () => bits(tested[0]!)))
    expect(tested[2]!.events.at(-1)).toMatchObject({ event: 'result', testAccuracy: undefined, testError: undefined })
  })

  test('gives the same bits for the same seed, whether the data are given or made', async () => {
    const once = bits(await outcome(tiny))
    expect(bits(await outcome(tiny, { data: glyphs({ train: 60, test: 20 }) }))).toEqual(once)
    expect(bits(await outcome(tiny, { seed: 1 }))).not.toEqual(once)
  })

  test('stops after the batch at hand, and goes on from there with the bits of a run never stopped', async () => {
    const controller = new AbortController()
    const onEvent = (event: RunEvent) => {
      if (event.event === 'batch' && event.epoch === 2) controller.abort()
    }
    const stopped = await outcome(tiny, { signal: controller.signal, onEvent })
    expect(stopped.counters).toMatchObject({ epochs: 1, position: 1 })
    const from = { ...stopped, reports: stopped.reports.slice(0, 1) }
    const rest = await outcome(tiny, { from })
    expect(rest.events[0]).toMatchObject({ event: 'start', resumed: stopped.counters })
    const whole = await outcome(tiny)
    expect(bits(rest)).toEqual(bits(whole))
    expect(rest.reports.map(({ epoch, testAccuracy }) => [epoch, testAccuracy])).toEqual(
      whole.reports.map(({ epoch, testAccuracy }) => [epoch, testAccuracy]),
    )
    // All epochs are done: nothing is trained.
    const none = await outcome(tiny, { from: whole })
    expect(none.events.map(({ event }) => event)).toEqual(['start', 'result'])
  })

  test('trains on values for each step, tells the normalised error, and comes back from a file', async () => {
    const recipe: Recipe = {
      ...findRecipe('pattern-generation'),
      steps: 40,
      network: [{ dense: 40 }, { neuron: 'lif', recurrent: {} }, { dense: 3 }, { neuron: 'leakyIntegrator' }],
      learner: { name: 'bptt', optimizer: { name: 'adam', learningRate: 1e-2 } },
      epochs: 3,
    }
    const events: RunEvent[] = []
    const onEvent = (event: RunEvent) => void events.push(event)
    const run = await runRecipe(recipe, {
      learners,
      onEvent,
      data: patternGeneration({ steps: 40, train: 4, rate: 0.3 }),
    })
    const { reports, dataset, session } = run
    const last = reports.at(-1)!
    expect(last).toMatchObject({ trainAccuracy: Number.NaN, testAccuracy: undefined })
    const { targets } = dataset.test as Targeted
    const power = Array.from(targets).reduce((sum, value) => sum + value * value, 0) / targets.length
    const { testError } = events.at(-1) as RunEvents['result']
    expect(testError).toBeCloseTo(last.testLoss! / power, 4)
    expect(testError).toBeLessThan(0.9)
    const facts = { recipe, seed: 0, backend: { name: 'reference' }, examples: 4, data: undefined, reports }
    const saved = readRun(await writeRun(session, facts, {}), 'a file')
    expect(saved.reports).toEqual(reports)
    await session.dispose()
  })

  test('waits for what is told, and the session can be used meanwhile', async () => {
    const found: number[] = []
    await outcome(tiny, {
      async onEvent(event, { session, dataset }) {
        if (event.event === 'epoch') found.push((await session.evaluate(dataset.test)).accuracy - event.testAccuracy!)
      },
    })
    expect(found).toEqual([0, 0])
  })

  test.each([
    ['an option that there is not', {}, { seeds: 3 }, 'HILLOCK_OPTION', /seeds/],
    ['learners that are called', {}, { learners: { bptt: bptt() } }, 'HILLOCK_OPTION', /uncalled/],
    [
      'a learner that is not given',
      { learner: { name: 'random-bp' } },
      {},
      'HILLOCK_PLUGIN',
      /randomBp.*learner-random-bp/s,
    ],
    ['data that are not given', { dataset: { name: 'mnist' } }, {}, 'HILLOCK_DATA_MISSING', /mnist.*\{ data \}/s],
    ['a recipe that is wrong', { steps: 0 }, {}, 'HILLOCK_RECIPE', /'steps' is wrong: expected at least 1\b/],
    ['half a step', { steps: 1.5 }, {}, 'HILLOCK_RECIPE', /'steps' is wrong: expected whole number, found 1.5\b/],
    [
      'a value that is wrong in a table',
      { network: [{ dense: 10 }, { neuron: { name: 'own', equations: 'spike = input', params: { b: 1, a: 'no' } } }] },
      {},
      'HILLOCK_RECIPE',
      /'network.1.neuron.params.a' is wrong: it has none of the forms/,
    ],
    [
      'three ends of two',
      { encoder: { name: 'own', equations: 'spike = input', range: [0, 1, 2] } },
      {},
      'HILLOCK_RECIPE',
      /'encoder.range' is wrong: expected a length of at most 2\b/,
    ],
    ['a part that is wrong', { network: [{ dense: 10 }, { neuron: 'lfi' }] }, {}, 'HILLOCK_RECIPE', /'lfi'.*lif/s],
  ])('refuses %s, and frees the backend', async (_, recipe, options, code, message) => {
    let freed = 0
    const whole = reference()
    const backend = { ...whole, dispose: async () => void freed++ }
    const run = runRecipe({ ...tiny, ...recipe } as Recipe, { learners, backend, ...options } as never)
    await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    expect(freed).toBe(code === 'HILLOCK_OPTION' ? 0 : 1)
  })

  test('frees what it made when it is told to stop by an error', async () => {
    let freed = 0
    const backend = { ...reference(), dispose: async () => void freed++ }
    const onEvent = ({ event }: RunEvent) => {
      if (event === 'epoch') throw new Error('no more')
    }
    await expect(runRecipe(tiny, { learners, backend, onEvent })).rejects.toThrow('no more')
    expect(freed).toBe(1)
  })
})

test('a normalised error is a part of the variance at the steps that count', () => {
  const { layers } = sequential(1, [dense(2), lif()])
  const [images, features] = [new Float32Array(4), 2]
  const still = { images, features, count: 2, targets: [1, 0, 3, 0] }
  expect(normalisedError(0.25, still, { layers } as never)).toBe(0.5)
  // Output 0 is 1 and 3 in the step of each example that counts.
  const masked = { images, features, count: 2, targets: [1, 0, 9, 9, 8, 8, 3, 0], mask: [1, 0, 0, 1] }
  expect(normalisedError(0.25, masked, { layers } as never)).toBe(0.5)
  expect(normalisedError(undefined, still, { layers } as never)).toBeUndefined()
  expect(normalisedError(1, { images, features, count: 2 }, { layers } as never)).toBeUndefined()
})
