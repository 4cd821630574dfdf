import type { MatmulOptions } from '../backend.ts'
import { type ArrayTensor, eventsOf } from './tensor.ts'

type Real = Float32Array | Float64Array

/** out = a b: the weight rows of active inputs are added where `a` holds spikes, else every product is formed. */
export function matmul(a: ArrayTensor, b: ArrayTensor, out: ArrayTensor, options: MatmulOptions): void {
  const columns = out.shape.at(-1) as number
  const result = out.data as Real
  out.events = undefined
  if (!options.accumulate) fillRows(result, columns, options.bias as ArrayTensor | undefined)
  const [x, y] = [a.data as Real, b.data as Real]
  if (a.kind === 'spikes') {
    if (options.transposeA) scatter(a, y, result, columns)
    else gather(a, y, result, columns)
  } else if (options.transposeA) outer(x, y, result, columns)
  else if (options.transposeB) inners(x, y, result, columns, a.shape.at(-1)!)
  else dense(x, y, result, columns, a.shape.at(-1)!)
}

function fillRows(out: Real, columns: number, bias: ArrayTensor | undefined): void {
  if (bias === undefined) out.fill(0)
  else for (let at = 0; at < out.length; at += columns) out.set(bias.data, at)
}

/** out[r] += sum of b[k] over the spikes k of row r. */
function gather(a: ArrayTensor, b: Real, out: Real, columns: number): void {
  const { start, index } = eventsOf(a)
  for (let row = 0; row + 1 < start.length; row++) {
    const to = row * columns
    for (let e = start[row] as number; e < (start[row + 1] as number); e++) {
      const from = (index[e] as number) * columns
      for (let n = 0; n < columns; n++) out[to + n] = (out[to + n] as number) + (b[from + n] as number)
    }
  }
}

/** out[k] += b[r] for each spike k of row r: a^T b, the weight gradient. */
function scatter(a: ArrayTensor, b: Real, out: Real, columns: number): void {
  const { start, index } = eventsOf(a)
  for (let row = 0; row + 1 < start.length; row++) {
    const from = row * columns
    for (let e = start[row] as number; e < (start[row + 1] as number); e++) {
      const to = (index[e] as number) * columns
      for (let n = 0; n < columns; n++) out[to + n] = (out[to + n] as number) + (b[from + n] as number)
    }
  }
}

/** out = a b, four rows of b at a time: a quarter of the stores. */
function dense(a: Real, b: Real, out: Real, columns: number, inner: number): void {
  const blocks = inner - (inner % 4)
  for (let row = 0, to = 0; to < out.length; row++, to += columns) {
    const from = row * inner
    for (let k = 0; k < blocks; k += 4) {
      const [x0, x1, x2, x3] = [a[from + k], a[from + k + 1], a[from + k + 2], a[from + k + 3]] as [
        number,
        number,
        number,
        number,
      ]
      if (x0 === 0 && x1 === 0 && x2 === 0 && x3 === 0) continue
      const [b0, b1, b2, b3] = [k * columns, (k + 1) * columns, (k + 2) * columns, (k + 3) * columns]
      for (let n = 0; n < columns; n++) {
        out[to + n] =
          (out[to + n] as number) +
          x0 * (b[b0 + n] as number) +
          x1 * (b[b1 + n] as number) +
          x2 * (b[b2 + n] as number) +
          x3 * (b[b3 + n] as number)
      }
    }
    for (let k = blocks; k < inner; k++) addScaled(out, to, a[from + k] as number, b, k * columns, columns)
  }
}

/** out = a^T b, a product of columns for each row: the weight gradient of real-valued inputs. */
function outer(a: Real, b: Real, out: Real, columns: number): void {
  const inputs = out.length / columns
  for (let row = 0; row * inputs < a.length; row++) {
    for (let k = 0; k < inputs; k++) {
      const x = a[row * inputs + k] as number
      if (x !== 0) addScaled(out, k * columns, x, b, row * columns, columns)
    }
  }
}

/** out = a b^T, an inner product for each element: the signal carried back through the weights. */
function inners(a: Real, b: Real, out: Real, columns: number, inner: number): void {
  for (let row = 0, to = 0; to < out.length; row++, to += columns) {
    const from = row * inner
    for (let n = 0; n < columns; n++) {
      let sum = 0
      for (let k = 0; k < inner; k++) sum += (a[from + k] as number) * (b[n * inner + k] as number)
      out[to + n] = (out[to + n] as number) + sum
    }
  }
}

function addScaled(out: Real, to: number, factor: number, b: Real, from: number, count: number): void {
  for (let n = 0; n < count; n++) out[to + n] = (out[to + n] as number) + factor * (b[from + n] as number)
}

/** Sums over leading dimensions. */
export function sum(a: ArrayTensor, out: ArrayTensor): void {
  const { data } = a
  const size = out.data.length
  const totals = new Float64Array(size)
  if (size === 1 && a.kind === 'spikes' && a.events !== undefined) totals[0] = a.events.start.at(-1) as number
  else
    for (let i = 0; i < data.length; i += size)
      for (let n = 0; n < size; n++) totals[n] = (totals[n] as number) + (data[i + n] as number)
  out.data.set(totals)
  out.events = undefined
}
