import type { Events, MatmulOptions } from '../backend.ts'
import { type ArrayTensor, eventsOf, transposed } from './tensor.ts'
import { addWired } from './wired.ts'

type Real = Float32Array | Float64Array

/** out = a b: the weight rows of active inputs are added where `a` holds spikes, else every product is formed. */
export function matmul(a: ArrayTensor, b: ArrayTensor, out: ArrayTensor, options: MatmulOptions): void {
  const columns = out.shape.at(-1)!
  const result = out.data as Real
  out.events = undefined
  if (!options.accumulate) fillRows(result, options.bias as ArrayTensor | undefined)
  if (options.wiring) addWired(a, b, out, options.wiring, options)
  else multiply(a, b, result, columns, options)
}

function multiply(a: ArrayTensor, b: ArrayTensor, result: Real, columns: number, options: MatmulOptions): void {
  const right = options.transposeB ? transpose(b.data as Real, columns) : (b.data as Real)
  const width = a.shape.at(-1)!
  if (a.kind === 'spikes') {
    gather(options.transposeA ? transposed(eventsOf(a), width) : eventsOf(a), right, result, columns)
  } else if (options.transposeA) outer(a.data as Real, right, result, columns)
  else dense(a.data as Real, right, result, columns, width)
}

function fillRows(out: Real, bias: ArrayTensor | undefined): void {
  if (bias === undefined) out.fill(0)
  else for (let at = 0; at < out.length; at += bias.data.length) out.set(bias.data, at)
}

function transpose(a: Real, rows: number): Real {
  const columns = a.length / rows
  const result = a.slice()
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = a[r * columns + c]!
  return result
}

/** out[r] += sum of b[k] over the events k of row r, four at a time: a quarter of the stores. */
function gather({ start, index }: Events, b: Real, out: Real, columns: number): void {
  for (let row = 0, to = 0; to < out.length; row++, to += columns) {
    const end = start[row + 1]!
    let e = start[row]!
    for (; e + 3 < end; e += 4) {
      const b0 = index[e]! * columns
      const b1 = index[e + 1]! * columns
      const b2 = index[e + 2]! * columns
      const b3 = index[e + 3]! * columns
      for (let n = 0; n < columns; n++) {
        out[to + n] = out[to + n]! + b[b0 + n]! + b[b1 + n]! + b[b2 + n]! + b[b3 + n]!
      }
    }
    for (; e < end; e++) {
      const from = index[e]! * columns
      for (let n = 0; n < columns; n++) out[to + n] = out[to + n]! + b[from + n]!
    }
  }
}

/** out = a b, four rows of b at a time. */
function dense(a: Real, b: Real, out: Real, columns: number, inner: number): void {
  const blocks = inner - (inner % 4)
  for (let row = 0, to = 0; to < out.length; row++, to += columns) {
    const from = row * inner
    for (let k = 0; k < blocks; k += 4) {
      const x0 = a[from + k]!
      const x1 = a[from + k + 1]!
      const x2 = a[from + k + 2]!
      const x3 = a[from + k + 3]!
      if (x0 === 0 && x1 === 0 && x2 === 0 && x3 === 0) continue
      const b0 = k * columns
      const b1 = b0 + columns
      const b2 = b1 + columns
      const b3 = b2 + columns
      for (let n = 0; n < columns; n++) {
        out[to + n] = out[to + n]! + x0 * b[b0 + n]! + x1 * b[b1 + n]! + x2 * b[b2 + n]! + x3 * b[b3 + n]!
      }
    }
    for (let k = blocks; k < inner; k++) addScaled(out, to, a[from + k]!, b, k * columns, columns)
  }
}

/** out = a^T b, four rows of a and b at a time: the weight gradient of real-valued inputs. */
function outer(a: Real, b: Real, out: Real, columns: number): void {
  const inputs = out.length / columns
  const rows = a.length / inputs
  const blocks = rows - (rows % 4)
  for (let row = 0; row < blocks; row += 4) {
    const b0 = row * columns
    const b1 = b0 + columns
    const b2 = b1 + columns
    const b3 = b2 + columns
    for (let k = 0, at = row * inputs, to = 0; k < inputs; k++, at++, to += columns) {
      const x0 = a[at]!
      const x1 = a[at + inputs]!
      const x2 = a[at + 2 * inputs]!
      const x3 = a[at + 3 * inputs]!
      if (x0 === 0 && x1 === 0 && x2 === 0 && x3 === 0) continue
      for (let n = 0; n < columns; n++) {
        out[to + n] = out[to + n]! + x0 * b[b0 + n]! + x1 * b[b1 + n]! + x2 * b[b2 + n]! + x3 * b[b3 + n]!
      }
    }
  }
  for (let row = blocks; row < rows; row++) {
    for (let k = 0; k < inputs; k++) addScaled(out, k * columns, a[row * inputs + k]!, b, row * columns, columns)
  }
}

function addScaled(out: Real, to: number, factor: number, b: Real, from: number, count: number): void {
  if (factor === 0) return
  for (let n = 0; n < count; n++) out[to + n] = out[to + n]! + factor * b[from + n]!
}

/** Sums over leading dimensions. */
export function sum(a: ArrayTensor, out: ArrayTensor): void {
  const { data } = a
  const size = out.data.length
  const totals = new Float64Array(size)
  if (size === 1 && a.kind === 'spikes') totals[0] = eventsOf(a).start.at(-1)!
  else for (let i = 0; i < data.length; i += size) for (let n = 0; n < size; n++) totals[n] = totals[n]! + data[i + n]!
  out.data.set(totals)
  out.events = undefined
}
