import { expect, test } from '@jest/globals'
import { oracle } from '../src/entries/backend.ts'
import { type Connection, identity } from '../src/entries/connections.ts'
import {
  checkDense,
  createRuntime,
  type ForwardOptions,
  forward,
  inputAdjoint,
  type Tensor,
  throughLayers,
} from '../src/entries/learner.ts'
import type { Input, SourceText } from '../src/entries/network.ts'
import { linear } from '../src/entries/neurons.ts'
import { batchNorm, crossEntropy, dense, dropout, type Network, network, neurons, sequential } from '../src/index.ts'
import { synapticOperations } from '../src/metrics.ts'

const [steps, size] = [20, 12]

/** What a network gives of ones; `still`: given once for all steps. */
async function run(made: Network, options: ForwardOptions, { step = 0, still = false, seed = 1 } = {}) {
  const runtime = createRuntime({ network: made, backend: oracle(), loss: crossEntropy(), seed })
  const input = runtime.temporary([still ? 1 : steps, size, made.inputs])
  runtime.backend.write(input, new Float64Array(input.shape[0]! * size * made.inputs).fill(1))
  const progress = { update: step, updates: 1, epoch: 0, epochs: 1 }
  const passes = forward(runtime, { input, labels: [], steps, size, progress }, options)
  const spikes = Array.from(await runtime.backend.read(passes.at(-1)!.spikes))
  return { runtime, passes, spikes }
}

const units = 10
const alone = (each: 'example' | 'step') => sequential(units, [dropout(0.2, { each }), identity(), linear()])
const share = (values: readonly number[], value: number) => values.filter((one) => one === value).length / values.length

test.each(['example', 'step'] as const)(
  'a share of the values is dropped in training, by %s, and the rest grows',
  async (each) => {
    const { spikes } = await run(alone(each), { learn: true })
    expect([...new Set(spikes)].sort()).toEqual([0, 1.25])
    expect(Math.abs(share(spikes, 0) - 0.2)).toBeLessThan(0.05)
    const row = size * units
    const first = spikes.slice(0, row)
    const again = Array.from(
      { length: steps },
      (_, t) => String(spikes.slice(t * row, (t + 1) * row)) === String(first),
    )
    expect(again.filter((same) => same).length).toBe(each === 'example' ? steps : 1)
    // Examples have masks of their own.
    expect(
      new Set(Array.from({ length: size }, (_, b) => String(first.slice(b * units, (b + 1) * units)))).size,
    ).toBeGreaterThan(8)
  },
)

test('nothing is dropped after training', async () => {
  const { spikes } = await run(alone('step'), {})
  expect(share(spikes, 1)).toBe(1)
})

test('what is dropped follows from the seed and the step', async () => {
  const of = async (what: object) => (await run(alone('example'), { learn: true }, what)).spikes
  const first = await of({})
  expect(await of({})).toEqual(first)
  expect(await of({ step: 1 })).not.toEqual(first)
  expect(await of({ seed: 2 })).not.toEqual(first)
})

test.each(['example', 'step'] as const)('parts of time drop what the whole drops, by %s', async (each) => {
  const whole = await run(alone(each), { learn: true })
  const part = await run(alone(each), { training: true, from: 16 })
  expect(part.spikes).toEqual(whole.spikes.slice(16 * size * units))
})

const weights = { weight: { uniform: 1 } } as const
const places: Readonly<Record<string, (input: Input) => SourceText>> = {
  'before a connection': (input) => [dropout(0.5), dense(6, weights), input],
  'after a connection': (input) => [dense(6, weights), dropout(0.5), input],
  'twice, and a new one each step': (input) => [
    dropout(0.3),
    dense(7, weights),
    dropout(0.5, { each: 'step' }),
    dense(6, weights),
    dropout(0.4),
    input,
  ],
}

