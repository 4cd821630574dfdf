import { kernels } from '@hillock/core/backend'
import type { Definition } from '@hillock/core/neurons'
import { stream } from '@hillock/core/random'
import { sigmoid } from '@hillock/core/surrogates'
import { noise } from '../rig.ts'
import { expectAgreement, type Part } from './part.ts'

/** Competition and a sum over the layer, both in the way of a state, an output and a gradient. */
const competing: Definition = {
  name: 'competing',
  equations: `
    v = beta * v + input
    excess = v - threshold
    spike = winners(excess, k) * (excess > 0)
    share = total(v * spike) / (1 + total(spike))
    v = where(total(spike) > 0, 0.5 * v, v) - 0.125 * share
    a = 0.5 * prev(a) + tanh(share) * spike`,
  inputs: ['input'],
  params: ['beta', 'threshold', 'k'],
  state: { v: 0, a: 'threshold' },
  outputs: ['spike'],
  record: ['share'],
  surrogate: sigmoid({ slope: 2 }),
}

const chance: Definition = {
  name: 'chance',
  equations: `
    v = 0.75 * v + input * (uniform() < 0.5)
    spike = winners(v + 0.5 * uniform(), 2)
    v = v - spike * total(v) / 8 - 0.0625 * t`,
  inputs: ['input'],
  params: [],
  state: { v: 0 },
  outputs: ['spike'],
  record: [],
  surrogate: sigmoid({ slope: 2 }),
}

/** Operations that see the whole layer, in scans; a backend that has none refuses them. */
export const layers: Part = (check) => {
  const agrees = (
    name: string,
    definition: Definition,
    params: Record<string, number | number[]>,
    size: number,
    still = false,
  ) =>
    check(name, async (backend) => {
      const [steps, batch] = [5, 3]
      const count = steps * batch * size
      const run = {
        kernels: kernels(
          definition,
          definition.params.filter((param) => param !== 'k'),
        ),
        params,
        steps,
        batch,
        size,
        inputs: { input: noise(still ? batch * size : count, 1).map((x) => Math.round(8 * x) / 8) },
        signals: { spike: noise(count, 2), v: noise(count, 3) },
        last: true,
        random: { seed: 5, stream: stream.teacher, step: 1, place: 2 },
        ...(still && { summed: true, window: 2, final: { v: noise(batch * size, 4) } }),
      }
      if (backend.supports.layerScope) return expectAgreement(backend, run)
      const refused = await expectAgreement(backend, run).catch(({ code }) => code)
      if (refused !== 'HILLOCK_UNSUPPORTED') throw new Error(`it does not refuse them but gives ${refused}`)
    })

  const shared = { beta: 0.875, threshold: 0.25 }
  // Widths around those of vectors, panels and warps; steps of an eighth make many ties.
  for (const size of [1, 3, 4, 31, 32, 33, 67, 200]) {
    agrees(`winners and totals among ${size} neurons`, competing, { ...shared, k: 3 }, size)
  }
  for (const k of [0, 0.5, 1, 20, 1000]) agrees(`${k} winners of 40`, competing, { ...shared, k }, 40)
  const own = { beta: noise(40, 7), threshold: noise(40, 8), k: 5 }
  agrees('parameters of each neuron of a competition', competing, own, 40)
  agrees('constant input, sums and truncation of a competition', competing, { ...shared, k: 2 }, 37, true)
  agrees('random numbers in a competition', chance, {}, 35)

  for (const k of [1, 2, 4, 5]) {
    check(`${k} winners among numbers and what is none`, async (backend) => {
      if (!backend.supports.layerScope) return
      const { NaN: none, NEGATIVE_INFINITY: least } = Number
      const inputs = { input: [1, none, 3, least, 2, none, 2] }
      const definition: Definition = {
        name: 'best',
        equations: `spike = winners(input, ${k})`,
        inputs: ['input'],
        params: [],
        state: {},
        outputs: ['spike'],
        record: [],
      }
      await expectAgreement(backend, { kernels: kernels(definition), params: {}, steps: 1, batch: 1, size: 7, inputs })
    })
  }
}
