import type { Backend } from '@hillock/core'
import { kernels } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'
import { expectSame } from '../assert.ts'
import { holding, noise } from '../rig.ts'
import type { Part } from './part.ts'

const specials = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

/** Sixteenths, some of which are 0: sums and products are exact in f32, whatever the order. */
const sixteenths = (count: number, seed: number) =>
  noise(count, seed).map((x) => (x > 0.5 ? 0 : Math.round(32 * x) / 16))

/** Values with special ones here and there, the first and the last among them. */
function planted(values: readonly number[], seed: number): number[] {
  const places = [0, values.length - 1, ...noise(3, seed).map((x) => Math.floor(((x + 1) / 2) * values.length))]
  const result = [...values]
  for (const [i, place] of places.entries()) result[place] = specials[i % specials.length]!
  return result
}

interface Product {
  readonly kind: Tensor['kind']
  readonly transposeA?: boolean
  readonly transposeB?: boolean
  readonly bias?: boolean
  readonly accumulate?: boolean
}

const products: readonly Product[] = (['real', 'spikes'] as const).flatMap((kind) => [
  { kind },
  { kind, bias: true },
  { kind, accumulate: true },
  { kind, transposeA: true },
  { kind, transposeA: true, accumulate: true },
  { kind, transposeB: true },
])

/** A product of arrays that are not finite everywhere. What an input of 0 is multiplied with counts, or does not. */
async function expectProduct(
  backend: Backend,
  product: Product,
  [rows, inner, columns]: readonly number[],
): Promise<void> {
  const { kind, transposeA = false, transposeB = false, bias, accumulate = false } = product
  const held = holding(backend)
  const [m, k, n] = [rows!, inner!, columns!]
  const spikes = noise(m * k, 1).map((x) => +(x > 0.3))
  const a = kind === 'spikes' ? spikes : planted(sixteenths(m * k, 1), 5)
  const b = planted(sixteenths(k * n, 2), 6)
  const start = bias ? planted(sixteenths(n, 3), 7) : accumulate ? planted(sixteenths(m * n, 3), 7) : [0]
  const out = held.put([m, n], sixteenths(m * n, 4))
  if (accumulate) backend.write(out, start)
  backend.matmul(held.put(transposeA ? [k, m] : [m, k], a, kind), held.put(transposeB ? [n, k] : [k, n], b), out, {
    transposeA,
    transposeB,
    accumulate,
    ...(bias && { bias: held.put([n], start) }),
  })
  const found = await backend.read(out)
  held.free()
  const define = (skipsZeros: boolean) =>
    Array.from({ length: m * n }, (_, i) => {
      const [r, c] = [Math.floor(i / n), i % n]
      let sum = start[bias ? c : accumulate ? i : 0]!
      for (let j = 0; j < k; j++) {
        const x = a[transposeA ? j * m + r : r * k + j]!
        if (x !== 0 || !skipsZeros) sum += x * b[transposeB ? c * k + j : j * n + c]!
      }
      return sum
    })
  const [skipping, whole] = [define(true), define(false)]
  const may = (i: number) => kind === 'real' && Object.is(found[i], Math.fround(whole[i]!))
  expectSame(
    `${m} x ${k} x ${n}, ${JSON.stringify(product)}`,
    found,
    skipping.map((value, i) => (may(i) ? whole[i]! : value)),
  )
}

const carrying = kernels({
  name: 'carrying',
  equations: 'v = 0.5 * v + input\nspike = v > 0',
  inputs: ['input'],
  params: [],
  state: { v: 0 },
  outputs: ['spike'],
  record: [],
})

/** NaN and infinity stay where they are put and go where arithmetic takes them, and nowhere else: core relies on it to find them. */
export const nonFinite: Part = (check) => {
  const shapes = [[1], [31], [7, 3], [5, 2, 33], [3, 4, 8], [1, 6, 37]]

  check('NaN and infinity are read as they were written, and copied by slices', async (backend) => {
    for (const shape of shapes) {
      const held = holding(backend)
      const values = planted(
        sixteenths(
          shape.reduce((a, b) => a * b),
          1,
        ),
        2,
      )
      const tensor = held.put(shape, values)
      expectSame(`${shape}`, await backend.read(tensor), values)
      if (shape.length > 1) {
        const copy = held.put(shape)
        backend.slice(tensor, 0, copy)
        expectSame(`a slice of ${shape}`, await backend.read(copy), values)
      }
      held.free()
    }
  })

  check('sums keep NaN and infinity, and keep them apart', async (backend) => {
    for (const shape of shapes) {
      const held = holding(backend)
      const length = shape.reduce((a, b) => a * b)
      for (const place of [0, Math.floor(length / 2), length - 1]) {
        for (const special of specials) {
          const values = sixteenths(length, 1).map((value, i) => (i === place ? special : value))
          const tensor = held.put(shape, values)
          for (let kept = 0; kept < shape.length; kept++) {
            const ends = shape.slice(shape.length - kept)
            const wanted = new Array<number>(sizeOf(ends)).fill(0)
            for (const [i, value] of values.entries()) wanted[i % wanted.length]! += value
            const out = held.put(ends)
            backend.sum(tensor, out)
            expectSame(`${shape} to ${ends}, ${special} at ${place}`, await backend.read(out), wanted)
          }
        }
      }
      held.free()
    }
  })

  check('sums of both infinities are NaN', async (backend) => {
    const held = holding(backend)
    const [tensor, out] = [held.put([2, 3], [Infinity, 1, -Infinity, -Infinity, 2, 3]), held.put([3])]
    backend.sum(tensor, out)
    expectSame('the sum', await backend.read(out), [Number.NaN, 3, Number.NEGATIVE_INFINITY])
    held.free()
  })

  check('scans carry NaN and infinity on within a neuron, to the last step', async (backend) => {
    for (const [steps, batch, size] of [
      [6, 2, 5],
      [3, 3, 33],
      [1, 2, 4],
    ] as const) {
      const held = holding(backend)
      const rows = batch * size
      const values = sixteenths(steps * rows, 1)
      values[0] = Number.NaN
      values[steps * rows - 1] = Number.NEGATIVE_INFINITY
      const last = held.put([1, batch, size])
      backend.scan(carrying.forward, {
        ...{ steps, batch, size, setup: {}, timeVarying: {}, initial: { v: 0 } },
        inputs: { input: held.put([steps, batch, size], values) },
        outputs: { v: last },
      })
      const wanted = Array.from({ length: rows }, (_, i) => {
        let v = 0
        for (let t = 0; t < steps; t++) v = Math.fround(Math.fround(0.5 * v) + values[t * rows + i]!)
        return v
      })
      expectSame(`${steps} steps of ${rows} neurons`, await backend.read(last), wanted)
      held.free()
    }
  })

  for (const [name, sizes] of [
    ['small products', [3, 5, 2]],
    ['products', [19, 67, 33]],
    ['products of many rows', [130, 40, 10]],
  ] as const) {
    check(`${name} take NaN and infinity where they belong`, async (backend) => {
      for (const product of products) await expectProduct(backend, product, sizes)
    })
  }
}
