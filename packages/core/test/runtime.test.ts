import { describe, expect, test } from '@jest/globals'
import type { Backend } from '../src/backend.ts'
import { dense } from '../src/connections/dense.ts'
import { crossEntropy } from '../src/losses/cross-entropy.ts'
import { sequential } from '../src/network/sequential.ts'
import { neuron } from '../src/neuron.ts'
import { lif } from '../src/neurons/lif.ts'
import { reference } from '../src/reference/backend.ts'
import { forward } from '../src/runtime/forward.ts'
import { outputError } from '../src/runtime/output-error.ts'
import { createRuntime, type RuntimeControl } from '../src/runtime/runtime.ts'
import { createSession } from '../src/session/session.ts'
import { data, descent, toy } from './toy.ts'

const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
const make = (network = toy().network, backend: Backend = reference()) =>
  createRuntime({ network, backend, loss: crossEntropy(), seed: 1 })

const batchOf = (runtime: RuntimeControl, values: readonly number[], steps: number) => {
  const input = runtime.temporary([1, 1, values.length])
  runtime.backend.write(input, values)
  return { input, labels: [0], steps, size: 1, progress }
}

test('a constant input is mapped once, whatever the number of steps', async () => {
  const rows: number[][] = []
  const whole = reference()
  const counting: Backend = {
    ...whole,
    matmul(a, b, out, options) {
      rows.push([out.shape[0]!, b.shape[0]!])
      whole.matmul(a, b, out, options)
    },
  }
  const session = createSession({ ...toy(), backend: counting })
  await session.evaluate(data.test)
  expect(rows).toEqual([
    [1, 12],
    [8, 24],
  ])
})

test('a tensor lasts under its name, from step to step', async () => {
  const runtime = make()
  const trace = runtime.tensor('trace', [2], () => [1, 2])
  runtime.backend.write(trace, [3, 4])
  runtime.endStep()
  expect(runtime.tensor('trace', [2], () => [1, 2])).toBe(trace)
  expect(await runtime.backend.read(trace)).toEqual(Float32Array.of(3, 4))
  expect(await runtime.backend.read(runtime.tensor('zeros', [2]))).toEqual(new Float32Array(2))
  const snapshot = await runtime.snapshot()
  expect(snapshot.get('trace')).toEqual({ shape: [2], values: Float32Array.of(3, 4) })

  const next = createRuntime({
    network: runtime.network,
    backend: reference(),
    loss: crossEntropy(),
    seed: 1,
    snapshot,
  })
  expect((await next.snapshot()).get('trace')).toEqual(snapshot.get('trace'))
  expect(await next.backend.read(next.tensor('trace', [2]))).toEqual(Float32Array.of(3, 4))
  expect(() => createRuntime({ ...next, snapshot }).tensor('trace', [3])).toThrow('of the snapshot has shape [2]')
})

test('temporaries end with their step', () => {
  const runtime = make()
  const before = runtime.backend.live
  const tensor = runtime.temporary([3])
  runtime.adopt(runtime.backend.alloc([4]))
  expect(runtime.backend.live).toBe(before + 2)
  runtime.endStep()
  expect(runtime.backend.live).toBe(before)
  expect(() => runtime.backend.read(tensor)).toThrow(expect.objectContaining({ code: 'HILLOCK_DISPOSED' }))
})

