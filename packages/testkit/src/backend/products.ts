import type { Backend } from '@hillock/core'
import type { MatmulOptions } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'
import { expectNear, expectSame } from '../assert.ts'
import { holding, noise } from '../rig.ts'
import type { Part } from './part.ts'

/** Sixteenths: products and sums of a few thousand are exact in f32, whatever the order. */
const sixteenths = (count: number, seed: number) => noise(count, seed).map((x) => Math.round(32 * x) / 16)
const spikes = (count: number, seed: number, density: number) => noise(count, seed).map((x) => +(x / 2 + 0.5 < density))

interface Product extends Omit<MatmulOptions, 'bias'> {
  /** The rows of a may be given as [T, B]. */
  readonly rows: readonly number[]
  readonly inner: number
  readonly columns: number
  readonly kind?: Tensor['kind']
  readonly a: (count: number) => number[]
  readonly b?: (count: number) => number[]
  readonly bias?: boolean
}

/** The product as its definition has it, in f64, and the sum of the absolute values of its terms. */
function define(p: Product, a: readonly number[], b: readonly number[], start: (i: number) => number) {
  const rows = sizeOf(p.rows)
  const [m, k] = p.transposeA ? [p.inner, rows] : [rows, p.inner]
  const product = Array.from({ length: m * p.columns }, (_, i) => start(i))
  const magnitude = product.map(Math.abs)
  for (let r = 0; r < m; r++) {
    for (let c = 0; c < p.columns; c++) {
      for (let j = 0; j < k; j++) {
        const x = a[p.transposeA ? j * m + r : r * k + j]!
        const y = b[p.transposeB ? c * k + j : j * p.columns + c]!
        product[r * p.columns + c]! += x * y
        magnitude[r * p.columns + c]! += Math.abs(x * y)
      }
    }
  }
  return { product, magnitude }
}

async function multiply(backend: Backend, p: Product, activeMask?: Tensor) {
  const rows = sizeOf(p.rows)
  const [m, k] = p.transposeA ? [p.inner, rows] : [rows, p.inner]
  const values = {
    a: p.a(rows * p.inner),
    b: (p.b ?? ((count: number) => sixteenths(count, 2)))(k * p.columns),
    bias: sixteenths(p.columns, 3),
    before: sixteenths(m * p.columns, 4),
  }
  const put = (shape: readonly number[], data: readonly number[], kind?: Tensor['kind']) => {
    const tensor = backend.alloc(shape, kind)
    backend.write(tensor, data)
    return tensor
  }
  const a = put([...p.rows, p.inner], values.a, p.kind)
  const b = put(p.transposeB ? [p.columns, k] : [k, p.columns], values.b)
  const bias = p.bias ? put([p.columns], values.bias) : undefined
  const out = put(p.transposeA ? [m, p.columns] : [...p.rows, p.columns], values.before)
  const { transposeA = false, transposeB = false, accumulate = false } = p
  backend.matmul(a, b, out, {
    transposeA,
    transposeB,
    accumulate,
    ...(bias && { bias }),
    ...(activeMask && { activeMask }),
  })
  const found = Array.from(await backend.read(out))
  for (const tensor of [a, b, out, bias]) if (tensor) backend.free(tensor)
  const start = (i: number) => (p.accumulate ? values.before[i]! : p.bias ? values.bias[i % p.columns]! : 0)
  return { found, ...define(p, values.a, values.b, start) }
}

const forms: Readonly<Record<string, Pick<Product, 'bias' | 'transposeA' | 'transposeB' | 'accumulate'>>> = {
  'a b': {},
  'a b + bias': { bias: true },
  'a^T b': { transposeA: true },
  'a b^T': { transposeB: true },
  'a^T b^T': { transposeA: true, transposeB: true },
  'out + a b': { accumulate: true },
  'out + a^T b': { accumulate: true, transposeA: true },
}

const contents = {
  reals: { a: (count: number) => sixteenths(count, 1) },
  spikes: { kind: 'spikes', a: (count: number) => spikes(count, 1, 0.2) },
  'all spikes': { kind: 'spikes', a: (count: number) => spikes(count, 1, 2) },
  'no spikes': { kind: 'spikes', a: (count: number) => spikes(count, 1, -1) },
} as const

