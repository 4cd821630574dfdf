import { evaluateSetup, kernels } from '@hillock/core/backend'
import type { Definition } from '@hillock/core/neurons'
import { stream } from '@hillock/core/random'
import { sigmoid } from '@hillock/core/surrogates'
import { expectSame } from '../assert.ts'
import { noise, play, type Run } from '../rig.ts'
import { expectAgreement, type Part } from './part.ts'

const lif: Definition = {
  name: 'lif',
  equations: `
    v = beta * v + input + 0.5 * other
    pre = v
    spike = heaviside(v - threshold)
    v = where(spike, 0, v)
    a = 0.5 * a + spike * v`,
  inputs: ['input', 'other'],
  params: ['beta', 'threshold'],
  state: { v: 0, a: 'beta * threshold' },
  outputs: ['spike'],
  record: ['pre'],
  surrogate: sigmoid({ slope: 2 }),
}

const timed: Definition = {
  name: 'timed',
  equations: `
    v = v * exp(-t / tau) + input
    spike = heaviside(v - 0.5)
    v = v - spike * (t > 2)`,
  inputs: ['input'],
  params: ['tau'],
  state: { v: 0 },
  outputs: ['spike'],
  record: [],
  surrogate: sigmoid({ slope: 2 }),
}

const chain = Array.from(
  { length: 198 },
  (_, i) => `x${i} = tanh(${i === 0 ? 'v' : `x${i - 1}`} + 0.5 * input) * exp(-abs(v) / ${i + 1})`,
)

/** As many lines as a text may have, some 20,000 operations there and back. */
const long: Definition = {
  name: 'long',
  equations: [...chain, 'v = 0.5 * v + x197', 'spike = heaviside(v - 0.1)'].join('\n'),
  inputs: ['input'],
  params: [],
  state: { v: 0.1 },
  outputs: ['spike'],
  record: [],
  surrogate: sigmoid({ slope: 2 }),
}

interface Sizes {
  readonly steps: number
  readonly batch: number
  readonly size: number
}

function run(definition: Definition, params: Run['params'], sizes: Sizes, more: Partial<Run> = {}): Run {
  const { steps, batch, size } = sizes
  const count = steps * batch * size
  const names = ['spike', 'v', ...definition.record]
  return {
    kernels: kernels(definition, definition.params),
    params,
    ...sizes,
    inputs: Object.fromEntries(definition.inputs.map((name, k) => [name, noise(count, k)])),
    signals: Object.fromEntries(names.map((name, k) => [name, noise(count, 10 + k)])),
    ...more,
  }
}

const sizes = { steps: 7, batch: 2, size: 5 }
const { steps, batch, size } = sizes
const shared = { beta: 0.9, threshold: 0.7 }