test('temporaries of a scope end with it, whether it succeeds or not', async () => {
  const runtime = make()
  const kept = runtime.temporary([3])
  const before = runtime.backend.live
  expect(
    await runtime.scope(async () => {
      runtime.temporary([3])
      return runtime.backend.live
    }),
  ).toBe(before + 1)
  expect(runtime.backend.live).toBe(before)
  const failing = runtime.scope(async () => {
    runtime.temporary([3])
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(runtime.backend.live).toBe(before)
  expect(await runtime.backend.read(kept)).toHaveLength(3)
  runtime.endStep()
  expect(runtime.backend.live).toBe(before - 1)
})

test('parts of a step are timed apart', () => {
  const runtime = make()
  const wait = () => {
    const start = performance.now()
    while (performance.now() - start < 2);
    return 'done'
  }
  expect(runtime.timed('update', wait)).toBe('done')
  expect(runtime.parts.update).toBeGreaterThanOrEqual(2)
  expect(runtime.parts.forward).toBe(0)
  runtime.endStep()
  expect(runtime.parts.update).toBe(0)
})

describe('parameters of neurons', () => {
  const ones = { weight: { constant: 1 }, bias: false } as const

  test('may differ from neuron to neuron', async () => {
    const network = sequential(1, [dense(3, ones), lif({ beta: 0, threshold: [0.5, 1.5, 0.5] })])
    const runtime = make(network)
    const [pass] = forward(runtime, batchOf(runtime, [1], 2))
    expect([...(await runtime.backend.read(pass!.spikes))]).toEqual([1, 0, 1, 1, 0, 1])
  })

  test('are learnt, one for the layer or one for each neuron, and moved along', async () => {
    const network = sequential(12, [
      dense(8),
      lif({ learn: ['beta'] }),
      dense(3),
      lif({ threshold: [1, 1.1, 1.2], learn: ['threshold'] }),
    ])
    const session = createSession({ ...toy(), network })
    for await (const _ of session.train(data, { epochs: 2, batchSize: 16 }));
    const snapshot = await session.snapshot()
    const beta = snapshot.get('layer1.beta')!.values
    const threshold = snapshot.get('layer2.threshold')!.values
    expect([beta.length, threshold.length]).toEqual([1, 3])
    expect(Math.abs(beta[0]! - 0.9)).toBeGreaterThan(1e-4)
    threshold.forEach((value, i) => {
      expect(Math.abs(value - [1, 1.1, 1.2][i]!)).toBeGreaterThan(1e-5)
    })

    const next = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 1, snapshot })
    expect(next.params(network.layers[0]!)).toEqual({ beta: beta[0], threshold: 1 })
    expect(next.params(network.layers[1]!)).toEqual({ beta: 0.9, threshold })
  })

  test('count as the backend holds them from the start, so that moving changes no bit', async () => {
    const decay = neuron({
      name: 'decay',
      params: { tau: 0.1 },
      state: { v: 0 },
      equations: 'v = exp(-1 / tau) * v + input\nspike = v',
    })
    const network = sequential(12, [dense(8), decay({ learn: ['tau'] }), dense(3), lif()])
    const options = { ...toy(), network, learner: descent(0.01) }
    const [stayed, moved] = [createSession(options), createSession(options)]
    await moved.use(reference())
    expect(await moved.evaluate(data.test)).toEqual(await stayed.evaluate(data.test))
    for (const session of [stayed, moved]) for await (const _ of session.train(data));
    expect(await moved.snapshot()).toEqual(await stayed.snapshot())
  })
})

describe('the error of the output', () => {
  test('reads spikes, states and records', async () => {
    const ones = { weight: { constant: 0.6 }, bias: false } as const
    const network = sequential(1, [dense(2, ones), lif({ beta: 1, record: ['pre'] })])
    for (const on of ['spike', 'v', 'pre']) {
      const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy({ on }), seed: 1 })
      const passes = forward(runtime, batchOf(runtime, [1], 4))
      const error = await outputError(runtime, passes[0]!, [1])
      expect(error.loss).toBeCloseTo(Math.log(2), 6)
      expect([...error.predictions]).toEqual([0])
      expect(error.correct).toBe(0)
      expect(Object.keys(error.signals)).toEqual([on])
      const rate = on === 'spike' ? 1 : 1 / 4
      const values = [...(await runtime.backend.read(error.signals[on]!))]
      expect(values).toEqual([rate * 0.5, rate * -0.5])
    }
  })
})
