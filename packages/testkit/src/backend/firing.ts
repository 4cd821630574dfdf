import type { Backend } from '@hillock/core'
import { type Kernels, kernels } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'
import type { Definition } from '@hillock/core/neurons'
import { stream } from '@hillock/core/random'
import { bound, type Held, noise, type Run } from '../rig.ts'

/** Sizes of layers around the widths of vectors, words and warps: most leave lanes over that no neuron stands for. */
export const sizes = [1, 3, 5, 13, 31, 37, 50, 61, 64]

export const batch = 3
const random = { seed: 3, stream: stream.noise, step: 4, place: 0 }

/** Eighths and sixteenths: all sums and products of a test are exact in f32. */
const eighths = (count: number, seed: number) => noise(count, seed).map((x) => Math.round(8 * x) / 8)
export const sixteenths = (count: number, seed: number) => noise(count, seed).map((x) => Math.round(16 * x) / 16)
export const each = <T>(size: number, value: (n: number) => T) => Array.from({ length: size }, (_, n) => value(n))

export function made(equations: string, params: readonly string[] = [], more: Partial<Definition> = {}): Kernels {
  return kernels({
    name: 'lanes',
    equations,
    inputs: ['input'],
    params,
    state: {},
    outputs: ['spike'],
    record: [],
    ...more,
  })
}

export interface Firing {
  readonly kernels: Kernels
  readonly params?: (size: number) => Run['params']
  readonly steps?: number
  readonly input?: (x: number, i: number) => number
}

/** Neurons that fire without input, as lanes would that are not there. */
export const firing: Readonly<Record<string, Firing>> = {
  'a threshold below 0': {
    kernels: made('v = 0.5 * v + input\nspike = heaviside(v - threshold)', ['threshold'], { state: { v: 0 } }),
    params: () => ({ threshold: -1 }),
  },
  'a threshold of its own that it reaches': {
    kernels: made('v = 0.5 * v + input\nspike = heaviside(v - threshold, 1)', ['threshold'], { state: { v: 0 } }),
    params: (size) => ({ threshold: each(size, (n) => (n % 3 === 0 ? 0 : 8)) }),
  },
  'a rhythm of its own': {
    kernels: made('v = v + rate + 0 * input\nspike = heaviside(v - 1)\nv = v - spike', ['rate'], { state: { v: 0 } }),
    params: () => ({ rate: 0.375 }),
  },
  'a state that starts above threshold': {
    kernels: made('spike = heaviside(v - 1)\nv = 0.25 * v + 0 * input', [], { state: { v: 2 } }),
  },
  'an upswing': {
    kernels: made(
      'v = v + 0.25 * (1 - v + exp(2 * v - 2)) + 0 * input\nspike = heaviside(v - 2)\nv = where(spike, 0, v)',
      [],
      { state: { v: 0 } },
    ),
  },
  'a threshold drawn at each step': { kernels: made('spike = heaviside(0.5 - uniform()) * (input < 2)') },
  'a small chance': { kernels: made('spike = uniform() < p + 0 * input', ['p']), params: () => ({ p: 0.1 }) },
  'a large chance': { kernels: made('spike = uniform() < p + 0 * input', ['p']), params: () => ({ p: 0.75 }) },
  'more winners than neurons': { kernels: made('spike = winners(input, 1000)') },
  'a few winners': {
    kernels: made('spike = winners(input - offset, 2)', ['offset']),
    params: (size) => ({ offset: each(size, (n) => 100 + n) }),
  },
  'winners that tire': {
    kernels: made(
      'v = 0.5 * v + input\nspike = winners(v - offset, 2)\nv = v - 4 * spike\nw = w + total(spike)',
      ['offset'],
      { state: { v: 0, w: 0 } },
    ),
    params: (size) => ({ offset: each(size, (n) => 100 + (n % 4)) }),
  },
  'spikes that come back': {
    kernels: made('v = 0.5 * v + input + product(past, back)\nspike = heaviside(v + 4)\npast = spike', [], {
      state: { v: 0, past: 0 },
      matrices: ['back'],
    }),
  },
  'the sum of its layer': { kernels: made('spike = heaviside(total(input) - input + 1000)') },
  'a state of its own that is no number': {
    kernels: made('spike = input / scale != 1', ['scale']),
    params: (size) => ({ scale: each(size, (n) => (n % 4 === 0 ? 0.5 : 2)) }),
  },
}

/** A run of such neurons over noise. */
export const runOf = ({ kernels, params, steps = 9, input = (x) => x }: Firing, size: number): Run => ({
  kernels,
  params: params?.(size) ?? {},
  steps,
  batch,
  size,
  inputs: { input: eighths(steps * batch * size, size).map(input) },
  matrices: { back: eighths(size * size, size + 1) },
  random,
})

/** What a scan leaves, as a tensor of one kind. */
export function scanned(backend: Backend, run: Run, kind: Tensor['kind'], held: Held): Tensor {
  const spike = held.put([run.steps, batch, run.size], undefined, kind)
  backend.scan(run.kernels.forward, { ...bound(run, held), outputs: { spike } })
  return spike
}