test.each(
  Object.entries(places).flatMap(
    ([name, place]) =>
      [
        [name, false, place],
        [name, true, place],
      ] as const,
  ),
)('the gradient %s (the input still: %s) is that of finite differences', async (_, still, place) => {
  const made = network(4, (input) => {
    const a = neurons(linear(), place(input))
    return neurons(linear(), [dense(2, weights), a], [dense(2, weights), dropout(0.5, { each: 'step' }), input])
  })
  const { runtime, passes, spikes } = await run(made, { learn: true }, { still })
  const error = runtime.temporary([steps, size, 2])
  const signal = spikes.map((_, i) => ((i * 7) % 11) - 5)
  runtime.backend.write(error, signal)
  const results = await throughLayers(runtime, passes, { spike: error })
  const { input } = passes[0]!
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const lossOf = async () => {
    const again = forward(runtime, { input, labels: [], steps, size, progress }, { training: true })
    const out = await runtime.backend.read(again.at(-1)!.spikes)
    return signal.reduce((sum, one, i) => sum + one * out[i]!, 0)
  }
  /** All is linear. */
  const slopeOf = async (tensor: Tensor, at: (h: number) => readonly number[]) => {
    const [more, less] = [0.5, -0.5].map((h) => async () => {
      runtime.backend.write(tensor, at(h))
      return lossOf()
    })
    const slope = (await more!()) - (await less!())
    runtime.backend.write(tensor, at(0))
    return slope
  }
  const length = (still ? 1 : steps) * size * made.inputs
  const slope = await slopeOf(input, (h) => new Array<number>(length).fill(1 + h))
  let sum = 0
  for (const [i, pass] of passes.toReversed().entries())
    for (const one of await runtime.backend.read(inputAdjoint(runtime, pass, results[i]!, 'input')))
      sum += pass.fed.some(({ source }) => source.from === 'input') ? one : 0
  expect(sum - slope).toBeCloseTo(0, 7)
  for (const { gradients } of results)
    for (const [name, gradient] of gradients) {
      const weight = runtime.tensor(name, gradient.shape)
      const [found, values] = [await runtime.backend.read(gradient), Array.from(await runtime.backend.read(weight))]
      const moved = (h: number) => values.map((value, i) => (i === 0 ? value + h : value))
      const wanted = await slopeOf(weight, moved)
      expect([name, found[0]! - wanted]).toEqual([name, expect.closeTo(0, 8)])
    }
})

test('after training errors go back through dropout as they are, and are refused by batch norm', async () => {
  const made = sequential(3, [dropout(0.5), dense(3, { weight: 'ones', bias: false }), dropout(0.5), linear()])
  const { runtime, passes } = await run(made, {})
  const error = runtime.temporary([steps, size, 3])
  runtime.backend.write(error, new Float64Array(steps * size * 3).fill(2))
  const bias = runtime.temporary([3])
  runtime.backend.write(bias, [1, 1, 1])
  const [pass] = passes as [(typeof passes)[0]]
  const into = inputAdjoint(runtime, pass, { currents: { input: error }, perRow: {} }, 'input', { bias })
  expect([...new Set(await runtime.backend.read(into))]).toEqual([7])
  inputAdjoint(runtime, pass, { currents: { input: error }, perRow: {} }, 'input', { into })
  expect([...new Set(await runtime.backend.read(into))]).toEqual([13])
  // the adjoint of the current is as it was
  expect([...new Set(await runtime.backend.read(error))]).toEqual([2])

  const normalized = await run(sequential(3, [dense(3), batchNorm(), linear()]), {})
  const back = () =>
    inputAdjoint(normalized.runtime, normalized.passes[0]!, { currents: { input: error }, perRow: {} }, 'input')
  expect(back).toThrow(
    expect.objectContaining({ code: 'HILLOCK_UNSUPPORTED', hint: expect.stringContaining('training') }),
  )
})

test('rules that take dense layers alone refuse it, also where nothing else is between two layers', () => {
  for (const parts of [[dropout(0.2), dense(3)], [dropout(0.2)]])
    expect(() => checkDense('rule', sequential(4, [...parts, linear()]))).toThrow('dropout')
})

test('synaptic operations are counted as without it', () => {
  const activity = { spikes: Float64Array.of(6, 0), values: Float64Array.of(12, 9), samples: 1 }
  const operations = (parts: readonly Connection[]) =>
    synapticOperations(sequential(4, [...parts, linear()]), true, activity)
  expect(operations([dropout(0.2), dense(3)])).toBe(18)
  expect(operations([dropout(0.2)])).toBe(6)
})
