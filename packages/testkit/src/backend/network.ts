import {
  avgPool,
  type Backend,
  batchNorm,
  conv2d,
  crossEntropy,
  dense,
  dropout,
  lif,
  maxPool,
  network as networkOf,
  neurons,
  recurrent,
  reference,
} from '@hillock/core'
import { kernels, oracle } from '@hillock/core/backend'
import { delayed, identity, sparse } from '@hillock/core/connections'
import { type Carry, createRuntime, forward, newCarry, type Tensor, throughLayers } from '@hillock/core/learner'
import { parametersOf } from '@hillock/core/network'
import { sizeOf } from '@hillock/core/options'
import { triangular } from '@hillock/core/surrogates'
import { expectNear, expectSame } from '../assert.ts'
import { noise } from '../rig.ts'
import type { Part } from './part.ts'

const integrateAndFire = kernels({
  name: 'integrate and fire',
  equations: 'v = v + input\nspike = heaviside(v - 1, 1)\nv = v - spike',
  inputs: ['input'],
  params: [],
  state: { v: 0 },
  outputs: ['spike'],
  record: [],
})

const [steps, batch] = [20, 3]

/** Spikes through three layers whose weights are multiples of 1/256: every current and membrane is exact. */
async function fire(backend: Backend): Promise<number[][]> {
  const sizes = [50, 37, 64, 10]
  let spikes = backend.alloc([steps, batch, 50], 'spikes')
  backend.write(
    spikes,
    noise(steps * batch * 50, 1).map((x) => +(x > 0.4)),
  )
  const results: number[][] = []
  for (let layer = 1; layer < sizes.length; layer++) {
    const [before, size] = [sizes[layer - 1]!, sizes[layer]!]
    const weights = backend.alloc([before, size])
    backend.write(
      weights,
      noise(before * size, layer + 1).map((x) => Math.round(64 * x + 6) / 256),
    )
    const input = backend.alloc([steps, batch, size])
    backend.matmul(spikes, weights, input)
    const spike = backend.alloc([steps, batch, size], 'spikes')
    const bindings = { steps, batch, size, inputs: { input }, setup: {}, timeVarying: {}, initial: { v: 0 } }
    backend.scan(integrateAndFire.forward, { ...bindings, outputs: { spike } })
    results.push(Array.from(await backend.read(spike)))
    for (const tensor of [spikes, weights, input]) backend.free(tensor)
    spikes = spike
  }
  backend.free(spikes)
  return results
}

/** A small network: what one call writes another reads. */
export const network: Part = (check) => {
  check('integrate-and-fire spikes are those of the reference, to the last', async (backend) => {
    const [found, wanted] = [await fire(backend), await fire(reference())]
    wanted.forEach((spikes, layer) => {
      const rate = spikes.reduce((sum, one) => sum + one, 0) / spikes.length
      if (rate < 0.01 || rate > 0.9) throw new Error(`layer ${layer + 1} of the reference fires at a rate of ${rate}`)
      expectSame(`spikes of layer ${layer + 1}`, found[layer]!, spikes)
    })
  })

  check('spans of time with delays give the bits of the whole', async (backend) => {
    if (!backend.supports.wiring) return
    const whole = await arrive(backend, [20])
    if (whole.every((x) => x === whole[0])) throw new Error('the network does nothing')
    for (const spans of [
      [16, 4],
      [1, 2, 1, 9, 7],
    ])
      expectSame(`spans of ${spans} steps`, await arrive(backend, spans), whole)
  })

  check('a graph of every kind of connection goes forward and back as on the oracle', async (backend) => {
    if (!backend.supports.wiring) return
    const { layerScope } = backend.supports
    const [found, wanted] = [await learn(backend, layerScope), await learn(oracle(), layerScope)]
    for (const [name, values] of Object.entries(wanted)) {
      if (values.every((x) => x === 0)) throw new Error(`${name} is 0 on the oracle`)
      expectNear(name, found[name]!, values, 1e-4, Math.ceil(values.length / 50))
    }
  })
}

/**
 * What a network with delays gives out, [T, B, N], span by span: shorter and longer than spans, of spikes and of numbers. Currents are exact, so that
 * the order of sums does not matter where a backend chooses it by the number of rows.
 */
