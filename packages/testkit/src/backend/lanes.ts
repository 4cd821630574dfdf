import { type Backend, reference } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'
import { boxcar } from '@hillock/core/surrogates'
import { expectSame } from '../assert.ts'
import { bound, type Held, holding } from '../rig.ts'
import { batch, each, type Firing, firing, made, runOf, scanned, sixteenths, sizes } from './firing.ts'
import type { Part } from './part.ts'

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

const passing = made('v = v + input\nspike = v', [], { state: { v: 0 } })
const adding = made('v = 0.5 * v + input\nspike = 0', [], { state: { v: 0 } })

/** All that can be made of a tensor [T, B, N], by what it is. */
async function consequences(backend: Backend, x: Tensor, held: Held): Promise<Record<string, ArrayLike<number>>> {
  const [steps, size, columns] = [x.shape[0]!, x.shape[2]!, 7]
  const cells = steps * batch
  const real = (shape: readonly number[], seed: number) => held.put(shape, sixteenths(sizeOf(shape), seed))
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
  const from = Math.floor(steps / 3)
  const later = held.put([steps - from, batch, size], undefined, x.kind)
  keep('its later steps', later, () => backend.slice(x, from, later))
  keep('the current that later steps make', held.put([steps - from, batch, columns]), (out) =>
    backend.matmul(later, weights, out),
  )
  const over = { steps, batch, size, setup: {}, timeVarying: {}, initial: { v: 0 } }
  const passed = held.put([steps, batch, size])
  keep('what the next layer makes of it', passed, (spike) =>
    backend.scan(passing.forward, { ...over, inputs: { input: x }, outputs: { spike } }),
  )
  const still = held.put([1, batch, size], undefined, x.kind)
  backend.slice(x, from, still)
  keep('what the next layer makes of one of its steps', held.put([5, batch, size]), (spike) =>
    backend.scan(passing.forward, { ...over, steps: 5, inputs: { input: still }, outputs: { spike } }),
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
  const quotients = { kernels: made('spike = input / scale', ['scale']), ...scale }
  agrees('quotients of each neuron', quotients, 'real')
  // Of one step, such as images, that are mostly 0.
  const input = (x: number, i: number) => (i % 5 === 0 ? x : 0)
  agrees('quotients of each neuron, few of them not 0', { ...quotients, steps: 1, input }, 'real')
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
    const divided = made('spike = 0\nw = w / input', [], { state: { w: 0 } })
    const [steps, inner] = [9, 70]
    // From 64 on it pays to pick out what is needed.
    for (const size of [5, 67, 70, 97]) {
      const params = () => ({ threshold: each(size, (n) => (n % 9 === 0 ? 0 : 100)) })
      const [found, wanted] = await Promise.all(
        [backend, reference()].map(async (on) => {
          const held = holding(on)
          const activeMask = held.put([steps, batch, size], undefined, 'spikes')
          const bindings = bound(runOf({ kernels: near, params }, size), held)
          on.scan(near.learning(), { ...bindings, outputs: { '#active': activeMask } })
          // Lanes of the error and of the weights hold quotients of what is not there.
          const error = scanned(on, runOf(quotients, inner), 'real', held)
          const [weights, by] = [sixteenths(size * inner, 2), each(size * inner, () => 2)].map((values) =>
            held.put([size, inner], values),
          ) as [Tensor, Tensor]
          on.map(divided.forward, { inputs: { input: by }, states: { w: weights }, setup: {} })
          const out = held.put([steps, batch, size])
          on.matmul(error, weights, out, { transposeB: true, activeMask })
          const count = held.put([])
          on.sum(activeMask, count)
          const results = {
            activeMask: await on.read(activeMask),
            count: await on.read(count),
            product: await on.read(out),
          }
          held.free()
          return results
        }),
      )
      expectSame(`what ${size} neurons need`, found!.activeMask, wanted!.activeMask)
      expectSame(`how much ${size} neurons need`, found!.count, wanted!.count)
      const allowed = wanted!.product.map((x, i) => (found!.product[i] === 0 && !wanted!.activeMask[i] ? 0 : x))
      expectSame(`the error of ${size} neurons`, found!.product, allowed)
    }
  })
}
