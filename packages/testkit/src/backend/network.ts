import { type Backend, kernels, reference } from '@hillock/core'
import { expectSame } from '../assert.ts'
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
    const bindings = { steps, batch, size, inputs: { input }, setup: {}, schedule: {}, initial: { v: 0 } }
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
}
