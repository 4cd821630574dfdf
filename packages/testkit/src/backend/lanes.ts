import {
  type Backend,
  boxcar,
  type Definition,
  type Kernels,
  kernels,
  reference,
  stream,
  type Tensor,
} from '@hillock/core'
import { expectSame } from '../assert.ts'
import { bound, type Held, holding, noise, type Run } from '../rig.ts'
import type { Part } from './part.ts'

/** Sizes of layers around the widths of vectors, words and warps: most leave lanes over that no neuron stands for. */
export const sizes = [1, 3, 5, 13, 31, 37, 50, 61, 64]

const [steps, batch] = [9, 3]
const random = { seed: 3, stream: stream.noise, step: 4, place: 0 }

/** Eighths and sixteenths: all sums and products of a test are exact in f32. */
const eighths = (count: number, seed: number) => noise(count, seed).map((x) => Math.round(8 * x) / 8)
const sixteenths = (count: number, seed: number) => noise(count, seed).map((x) => Math.round(16 * x) / 16)
const each = <T>(size: number, value: (n: number) => T) => Array.from({ length: size }, (_, n) => value(n))

function made(equations: string, params: readonly string[] = [], more: Partial<Definition> = {}): Kernels {
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

interface Firing {
  readonly kernels: Kernels
  readonly params?: (size: number) => Run['params']
}

/** Neurons that fire without input, as lanes would that are not there. */
const firing: Readonly<Record<string, Firing>> = {
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
  'the sum of its layer': { kernels: made('spike = heaviside(total(input) - input + 1000)') },
  'a state of its own that is no number': {
    kernels: made('spike = input / scale != 1', ['scale']),
    params: (size) => ({ scale: each(size, (n) => (n % 4 === 0 ? 0.5 : 2)) }),
  },
}

/** Leaves numbers and spikes in memory that is free, so that what is not written shows. */
async function soil(backend: Backend): Promise<void> {
  const held = holding(backend)
  for (let i = 0; i < 4; i++) {
    held.put([64, 256], new Float32Array(64 * 256).fill(Number.NaN))
    const spikes = held.put([64, 8, 256], new Float32Array(64 * 8 * 256).fill(1), 'spikes')
    await backend.read(spikes)
  }
  held.free()
}

const runOf = ({ kernels, params }: Firing, size: number): Run => ({
  kernels,
  params: params?.(size) ?? {},
  steps,
  batch,
  size,
  inputs: { input: eighths(steps * batch * size, size) },
  random,
})

/** What a scan leaves, as a tensor of one kind. */
function scanned(backend: Backend, run: Run, kind: Tensor['kind'], held: Held): Tensor {
  const spike = held.put([steps, batch, run.size], undefined, kind)
  backend.scan(run.kernels.forward, { ...bound(run, held), outputs: { spike } })
  return spike
}

const passing = made('v = v + input\nspike = v', [], { state: { v: 0 } })
const adding = made('v = 0.5 * v + input\nspike = 0', [], { state: { v: 0 } })

/** All that can be made of a tensor [T, B, N], by what it is. */
async function consequences(backend: Backend, x: Tensor, held: Held): Promise<Record<string, ArrayLike<number>>> {
  const [size, columns, cells] = [x.shape.at(-1)!, 7, steps * batch]
  const real = (shape: readonly number[], seed: number) =>
    held.put(
      shape,
      sixteenths(
        shape.reduce((product, n) => product * n, 1),
        seed,
      ),
    )
  const results: [string, Tensor][] = [['it', x]]
  const keep = (what: string, tensor: Tensor, make: (tensor: Tensor) => void) => {
    make(tensor)
    results.push([what, tensor])
  }
  const [weights, bias, delta] = [real([size, columns], 1), real([columns], 2), real([steps, batch, columns], 3)]
  keep('the current that it makes', held.put([steps, batch, columns]), (out) =>
    backend.matmul(x, weights, out, { bias }),
  )
  keep('the current that it adds', real([cells, columns], 4), (out) =>
    backend.matmul(x, weights, out, { accumulate: true }),
  )
  keep('its product with weights turned about', held.put([cells, columns]), (out) =>
    backend.matmul(x, real([columns, size], 5), out, { transposeB: true }),
  )
  keep('the gradient of its weights', held.put([size, columns]), (out) =>
    backend.matmul(x, delta, out, { transposeA: true }),
  )
  keep('what it adds to a gradient', real([size, columns], 6), (out) =>
    backend.matmul(x, delta, out, { transposeA: true, accumulate: true }),
  )
  for (const shape of [[], [size], [batch, size], [steps, batch, size]])
    keep(`its sum to [${shape}]`, held.put(shape), (out) => backend.sum(x, out))
  const later = held.put([4, batch, size], undefined, x.kind)
  keep('its later steps', later, () => backend.slice(x, 3, later))
  keep('the current that later steps make', held.put([4, batch, columns]), (out) => backend.matmul(later, weights, out))
  const over = { steps, batch, size, setup: {}, schedule: {}, initial: { v: 0 } }
  const passed = held.put([steps, batch, size])
  keep('what the next layer makes of it', passed, (spike) =>
    backend.scan(passing.forward, { ...over, inputs: { input: x }, outputs: { spike } }),
  )
  if (x.kind === 'real') {
    for (const kind of ['real', 'spikes'] as const) {
      const below = held.put(
        [steps, batch, 5],
        kind === 'real' ? sixteenths(cells * 5, 7) : each(cells * 5, (i) => i % 2),
        kind,
      )
      keep(`the gradient that it makes of ${kind}`, held.put([5, size]), (out) =>
        backend.matmul(below, x, out, { transposeA: true }),
      )
    }
    keep('what a map makes of it', real([steps, batch, size], 8), (v) =>
      backend.map(adding.forward, { inputs: { input: x }, states: { v }, setup: {} }),
    )
  }
  const read: Record<string, ArrayLike<number>> = {}
  for (const [what, tensor] of results) read[what] = await backend.read(tensor)
  if (x.kind === 'spikes' && backend.readEvents) {
    const { start, index } = await backend.readEvents(x)
    Object.assign(read, { 'where its events start': start, 'its events': index })
  }
  return read
}

/** Sizes of layers that fill no vector: lanes beyond the last neuron may hold anything, and nothing comes of it. */
export const lanes: Part = (check) => {
  const agrees = (name: string, given: Firing, kind: Tensor['kind']) =>
    check(name, async (backend) => {
      if (given.kernels.forward.layerScope && !backend.supports.layerScope) return
      await soil(backend)
      for (const size of sizes) {
        const [found, wanted] = await Promise.all(
          [backend, reference()].map(async (on) => {
            const held = holding(on)
            const results = await consequences(on, scanned(on, runOf(given, size), kind, held), held)
            held.free()
            return results
          }),
        )
        for (const [what, values] of Object.entries(found!))
          expectSame(`of ${size} neurons ${what}`, values, wanted![what]!)
      }
    })

  for (const [name, given] of Object.entries(firing)) agrees(`neurons that fire by ${name}`, given, 'spikes')

  const scale = { params: (size: number) => ({ scale: each(size, (n) => (n % 3 === 0 ? 0.25 : 2)) }) }
  agrees('quotients of each neuron', { kernels: made('spike = input / scale', ['scale']), ...scale }, 'real')
  agrees(
    'quotients that compete',
    { kernels: made('spike = winners(input / scale, 3) + 0.125 * total(input / scale)', ['scale']), ...scale },
    'real',
  )

  check('where an error is needed', async (backend) => {
    await soil(backend)
    const near = made('v = 0.5 * v + input\nspike = heaviside(v - threshold)', ['threshold'], {
      state: { v: 0 },
      surrogate: boxcar({ width: 0.5 }),
    })
    const inner = 70
    // From 64 on it pays to pick out what is needed.
    for (const size of [5, 67, 70, 97]) {
      const params = () => ({ threshold: each(size, (n) => (n % 9 === 0 ? 0 : 100)) })
      const [found, wanted] = await Promise.all(
        [backend, reference()].map(async (on) => {
          const held = holding(on)
          const needed = held.put([steps, batch, size], undefined, 'spikes')
          const bindings = bound(runOf({ kernels: near, params }, size), held)
          on.scan(near.learning(), { ...bindings, outputs: { needed } })
          const error = held.put([steps, batch, inner], sixteenths(steps * batch * inner, 1))
          const weights = held.put([size, inner], sixteenths(size * inner, 2))
          const out = held.put([steps, batch, size])
          on.matmul(error, weights, out, { transposeB: true, needed })
          const count = held.put([])
          on.sum(needed, count)
          const results = { needed: await on.read(needed), count: await on.read(count), product: await on.read(out) }
          held.free()
          return results
        }),
      )
      expectSame(`what ${size} neurons need`, found!.needed, wanted!.needed)
      expectSame(`how much ${size} neurons need`, found!.count, wanted!.count)
      const allowed = wanted!.product.map((x, i) => (found!.product[i] === 0 && !wanted!.needed[i] ? 0 : x))
      expectSame(`the error of ${size} neurons`, found!.product, allowed)
    }
  })
}
