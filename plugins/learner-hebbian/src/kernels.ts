import { HillockError, type Values } from '@hillock/core'
import type { Active } from './lazy-weights.ts'

/** The loops that nearly all time goes into, over weights u, [inputs, units]. */
export interface Kernels {
  /** out_j = sum of u_ij over active inputs, for units `first` to `last - 1`. */
  gather(u: Values, units: number, active: Active, out: Float32Array, first: number, last: number): void
  /** u_ij += amounts_j for active inputs i and active units j; norms_j takes the change of sum_i u_ij^2. */
  addOuter(u: Values, units: number, pre: Active, post: Active, amounts: Float64Array, norms: Float64Array): void
  /** The k-th largest of the first `count` positive values; k from 1 to count. */
  kthLargest(values: Float32Array, count: number, k: number): number
}

/** In plain JavaScript, for any array. */
export const plain: Kernels = {
  gather(u, units, { index, from, to }, out, first, last) {
    out.fill(0, first, last)
    for (let e = from; e < to; e++) {
      const row = index[e]! * units
      for (let j = first; j < last; j++) out[j] = out[j]! + u[row + j]!
    }
  },
  addOuter(u, units, pre, post, amounts, norms) {
    for (let p = post.from; p < post.to; p++) {
      const unit = post.index[p]!
      for (let e = pre.from; e < pre.to; e++) {
        const at = pre.index[e]! * units + unit
        const before = u[at]!
        u[at] = before + amounts[unit]!
        norms[unit] = norms[unit]! + (u[at]! - before) * (u[at]! + before)
      }
    }
  },
  kthLargest: (values, count, k) => values.slice(0, count).sort()[count - k]!,
}

interface Exports {
  readonly memory: WebAssembly.Memory
  gather(u: number, units: number, index: number, count: number, out: number, first: number, last: number): void
  addOuter(
    u: number,
    units: number,
    index: number,
    count: number,
    post: number,
    posts: number,
    amounts: number,
    norms: number,
  ): void
  kthLargest(values: number, count: number, k: number): number
}

/** In WebAssembly SIMD, for weights that `place` has put into its memory. */
export interface SimdKernels extends Kernels {
  /** Forgets all weights and makes room for others: so many of them, and layers and inputs of `widest` neurons at most. */
  reserve(weights: number, widest: number): void
  /** Copies weights into the memory. */
  place(values: Values): Float32Array
}

export async function simdKernels(): Promise<SimdKernels> {
  const { memory, ...run } = await instantiate()
  let free = 0
  const views = (size: number) => {
    const take = (count: number, bytes: number) => {
      const at = free
      free += (count * bytes + 15) & ~15
      return at
    }
    return {
      index: new Int32Array(memory.buffer, take(size, 4), size),
      post: new Int32Array(memory.buffer, take(size, 4), size),
      out: new Float32Array(memory.buffer, take(size + 8, 4), size + 8),
      amounts: new Float32Array(memory.buffer, take(size, 4), size),
      norms: new Float64Array(memory.buffer, take(size, 8), size),
    }
  }
  let stage = views(0)
  const copy = ({ index, from, to }: Active, into: Int32Array): number => {
    for (let e = from; e < to; e++) into[e - from] = index[e]!
    return to - from
  }
  return {
    reserve(weights, widest) {
      const bytes = 2048 + 4 * weights + 32 * widest + 1024
      const missing = Math.ceil((bytes - memory.buffer.byteLength) / 65536)
      if (missing > 0) memory.grow(missing)
      free = 1024
      stage = views(widest)
    },
    place(values) {
      const placed = new Float32Array(memory.buffer, free, values.length)
      free += (4 * values.length + 15) & ~15
      placed.set(values)
      return placed
    },
    gather(u, units, active, out, first, last) {
      const count = copy(active, stage.index)
      run.gather(u.byteOffset, units, stage.index.byteOffset, count, stage.out.byteOffset, first, last)
      for (let j = first; j < last; j++) out[j] = stage.out[j]!
    },
    addOuter(u, units, pre, post, amounts, norms) {
      const count = copy(pre, stage.index)
      const posts = copy(post, stage.post)
      for (let p = 0; p < posts; p++) stage.amounts[p] = amounts[stage.post[p]!]!
      const { index, post: to, amounts: by, norms: change } = stage
      run.addOuter(u.byteOffset, units, index.byteOffset, count, to.byteOffset, posts, by.byteOffset, change.byteOffset)
      for (let p = 0; p < posts; p++) norms[to[p]!] = norms[to[p]!]! + change[p]!
    },
    kthLargest(values, count, k) {
      for (let i = 0; i < count; i++) stage.out[i] = values[i]!
      stage.out.fill(0, count, (count + 7) & ~7)
      return run.kthLargest(stage.out.byteOffset, count, k)
    },
  }
}

let compiling: Promise<WebAssembly.Module> | undefined

async function instantiate(): Promise<Exports> {
  compiling ??= compile(new URL('../wasm/kernels.wasm', import.meta.url))
  const { exports } = await WebAssembly.instantiate(await compiling)
  return exports as unknown as Exports
}

/** In Node from the file system, asked for at run time so that bundlers see no import of it; elsewhere over the network. */
async function compile(url: URL): Promise<WebAssembly.Module> {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
  const files = process?.getBuiltinModule?.('node:fs') as
    | { readFileSync(url: URL): Uint8Array<ArrayBuffer> }
    | undefined
  if (files !== undefined && url.protocol === 'file:') return WebAssembly.compile(files.readFileSync(url))
  const response = await fetch(url)
  if (response.ok) return WebAssembly.compile(await response.arrayBuffer())
  const hint = 'serve the folder wasm beside the code'
  throw new HillockError('HILLOCK_PLUGIN', `${url} was answered with ${response.status}`, { hint })
}
