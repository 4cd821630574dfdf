import { HillockError, type Learner, sgd } from '@hillock/core'
import { backward, forward, outputError, type Signals, update } from '@hillock/core/learner'
import { describe, expect, test } from '@jest/globals'
import { learnerConformance, type Structure } from '../src/index.ts'
import { outcome } from './outcome.ts'

/** A learner that passes: the gradient through all layers and time. */
const sound = (rate = 0.05): Learner => ({
  name: 'sound',
  async step(runtime, batch) {
    const passes = forward(runtime, batch, { learn: true })
    const error = await outputError(runtime, passes.at(-1)!, batch.labels)
    let signals: Signals = error.signals
    const layers = []
    for (const pass of passes.toReversed()) {
      const result = await backward(runtime, pass, signals, { input: pass.layer.index > 0 })
      layers.push(result)
      if (result.input) signals = { spike: result.input }
    }
    await update(runtime, sgd({ learningRate: rate, momentum: 0.5 }), layers, batch.progress)
    return error
  },
})

/** Names of the tests that a learner does not pass, of all or of those of one name. */
const failures = async (create: () => Learner, only?: string): Promise<readonly string[]> =>
  (await outcome((runner) => learnerConformance({ name: 'tried', create, runner }), only)).failed

/** The sound learner with something else done in each step. */
const also = (act: (...given: Parameters<Learner['step']>) => unknown) => (): Learner => {
  const learner = sound()
  return {
    name: 'broken',
    async step(runtime, batch) {
      const result = await learner.step(runtime, batch)
      await act(runtime, batch)
      return result
    },
  }
}

test('a sound learner passes', async () => {
  expect(await failures(sound)).toEqual([])
})

describe('the suite sees a learner that', () => {
  test.each<[string, () => Learner, string]>([
    ['learns nothing', () => sound(0), 'changes the weights'],
    ['goes uphill', () => ({ ...sound(), step: descend(-1) }), 'learns with hidden layers of 24'],
    ['leaks', also(({ backend }) => backend.alloc([1])), 'leaves nothing on the backend after a step'],
    [
      'draws from elsewhere',
      also(({ backend, tensor }) => backend.write(tensor('layer1.bias', [24]), new Array(24).fill(Math.random()))),
      'gives the same bits for the same seed, and others for another',
    ],
    [
      'remembers by itself',
      () => {
        let steps = 0
        return also(({ backend, tensor }) =>
          backend.write(tensor('layer1.bias', [24]), new Array(24).fill(++steps / 100)),
        )()
      },
      'keeps all that it remembers in the runtime, so that another one can go on',
    ],
    [
      'writes into its input',
      also(async ({ backend }, { input }) => backend.write(input, (await backend.read(input)).fill(0))),
      'leaves its input and the labels as they are',
    ],
    [
      'changes the labels',
      also((_, { labels }) => {
        ;(labels as Uint8Array)[0] = 0
      }),
      'leaves its input and the labels as they are',
    ],
    [
      'turns a square matrix of weights around',
      also(async ({ backend, tensor }, { steps: _ }) => {
        const weight = tensor('layer2.weight', [24, 24])
        const values = await backend.read(weight)
        backend.write(
          weight,
          values.map((_, i) => values[(i % 24) * 24 + Math.floor(i / 24)]!),
        )
      }),
      'learns with hidden layers of 24 and 24',
    ],
    [
      'looks behind the backend',
      also((_, { input }) => {
        if ((input as unknown as { data?: unknown }).data === undefined) throw new Error('no data')
      }),
      'gives the same bits as without',
    ],
    [
      'has nothing watched',
      () => ({
        ...sound(),
        step: (runtime, batch) => sound().step(Object.create(runtime, { watch: { value: () => {} } }), batch),
      }),
      'stops where neurons compute with NaN or infinity',
    ],
    [
      'counts wrong',
      () => ({
        ...sound(),
        step: async (runtime, batch) => ({ ...(await sound().step(runtime, batch)), correct: -1 }),
      }),
      'takes single examples',
    ],
  ])('%s', async (_, create, name) => {
    expect(await failures(create, name)).toEqual([name])
  })
})

/** A step along the gradient times `direction`. */
function descend(direction: number): Learner['step'] {
  return async (runtime, batch) => {
    const { layers } = runtime.network
    const read = () =>
      Promise.all(
        layers.map(({ name, inputs, size }) => runtime.backend.read(runtime.tensor(`${name}.weight`, [inputs, size]))),
      )
    const before = await read()
    const result = await sound().step(runtime, batch)
    const after = await read()
    layers.forEach(({ name, inputs, size }, i) => {
      const moved = before[i]!.map((value, k) => value + direction * (after[i]![k]! - value))
      runtime.backend.write(runtime.tensor(`${name}.weight`, [inputs, size]), moved)
    })
    return result
  }
}

describe('the suite sees a structure that', () => {
  const { step } = sound()
  const only = (refused: (runtime: Parameters<Learner['step']>[0]) => boolean) => (): Learner => ({
    name: 'only some',
    async step(runtime, batch) {
      if (refused(runtime)) throw new HillockError('HILLOCK_UNSUPPORTED', 'only some')
      return step(runtime, batch)
    },
  })
  test.each([
    ['is named and refused', only(({ network }) => network.shape.length > 1), 'all', ['recurrent'], 'convolution'],
    ['is trained and not named', only(() => false), [], ['recurrent'], 'recurrent'],
  ] as const)('%s', async (_, create, wrong, right, what) => {
    const suite = (structures: 'all' | readonly Structure[]) => {
      const verb = structures === 'all' || structures.includes(what) ? 'trains' : 'refuses'
      const name = `${verb} a network of another structure: ${what}`
      return outcome((runner) => learnerConformance({ name: 'tried', create, structures, runner }), name)
    }
    expect((await suite(wrong)).failed).toHaveLength(1)
    expect((await suite(right)).failed).toEqual([])
  })
})
