import { type Backend, maxPool } from '@hillock/core'
import type { MatmulOptions } from '@hillock/core/backend'
import { conv1d } from '@hillock/core/connections'
import { sizeOf } from '@hillock/core/options'
import { stream } from '@hillock/core/random'
import { bound, boundBackward, type Held, holding, noise, type Run } from '../rig.ts'
import { amongGuards } from './among-guards.ts'
import { firing, runOf, scanned, sizes } from './firing.ts'
import { chance, competing, doubling, draw, learning } from './guarded-kernels.ts'
import type { Part } from './part.ts'

const [steps, batch] = [5, 3]
const spikes = (count: number, seed: number) => noise(count, seed).map((x) => +(x > 0))

const random = { seed: 1, stream: stream.noise, step: 2, place: 3 }

/** Scans forward and, of what has a surrogate, backward. */
function runAll(backend: Backend, held: Held, run: Run, both: boolean): void {
  const { forward, learning, reverse } = run.kernels
  const kernel = both ? learning() : forward
  const given = bound(run, held)
  const outputs = Object.fromEntries(
    Object.keys(kernel.program.outputs).map((name) => {
      const kind = name === 'spike' || name === '#active' ? 'spikes' : 'real'
      return [name, held.put([steps, batch, run.size], undefined, kind)]
    }),
  )
  backend.scan(kernel, { ...given, outputs })
  if (both) backend.reverse(reverse(), boundBackward(run, given, outputs, held))
}

const forms: Readonly<
  Record<string, Omit<MatmulOptions, 'bias' | 'activeMask'> & { bias?: boolean; activeMask?: boolean }>
> = {
  'a b + bias': { bias: true },
  'a^T b': { transposeA: true },
  'a b^T': { transposeB: true },
  'a^T b^T': { transposeA: true, transposeB: true },
  'out + a b': { accumulate: true },
  'out + a^T b': { accumulate: true, transposeA: true },
  'a b^T where needed': { transposeB: true, activeMask: true },
}

