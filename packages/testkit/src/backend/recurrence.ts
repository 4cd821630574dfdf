import { lif, type Neuron, recurrent } from '@hillock/core'
import { type Kernels, kernels } from '@hillock/core/backend'
import type { Definition } from '@hillock/core/neurons'
import { stream } from '@hillock/core/random'
import { sigmoid } from '@hillock/core/surrogates'
import { noise, type Run } from '../rig.ts'
import { expectAgreement, type Part } from './part.ts'

/** Two matrices, one of them before and one after what sees the whole layer in another way. */
const tangled: Definition = {
  name: 'tangled',
  equations: `
    x = product(tanh(v) + 0.5 * w, first)
    v = 0.5 * v + input + 0.25 * x - total(x) / 64
    spike = winners(v, 3) * (v > 0.25)
    y = product(spike * v, second)
    w = 0.5 * prev(w) + tanh(y) * x
    v = v - 0.5 * spike`,
  inputs: ['input'],
  params: [],
  state: { v: 0.25, w: 0 },
  outputs: ['spike'],
  record: ['x'],
  surrogate: sigmoid({ slope: 2 }),
  matrices: ['first', 'second'],
}

/** Gives more than zeros and ones. */
const graded: Definition = {
  ...tangled,
  name: 'graded',
  equations: `
    v = 0.5 * v + input + product(past, first)
    spike = where(v > 0.5, v + uniform() / 4, 0)
    past = spike`,
  state: { v: 0, past: 0 },
  record: [],
  matrices: ['first'],
}

const eighths = (count: number, seed: number) => noise(count, seed).map((x) => Math.round(8 * x) / 8)

/** A matrix with some 4 / sqrt(size) in each place, so that layers of all sizes fire. */
const matrix = (size: number, seed: number) =>
  noise(size * size, seed).map((x) => Math.fround(Math.round(64 * x) / (32 * Math.sqrt(size))))

interface Case extends Partial<Run> {
  readonly size: number
}

/** A run of recurrent neurons: 7 steps of 3 samples. */
function runOf(made: Kernels, { size, steps = 7, batch = 3, ...more }: Case): Run {
  const count = steps * batch * size
  const names = made.definition.matrices ?? []
  return {
    kernels: made,
    params: {},
    steps,
    batch,
    size,
    inputs: { input: eighths(count, 1) },
    signals: { spike: noise(count, 2), v: noise(count, 3) },
    matrices: Object.fromEntries(names.map((name, k) => [name, matrix(size, 5 + k)])),
    random: { seed: 5, stream: stream.teacher, step: 1, place: 2 },
    ...more,
  }
}

/** The same kernels with the derivative of each neuron by itself. */
const within = (made: Kernels): Kernels => ({ ...made, reverse: made.reverseWithin })

/** Products with matrices in scans; a backend without whole-layer operations refuses them. */
export const recurrence: Part = (check) => {
  const agrees = (name: string, made: Kernels, given: Case) =>
    check(name, async (backend) => {
      const run = runOf(made, given)
      if (backend.supports.layerScope || !made.forward.layerScope) return expectAgreement(backend, run)
      const refused = await expectAgreement(backend, run).catch(({ code }) => code)
      if (refused !== 'HILLOCK_UNSUPPORTED') throw new Error(`it does not refuse them but gives ${refused}`)
    })
  const ofNeuron = ({ kernels, params }: Neuron, given: Case): [Kernels, Case] => [kernels, { params, ...given }]

  const neuron = recurrent(lif({ beta: 0.875, threshold: 0.5 }))
  // Widths around those of vectors, panels and warps; batches around groups of samples.
  for (const size of [1, 3, 5, 31, 32, 33, 65]) {
    for (const batch of [1, 3, 5]) agrees(`${size} neurons of ${batch} samples`, ...ofNeuron(neuron, { size, batch }))
  }
  agrees('300 neurons', ...ofNeuron(neuron, { size: 300, batch: 4, steps: 4 }))
  const alone = within(neuron.kernels)
  agrees('each neuron by itself', alone, { params: neuron.params, size: 35, last: true })
  const fired = noise(7 * 5 * 37, 1).map((x) => (x > 0 ? 1 : 0))
  agrees('spikes as such', ...ofNeuron(neuron, { size: 37, batch: 5, bits: true, inputs: { input: fired } }))
  const still = { inputs: { input: eighths(3 * 33, 1) }, summed: true }
  agrees('constant input, and sums', ...ofNeuron(neuron, { size: 33, ...still }))
  const initial = { past: noise(3 * 33, 8).map((x) => (x > 0 ? 1 : 0)), v: noise(3 * 33, 9) }
  const final = { past: noise(3 * 33, 6), v: noise(3 * 33, 7) }
  agrees('a part of a run', ...ofNeuron(neuron, { size: 33, initial, final, window: 3, last: true }))
  const own = recurrent(lif({ beta: noise(33, 4).map(Math.abs), learn: ['beta'] }))
  agrees('a parameter of each neuron', ...ofNeuron(own, { size: 33 }))
  agrees('two matrices in a competition', kernels(tangled), { size: 35, batch: 5, last: true })
  agrees('one sample of two matrices', kernels(tangled), { size: 4, batch: 1, window: 2 })
  agrees('spikes of any size', kernels(graded), { size: 35, batch: 5 })
  const itself = recurrent(lif({ learn: ['beta'] }), { to: 'itself' })
  agrees('each neuron to itself', itself.kernels, { params: { ...itself.params, recurrent: noise(35, 4) }, size: 35 })
}
