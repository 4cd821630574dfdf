import {
  avgPool,
  batchNorm,
  conv2d,
  crossEntropy,
  dense,
  dropout,
  lif,
  maxPool,
  type Network,
  network,
  neurons,
  recurrent,
  sequential,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { type Connection, conv1d, delayed, oneToOne, share, sparse } from '@hillock/core/connections'
import { type Batch, createRuntime, forward } from '@hillock/core/learner'
import { generator, stream } from '@hillock/core/random'
import { expect, test } from '@jest/globals'
import { type StdpOptions, stdp } from '../src/index.ts'

const [steps, size] = [7, 2]
const weight = { uniform: [0.1, 0.9] } as const
const bias = false

/** Weights before and after a step on some spikes, and what came into the first layer and out of each. */
async function after(of: Network, options: StdpOptions) {
  const runtime = createRuntime({ network: of, backend: oracle(), loss: crossEntropy(), seed: 3 })
  const { backend } = runtime
  const input = runtime.temporary([steps, size, of.inputs], 'spikes')
  const { uniform } = generator(5, stream.augment)
  backend.write(
    input,
    Array.from({ length: steps * size * of.inputs }, () => (uniform() < 0.4 ? 1 : 0)),
  )
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch: Batch = { input, labels: [0, 1], steps, size, progress }
  const before = await runtime.snapshot()
  const passes = forward(runtime, batch)
  const spikes = await Promise.all([input, ...passes.map((pass) => pass.spikes)].map((own) => backend.read(own)))
  await stdp(options).step(runtime, batch)
  return { before, after: await runtime.snapshot(), spikes }
}

/** What pairs of an input and a neuron add up to, when a spike of the input arrives so many steps later. */
function pair(pre: (t: number, b: number) => number, post: (t: number, b: number) => number, lag = 0): number {
  const [preDecay, postDecay, potentiation, depression] = [0.5, 0.25, 0.03, 0.02]
  let sum = 0
  for (let b = 0; b < size; b++)
    for (let s = 0; s + lag < steps; s++)
      for (let t = 0; t < steps; t++) {
        const [late, both] = [t - s - lag, pre(s, b) * post(t, b)]
        sum += both * (late >= 0 ? potentiation * preDecay ** late : -depression * postDecay ** -late)
      }
  return sum
}

const options: StdpOptions = {
  preDecay: 0.5,
  postDecay: 0.25,
  potentiation: 0.03,
  depression: 0.02,
  bounds: [-10, 10],
}

test.each<[string, Connection]>([
  ['a convolution', conv2d(2, 2, { weight, bias, padding: 1 })],
  ['a depthwise convolution', conv2d(2, 2, { weight, bias, groups: 2 })],
  ['sparse connections', sparse(4, { density: 0.6, seed: 1, weight, bias })],
  ['one to one', oneToOne({ weight })],
  ['delays', delayed(dense(4, { weight, bias }), { steps: 2 })],
])('the sites of %s add up their pairs', async (_, connection) => {
  const of = network([3, 3, 2], (input) => neurons(lif({ threshold: 0.5 }), [connection, input]))
  const found = await after(of, options)
  const { inputs, size: units, sources } = of.layers[0]!
  const { from, to, start, site, slot, diagonal, lag } = sources[0]!.parts[0]!.link.wiring!
  const change = new Float64Array(found.before.get('layer1.weight')!.values.length)
  for (let q = 0; q < to.count; q++)
    for (let k = start[q]!; k < start[q + 1]!; k++)
      for (let i = 0; i < from.width; i++)
        for (let j = 0; j < to.width; j++) {
          if (diagonal && i !== j) continue
          const at = diagonal ? slot[k]! * to.width + j : (slot[k]! * from.width + i) * to.width + j
          change[at]! += pair(
            (t, b) => found.spikes[0]![(t * size + b) * inputs + site[k]! * from.width + i]!,
            (t, b) => found.spikes[1]![(t * size + b) * units + q * to.width + j]!,
            lag?.[k],
          )
        }
  expect(change.some((value) => value !== 0)).toBe(true)
  const old = found.before.get('layer1.weight')!.values
  for (const [i, value] of found.after.get('layer1.weight')!.values.entries())
    expect(value).toBeCloseTo(old[i]! + change[i]!, 12)
})

test('pairs of a convolution are averaged over its places, those of single neurons are not', async () => {
  const of = (places: number) =>
    sequential(
      [places, 2],
      [conv1d(3, 1, { weight, bias }), lif({ threshold: 0.5 }), dense(2, { weight, bias }), lif({ threshold: 0.5 })],
    )
  const [sum, mean] = [await after(of(4), options), await after(of(4), { ...options, average: true })]
  const changeOf = (name: string, { before, after }: typeof sum) =>
    Array.from(after.get(name)!.values, (value, i) => value - before.get(name)!.values[i]!)
  const whole = changeOf('layer1.weight', sum)
  expect(Math.max(...whole)).toBeGreaterThan(0.1)
  for (const [i, part] of changeOf('layer1.weight', mean).entries()) expect(part).toBeCloseTo(whole[i]! / 4, 12)
  expect(changeOf('layer2.weight', mean)).toEqual(changeOf('layer2.weight', sum))
})

test.each([true, false])(
  'spikes that come back pair with those of the step after (to itself: %s)',
  async (diagonal) => {
    const of = sequential(4, [dense(3, { weight, bias }), recurrent(lif({ threshold: 0.5 }), { weight, diagonal })])
    const found = await after(of, options)
    const [, own] = found.spikes
    const old = found.before.get('layer1.recurrent')!.values
    const at = (i: number) => (t: number, b: number) => own![(t * size + b) * 3 + i]!
    const wanted = Array.from(old, (value, k) => {
      const [i, j] = [Math.floor(k / 3), k % 3]
      return i === j && !diagonal ? 0 : value + pair(at(i), at(j), 1)
    })
    expect(wanted).not.toEqual(Array.from(old))
    for (const [i, value] of found.after.get('layer1.recurrent')!.values.entries())
      expect(value).toBeCloseTo(wanted[i]!, 12)
  },
)

test('pools, branches, skips and shared weights learn; total holds for each kernel', async () => {
  const tied = share(dense(3, { weight, bias }))
  const of = network([4, 4, 1], (input) => {
    const a = neurons(lif(), [conv2d(2, 3, { padding: 1, weight, bias }), input])
    const b = neurons(
      recurrent(lif()),
      [maxPool(2), conv2d(2, 1, { weight, bias }), a],
      [avgPool(2), dropout(0.2), conv2d(2, 1, { weight, bias }), input],
    )
    const c = neurons(lif(), [tied, input], [tied, input])
    return neurons(lif(), [dense(2, { weight, bias }), b], [dense(2, { weight, bias }), c])
  })
  const found = await after(of, { ...options, total: 3 })
  for (const [name, { shape, values: old }] of found.before) {
    const { values } = found.after.get(name)!
    expect([name, values]).not.toEqual([name, old])
    const [rows, columns] = shape as [number, number]
    for (let j = 0; j < columns; j++) {
      const sum = Array.from({ length: rows }, (_, i) => values[i * columns + j]!).reduce((all, value) => all + value)
      if (sum > 0) expect(sum).toBeCloseTo(3, 6)
    }
  }
})

const refused: readonly [Network, StdpOptions, string][] = [
  [sequential([4, 4, 1], [conv2d(1, 3), avgPool(2), lif()]), {}, 'layer1 has avgPool behind conv2d'],
  [sequential(4, [dense(3), dropout(0.2), lif()]), {}, 'layer1 has dropout behind dense'],
  [sequential(4, [dense(3), batchNorm(), lif()]), {}, 'layer1 is normalized by batchNorm'],
  [sequential(4, [dense(3), recurrent(lif(), { to: 'itself' })]), {}, 'layer1 has a recurrent weight for each neuron'],
  [sequential(4, [dense(3), recurrent(lif(), { diagonal: false })]), { bounds: [1, 2] }, 'bounds leave out 0'],
  [sequential(4, [sparse(3, { density: 0.5 }), lif()]), { total: 1 }, 'sparse keeps in one column'],
  [sequential([4, 1], [dense(3), recurrent(lif())]), { readout: {} }, 'layer1 is to be a readout'],
]

test.each(refused.map(([of, given, message]) => [message, of, given] as const))(
  'refuses: %s',
  async (message, of, given) => {
    await expect(after(of, given)).rejects.toMatchObject({
      code: 'HILLOCK_UNSUPPORTED',
      message: expect.stringContaining(message),
    })
  },
)