/** Scans over time, forward and backward. */
export const scans: Part = (check) => {
  const cases: Record<string, Run> = {
    'parameters shared by the layer': run(lif, shared, sizes),
    'parameters of each neuron': run(lif, { beta: noise(size, 4), threshold: noise(size, 5) }, sizes),
    'constant inputs': run(lif, shared, sizes, {
      inputs: { input: noise(batch * size, 0), other: noise(batch * size, 1) },
    }),
    'a constant and a changing input': run(lif, shared, sizes, {
      inputs: { input: noise(batch * size, 0), other: noise(steps * batch * size, 1) },
    }),
    'an initial state shared by the layer': run(lif, shared, sizes, { initial: { v: 0.25, a: -0.5 } }),
    'initial states of each neuron': run(lif, shared, sizes, { initial: { v: noise(size, 6) } }),
    'initial states of each neuron of each sample': run(lif, shared, sizes, { initial: { v: noise(batch * size, 6) } }),
    'signals that are the same at every step': run(lif, shared, sizes, { signals: { spike: noise(batch * size, 7) } }),
    'no signals at all': run(lif, shared, sizes, { signals: {} }),
    'adjoints of the states after the last step': run(lif, shared, sizes, {
      final: { v: noise(batch * size, 8), a: noise(batch * size, 9) },
    }),
    'adjoints after the last step that truncation drops': run(lif, shared, sizes, {
      final: { v: noise(batch * size, 8) },
      window: 7,
    }),
    'the adjoint of the input summed over time': run(lif, shared, sizes, { summed: true }),
    'outputs of the last step alone': run(lif, shared, sizes, { last: true }),
    'truncation within the scan': run(lif, shared, sizes, { window: 3 }),
    'truncation at each step': run(lif, shared, sizes, { window: 1 }),
    'truncation beyond the scan': run(lif, shared, sizes, { window: 100 }),
    'values that change with time': run(timed, { tau: 3 }, sizes),
    'values that change with time, for each neuron': run(timed, { tau: [1, 2, 3, 4, 5] }, sizes),
    'a text of 200 lines': run(long, {}, { steps: 3, batch: 1, size: 5 }),
    'no steps': run(lif, shared, { steps: 0, batch: 2, size: 5 }, { final: { v: noise(10, 8) } }),
    'one step': run(lif, shared, { steps: 1, batch: 3, size: 4 }, { last: true }),
    'one sample': run(lif, shared, { steps: 5, batch: 1, size: 8 }),
  }
  for (const [name, plan] of Object.entries(cases)) check(`with ${name}`, (backend) => expectAgreement(backend, plan))

  // Widths around those of vectors and warps.
  for (const size of [1, 2, 3, 4, 7, 16, 31, 32, 33, 67]) {
    check(`of ${size} neurons`, (backend) =>
      expectAgreement(backend, run(lif, shared, { steps: 3, batch: 3, size }, { last: true })),
    )
  }

  // Around words of 32 spikes.
  for (const size of [1, 31, 32, 33, 65]) {
    const bits = (seed: number) => noise(5 * size, seed).map((x) => (x > 0.2 ? 1 : 0))
    const inputs = { input: bits(0), other: bits(1) }
    check(`of ${size} neurons of one sample, from spikes to spikes`, (backend) =>
      expectAgreement(backend, run(lif, shared, { steps: 5, batch: 1, size }, { inputs, bits: true })),
    )
  }

  check('stores and computes only what is asked for', async (backend) => {
    const { forward } = kernels(lif)
    const whole = [steps, batch, size]
    const setup = Object.fromEntries(Object.keys(kernels(lif).compiled.setup.outputs).map((name) => [name, 0.5]))
    const inputs = { input: backend.alloc(whole), other: backend.alloc(whole) }
    backend.write(inputs.input, noise(steps * batch * size, 0))
    backend.write(inputs.other, noise(steps * batch * size, 1))
    const bindings = { ...sizes, inputs, setup, timeVarying: {}, initial: { v: 0, a: 0 } }
    const [alone, both, trace] = [backend.alloc(whole), backend.alloc(whole), backend.alloc(whole)]
    backend.scan(forward, { ...bindings, outputs: { spike: alone } })
    backend.scan(forward, { ...bindings, outputs: { spike: both, a: trace } })
    const [a, b] = [await backend.read(alone), await backend.read(both)]
    if (a.join() !== b.join()) throw new Error('the spikes differ when a state is stored too')
    for (const tensor of [alone, both, trace, inputs.input, inputs.other]) backend.free(tensor)
  })

  check('leaves inputs and initial states as they are', async (backend) => {
    const { compiled, forward } = kernels(lif)
    const values = { input: noise(steps * batch * size, 0), other: noise(batch * size, 1), v: noise(batch * size, 2) }
    const put = (shape: readonly number[], from: readonly number[]) => {
      const tensor = backend.alloc(shape)
      backend.write(tensor, from)
      return tensor
    }
    const t = {
      input: put([steps, batch, size], values.input),
      other: put([1, batch, size], values.other),
      v: put([batch, size], values.v),
    }
    const spike = backend.alloc([steps, batch, size], 'spikes')
    const { v: _, a, ...setup } = evaluateSetup(compiled, shared, size) as Record<string, number>
    backend.scan(forward, {
      ...sizes,
      inputs: { input: t.input, other: t.other },
      setup,
      timeVarying: {},
      initial: { v: t.v, a: a! },
      outputs: { spike },
    })
    for (const name of ['input', 'other', 'v'] as const) expectSame(name, await backend.read(t[name]), values[name])
    for (const tensor of [...Object.values(t), spike]) backend.free(tensor)
  })

  check('gives the same bits for the same call', async (backend) => {
    const plan = run(
      lif,
      shared,
      { steps: 9, batch: 5, size: 33 },
      { random: { seed: 1, stream: stream.teacher, step: 0, place: 0 } },
    )
    const [first, second] = [await play(backend, plan), await play(backend, plan)]
    if (JSON.stringify(first) !== JSON.stringify(second)) throw new Error('two runs differ')
  })
}