/** Whatever a kernel does, it writes to nothing but what it is given to write to. */
export const guards: Part = (check) => {
  const stays = (
    name: string,
    act: (backend: Backend, held: Held, size: number) => void | Promise<void>,
    of: readonly number[] = sizes,
  ) =>
    check(`${name} leaves its neighbours as they are`, async (backend) => {
      for (const size of of) await amongGuards(backend, `of ${size}`, (held) => act(backend, held, size))
    })
  const plan = (size: number, more: Partial<Run>): Run => ({
    kernels: learning,
    params: { beta: noise(size, 1), threshold: noise(size, 2).map(Math.abs) },
    steps,
    batch,
    size,
    inputs: { input: noise(steps * batch * size, 3) },
    signals: { spike: noise(steps * batch * size, 4), v: noise(batch * size, 5) },
    random,
    ...more,
  })

  stays('a scan forward and backward', (backend, held, size) => runAll(backend, held, plan(size, {}), true))
  stays('a scan with sums, truncation and constant input', (backend, held, size) => {
    const still = { input: noise(batch * size, 3) }
    const [initial, final] = [{ v: noise(batch * size, 6) }, { v: noise(batch * size, 7) }]
    runAll(backend, held, plan(size, { inputs: still, initial, final, summed: true, window: 2 }), true)
  })
  stays('a scan of no steps', (backend, held, size) => {
    const [input, spike] = [held.put([0, batch, size]), held.put([0, batch, size], undefined, 'spikes')]
    const over = { steps: 0, batch, size, inputs: { input }, timeVarying: {}, initial: { v: 0 } }
    backend.scan(learning.forward, { ...over, setup: { beta: 0.5, threshold: 1 }, outputs: { spike } })
  })
  stays('a scan that sees whole layers', (backend, held, size) => {
    if (backend.supports.layerScope) runAll(backend, held, plan(size, { kernels: competing }), true)
  })
  stays('a scan that draws', (backend, held, size) => {
    runAll(backend, held, plan(size, { kernels: chance, params: { p: noise(size, 8).map(Math.abs) } }), false)
  })
  for (const p of [0.05, 0.9]) {
    stays(`a draw of a share of ${p}`, (backend, held, size) => {
      const inputs = { input: new Float32Array(batch * size).fill(p) }
      runAll(backend, held, plan(size, { kernels: draw, params: {}, inputs }), false)
    })
  }
  stays('a map', (backend, held, size) => {
    for (const shape of [[size], [7, size], [3, 5, size]]) {
      const count = sizeOf(shape)
      const [g, m, rate] = [
        held.put(shape, noise(count, 1)),
        held.put(shape, noise(count, 2)),
        held.put(shape, noise(count, 3)),
      ]
      backend.map(doubling.forward, { inputs: { g }, states: { m }, setup: { rate }, random })
    }
  })

  for (const [form, { bias, activeMask, ...options }] of Object.entries(forms)) {
    for (const kind of ['real', 'spikes'] as const) {
      const fill = kind === 'spikes' ? spikes : noise
      const few = (values: number[]) => values.map((x, i) => (i % 5 ? 0 : x))
      const multiply = (backend: Backend, held: Held, size: number) => {
        const inner = activeMask ? 70 : 32
        // Layers of this size are multiplied and are the product; of one step, samples are the rows, and most values are 0.
        for (const [steps, k, n] of [
          [5, size, inner],
          [5, inner, size],
          [1, size, inner],
          [1, inner, size],
        ] as const) {
          const rows = steps * batch
          const a = held.put([steps, batch, k], steps === 1 ? few(fill(rows * k, 1)) : fill(rows * k, 1), kind)
          const [m, depth] = options.transposeA ? [k, rows] : [rows, k]
          const b = held.put(options.transposeB ? [n, depth] : [depth, n], noise(n * depth, 2))
          const out = held.put(options.transposeA ? [m, n] : [steps, batch, n], noise(m * n, 3))
          backend.matmul(a, b, out, {
            ...options,
            ...(bias && { bias: held.put([n], noise(n, 4)) }),
            ...(activeMask && { activeMask: held.put([steps, batch, n], few(spikes(rows * n, 5)), 'spikes') }),
          })
        }
      }
      stays(`${form} of ${kind === 'real' ? 'reals' : 'spikes'}`, multiply, activeMask ? [67, 70, 97] : sizes)
    }
  }

  for (const kind of ['real', 'spikes'] as const) {
    const of = kind === 'real' ? 'reals' : 'spikes'
    const fill = kind === 'real' ? noise : spikes
    stays(`a sum of ${of}`, (backend, held, size) => {
      const a = held.put([steps, batch, size], fill(steps * batch * size, 1), kind)
      for (const shape of [[], [size], [batch, size], [steps, batch, size]]) backend.sum(a, held.put(shape))
    })
    stays(`a slice of ${of}`, (backend, held, size) => {
      const a = held.put([steps, batch, size], fill(steps * batch * size, 1), kind)
      backend.slice(a, 2, held.put([3, batch, size], undefined, kind))
    })
    stays(`products by a wiring of ${of}`, (backend, held, size) => {
      if (!backend.supports.wiring) return
      // Sites of 5 neurons, and a last one that ends with the layer.
      const { wiring: table } = conv1d(5, 2).connect([Math.max(2, Math.ceil(size / 7)), 7])
      const [inputs, outputs] = [table!.from.count * 7, table!.to.count * 5]
      const x = held.put([steps, batch, inputs], fill(steps * batch * inputs, 1), kind)
      const [w, y] = [
        held.put([14, 5], noise(70, 2)),
        held.put([steps, batch, outputs], noise(steps * batch * outputs, 3)),
      ]
      backend.matmul(x, w, held.put(y.shape), { wiring: table!, bias: held.put([5], noise(5, 4)) })
      backend.matmul(y, w, held.put(x.shape), { wiring: table!, transposeB: true })
      backend.matmul(x, y, held.put(w.shape), { wiring: table!, transposeA: true })
    })
    stays(`the largest of sites of ${of}`, (backend, held, size) => {
      if (!backend.supports.wiring) return
      const { wiring: table } = maxPool(2, { stride: 1 }).connect([3, size])
      const a = held.put([steps, batch, 3 * size], fill(steps * batch * 3 * size, 1), kind)
      const out = held.put([steps, batch, 2 * size], undefined, kind)
      backend.largest!(a, table!, out)
      const signal = held.put(out.shape, noise(steps * batch * 2 * size, 2))
      backend.largest!(a, table!, out, { signal, into: held.put(a.shape) })
    })
    stays(`what writes and reads ${of}`, async (backend, held, size) => {
      for (const shape of [[size], [7, size], [steps, batch, size]]) {
        const count = sizeOf(shape)
        const tensor = held.put(shape, fill(count, 1), kind)
        backend.write(tensor, fill(count, 2))
        await backend.read(tensor)
        if (kind === 'spikes') await backend.readEvents?.(tensor)
      }
    })
  }

  stays('a gradient of neurons that fire by themselves', (backend, held, size) => {
    for (const each of Object.values(firing)) {
      if (each.kernels.forward.layerScope && !backend.supports.layerScope) continue
      const x = scanned(backend, runOf(each, size), 'spikes', held)
      const cells = x.shape[0]! * x.shape[1]!
      // Rows as wide as words and warps: the row after the last is another tensor's.
      const delta = held.put([...x.shape.slice(0, 2), 32], noise(cells * 32, 1))
      backend.matmul(x, delta, held.put([size, 32]), { transposeA: true })
    }
  })
  stays('a product of spikes that were never written', async (backend, held, size) => {
    const delta = held.put([steps, batch, 7], noise(steps * batch * 7, 1))
    const weights = held.put([size, 7], noise(size * 7, 2))
    const [forward, backward] = [held.put([steps, batch, 7]), held.put([size, 7])]
    // A sign bit is what -0 leaves in memory: few bits are met one by one, where many go through tables.
    const used = holding(backend)
    for (let i = 0; i < 100; i++) used.put([32], new Float32Array(32).fill(-0))
    await backend.read(delta)
    used.free()
    for (let i = 0; i < 40; i++) {
      const unwritten = used.put([steps, batch, size], undefined, 'spikes')
      backend.matmul(unwritten, weights, forward)
      backend.matmul(unwritten, delta, backward, { transposeA: true })
    }
    used.free()
  })
}