// Around the widths of vectors, words and tiles; a square, where what is transposed fits too; rows as [T, B]; and nothing at all.
const shapes = [
  { rows: [1], inner: 1, columns: 1 },
  { rows: [3], inner: 5, columns: 7 },
  { rows: [4], inner: 8, columns: 16 },
  { rows: [6], inner: 6, columns: 6 },
  { rows: [9], inner: 33, columns: 10 },
  { rows: [33], inner: 31, columns: 65 },
  { rows: [40], inner: 130, columns: 3 },
  { rows: [5, 3], inner: 70, columns: 12 },
  { rows: [3], inner: 0, columns: 5 },
  { rows: [0], inner: 3, columns: 5 },
]

/** Products and sums; with values in sixteenths they are exact. */
export const products: Part = (check) => {
  for (const [form, options] of Object.entries(forms)) {
    for (const [content, filled] of Object.entries(contents)) {
      check(`${form} of ${content}`, async (backend) => {
        for (const shape of shapes) {
          const { found, product } = await multiply(backend, { ...shape, ...options, ...filled })
          expectSame(`${form} of ${[...shape.rows, shape.inner]} and ${shape.columns} columns`, found, product)
        }
      })
    }
  }

  for (const [form, { bias, transposeA = false, transposeB = false, ...options }] of Object.entries(forms)) {
    if (bias) continue
    check(`${form} of arrays whose rows are cut up`, async (backend) => {
      const [m, k, n] = [4, 6, 10]
      for (const kind of ['real', 'spikes'] as const) {
        const results: ArrayLike<number>[] = []
        for (const cut of [(rows: number) => [rows], (rows: number) => [2, rows / 2]]) {
          const held = holding(backend)
          const a = kind === 'spikes' ? spikes(m * k, 1, 0.4) : sixteenths(m * k, 1)
          const [left, right] = [
            transposeA ? [...cut(k), m] : [...cut(m), k],
            transposeB ? [...cut(n), k] : [...cut(k), n],
          ]
          const out = held.put([...cut(m), n], sixteenths(m * n, 3))
          const factors = [held.put(left, a, kind), held.put(right, sixteenths(k * n, 2))] as const
          backend.matmul(...factors, out, { transposeA, transposeB, ...options })
          results.push(await backend.read(out))
          held.free()
        }
        expectSame(`${form} of ${kind}`, results[1]!, results[0]!)
      }
    })
  }

  check('a b of any reals, within the rounding of its terms', async (backend) => {
    const { found, product, magnitude } = await multiply(backend, {
      rows: [20],
      inner: 300,
      columns: 20,
      a: (count) => noise(count, 1).map(Math.fround),
      b: (count) => noise(count, 2).map((x) => Math.fround(x / 3)),
    })
    // 300 roundings of half a unit are at most 1.8e-5 of the terms' magnitude.
    const relative = found.map((value, i) => (value - product[i]!) / magnitude[i]!)
    expectNear(
      'error',
      relative,
      relative.map(() => 0),
      1.8e-5,
    )
  })

  for (const share of [0, 0.1, 0.9]) {
    check(`a b^T where a share of ${share} is needed`, async (backend) => {
      const [rows, inner, columns] = [[6, 4], 70, 101]
      const activeMask = backend.alloc([...rows, columns], 'spikes')
      const wanted = spikes(24 * columns, 9, share)
      backend.write(activeMask, wanted)
      const a = (count: number) => sixteenths(count, 1)
      const { found, product } = await multiply(
        backend,
        { rows, inner, columns, a, transposeB: true, bias: true },
        activeMask,
      )
      backend.free(activeMask)
      const allowed = found.map((value, i) => (wanted[i] === 0 && value === 0 ? 0 : product[i]!))
      expectSame(`a b^T where ${share} is needed`, found, allowed)
    })
  }

  for (const kind of ['real', 'spikes'] as const) {
    check(`sums of ${kind === 'real' ? 'reals' : 'spikes'} over leading dimensions`, async (backend) => {
      for (const shape of [[5, 3, 37], [2, 4, 3, 37], [0, 3, 5], [9, 5], [7]]) {
        const held = holding(backend)
        const count = sizeOf(shape)
        const values = kind === 'real' ? sixteenths(count, 5) : spikes(count, 5, 0.3)
        const a = held.put(shape, values, kind)
        for (let from = 0; from <= shape.length; from++) {
          const kept = shape.slice(from)
          const out = held.put(kept)
          backend.sum(a, out)
          const size = sizeOf(kept)
          const wanted = Array.from({ length: size }, (_, i) =>
            values.reduce((sum, x, k) => (k % size === i ? sum + x : sum), 0),
          )
          expectSame(`[${shape}] to [${kept}]`, await backend.read(out), wanted)
        }
        held.free()
      }
    })
  }
}
