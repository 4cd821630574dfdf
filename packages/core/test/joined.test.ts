import { avgPool, conv2d, crossEntropy, leaky, type Network, sequential, sumPool } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import type { Connection, Pool } from '@hillock/core/connections'
import { backward, createRuntime, forward, outputError } from '@hillock/core/learner'
import { expect, test } from '@jest/globals'

const [steps, size, shape] = [2, 2, [8, 9, 2]]

/** The same pool, which says of every pair that it is 0 steps late: it is computed by itself. */
const alone = (pool: Pool): Connection => ({
  ...pool,
  connect(from) {
    const link = pool.connect(from)
    const { wiring } = link
    return { ...link, wiring: { ...wiring!, lag: new Int32Array(wiring!.site.length) } }
  },
})

async function run(network: Network): Promise<Record<string, number[]>> {
  const backend = oracle()
  const runtime = createRuntime({ network, backend, loss: crossEntropy(), seed: 1 })
  const input = runtime.temporary([steps, size, network.inputs], 'spikes')
  backend.write(
    input,
    Float32Array.from({ length: steps * size * network.inputs }, (_, i) => Number((i * 7) % 11 < 4)),
  )
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch = { input, labels: [0, 1], steps, size, progress }
  const [pass] = forward(runtime, batch, { learn: true })
  const { signals } = await outputError(runtime, pass!, batch.labels)
  const { gradients, input: error } = await backward(runtime, pass!, signals, { input: true })
  const read = async (tensor: Parameters<typeof backend.read>[0]) => Array.from(await backend.read(tensor))
  const found = [...gradients].map(async ([name, tensor]) => [name, await read(tensor)] as const)
  const currents = await read(pass!.currents.input!)
  return { currents, error: await read(error!), ...Object.fromEntries(await Promise.all(found)) }
}

const pools: [string, Connection, Pool, number][] = [
  ['a sum over 2x2', conv2d(3, 3), sumPool(2), 1],
  ['an average', conv2d(3, 3, { padding: 1 }), avgPool(2), 1],
  ['windows that overlap', conv2d(2, 3, { padding: 'same' }), sumPool(3, { stride: 2 }), 1],
  ['strides and dilation', conv2d(2, 2, { stride: 2, dilation: 2 }), sumPool(2), 1],
  ['a convolution without biases', conv2d(3, 3, { bias: false }), sumPool([2, 1]), 1],
  ['windows that reach beyond the image', conv2d(3, 3), sumPool(2, { padding: 1 }), 2],
  ['groups', conv2d(4, 3, { groups: 2 }), sumPool(2), 2],
  ['a kernel of 1, for which there is nothing to gain', conv2d(3, 1), sumPool([2, 1]), 2],
]

test.each(pools)('a convolution joined with %s is what they are one by one', async (_, conv, pool, parts) => {
  const [joined, apart] = [pool, alone(pool)].map((one) => sequential(shape, [conv, one, leaky()])) as [
    Network,
    Network,
  ]
  const wanted = await run(apart)
  const found = await run(joined)
  for (const [name, values] of Object.entries(wanted)) {
    const largest = Math.max(...values.map(Math.abs))
    expect([name, largest > 0, found[name]!.length]).toEqual([name, true, values.length])
    expect(Math.max(...values.map((value, i) => Math.abs(value - found[name]![i]!)))).toBeLessThan(1e-9 * largest)
  }
  const backend = oracle()
  const runtime = createRuntime({ network: joined, backend, loss: crossEntropy(), seed: 1 })
  const input = runtime.temporary([1, 1, joined.inputs], 'spikes')
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const [pass] = forward(runtime, { input, labels: [0], steps: 1, size: 1, progress })
  expect(pass!.fed[0]!.values).toHaveLength(1 + parts)
})
