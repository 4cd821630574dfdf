import { backward, forward, type Learner, outputError, type Signals, sgd, update } from '@hillock/core'
import { describe, expect, test } from '@jest/globals'
import { learnerConformance } from '../src/index.ts'

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
    await update(runtime, sgd({ rate, momentum: 0.5 }), layers, batch.progress)
    return error
  },
})

/** Names of the tests that a learner does not pass. */
async function failures(create: () => Learner): Promise<string[]> {
  const bodies: [string, () => unknown][] = []
  const collect = (name: string, body: () => unknown) => bodies.push([name, body])
  const runner = {
    describe: (_: string, body: () => void) => body(),
    test: Object.assign(collect, { skip: () => {} }),
  }
  learnerConformance({ name: 'tried', create, runner })
  const failed: string[] = []
  for (const [name, body] of bodies) {
    try {
      await body()
    } catch {
      failed.push(name)
    }
  }
  return failed
}

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
      'counts wrong',
      () => ({
        ...sound(),
        step: async (runtime, batch) => ({ ...(await sound().step(runtime, batch)), correct: -1 }),
      }),
      'takes single examples',
    ],
  ])('%s', async (_, create, name) => {
    expect(await failures(create)).toContain(name)
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