async function arrive(backend: Backend, spans: readonly number[]): Promise<number[]> {
  const graph = networkOf(35, (input) => {
    const perInput = Array.from({ length: 35 }, (_, i) => (5 * i) % 13)
    const a = neurons(lif({ beta: 0.875 }), [delayed(dense(33), { perInput }), input], [dense(33), input])
    const perSynapse = Array.from({ length: 132 }, (_, i) => (7 * i) % 3)
    return neurons(
      lif({ beta: 0.5 }),
      [dense(5), delayed(dense(4), { steps: 3 }), a],
      [delayed(dense(4), { perSynapse }), a],
    )
  })
  const runtime = createRuntime({ network: graph, backend, loss: crossEntropy(), seed: 7 })
  try {
    for (const [i, { name, shape }] of graph.layers.flatMap(parametersOf).entries()) {
      const values = noise(sizeOf(shape), i + 1)
      runtime.backend.write(
        runtime.tensor(name, shape),
        values.map((x) => Math.round(8 * x) / 16),
      )
    }
    const [size, steps] = [3, spans.reduce((sum, n) => sum + n, 0)]
    const input = runtime.temporary([steps, size, graph.inputs], 'spikes')
    runtime.backend.write(
      input,
      noise(steps * size * graph.inputs, 5).map((x) => +(x > 0.4)),
    )
    const batch = { input, labels: [0, 1, 2], steps, size, progress: { update: 0, updates: 1, epoch: 0, epochs: 1 } }
    const found: number[] = []
    let [carry, from]: [Carry | undefined, number] = [undefined, 0]
    for (const count of spans) {
      const into = newCarry(runtime, size)
      const passes = forward(runtime, batch, { from, steps: count, ...(spans.length > 1 && { carry, into }) })
      found.push(...(await runtime.backend.read(passes.at(-1)!.currents.input!)))
      ;[carry, from] = [into, from + count]
    }
    return found
  } finally {
    await runtime.dispose({ keepBackend: true })
  }
}

/** A graph of every kind of connection, among them recurrent ones where there are any, one step forward and back: what the layers gave out, then gradients by name. */
async function learn(backend: Backend, layerScope: boolean): Promise<Record<string, readonly number[]>> {
  const leaky = { surrogate: triangular({ width: 2 }) }
  const graph = networkOf([9, 9, 2], (input) => {
    const a = neurons(lif(leaky), [conv2d(6, 3), batchNorm({ threshold: 1.5 }), input])
    const b = neurons(lif(leaky), [conv2d(6, 3, { padding: 1 }), a], [identity(), a], { name: 'residual' })
    const c = neurons(
      layerScope ? recurrent(lif(leaky), { diagonal: false }) : lif(leaky),
      [maxPool(2), dropout(0.25), conv2d(5, 3, { padding: 1, groups: 1 }), b],
      [avgPool(2), conv2d(5, 1), b],
    )
    return neurons(
      lif(leaky),
      [delayed(dense(4), { steps: 1 }), c],
      [sparse(4, { fanIn: 9 }), [a, c]],
      [dropout(0.5, { each: 'step' }), dense(4), batchNorm({ steps: 6 }), input],
    )
  })
  const runtime = createRuntime({ network: graph, backend, loss: crossEntropy(), seed: 7 })
  try {
    const [steps, size] = [6, 2]
    const input = runtime.temporary([steps, size, graph.inputs], 'spikes')
    runtime.backend.write(
      input,
      noise(steps * size * graph.inputs, 5).map((x) => +(x > 0.2)),
    )
    const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
    const passes = forward(runtime, { input, labels: [0, 1], steps, size, progress }, { learn: true })
    const error = runtime.temporary([steps, size, 4])
    runtime.backend.write(error, noise(steps * size * 4, 6))
    const found: Record<string, readonly number[]> = {}
    const read = async (name: string, tensor: Tensor) => {
      found[name] = Array.from(await runtime.backend.read(tensor))
    }
    for (const { layer, spikes } of passes) await read(layer.name, spikes)
    for (const { gradients } of await throughLayers(runtime, passes, { spike: error }))
      for (const [name, gradient] of gradients) await read(name, gradient)
    return found
  } finally {
    await runtime.dispose({ keepBackend: true })
  }
}
