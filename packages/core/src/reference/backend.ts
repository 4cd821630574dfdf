import type { Backend, Tensor } from '../backend.ts'
import { sizeOf } from '../shape.ts'
import { largest } from './largest.ts'
import { map } from './map.ts'
import { matmul, sum } from './matmul.ts'
import { reverse } from './reverse.ts'
import { scan } from './scan.ts'
import { type ArrayTensor, eventsOf } from './tensor.ts'

/**
 * The backend in plain TypeScript, on the main thread: the readable definition of what the others do, and the default where no other
 * is installed. Kernels are printed as JavaScript (`new Function`): calls throw HILLOCK_UNSUPPORTED if a page's content security policy
 * forbids that.
 *
 * @example
 * ```ts
 * import { reference } from '@hillock/core'
 *
 * const backend = reference()
 * const [a, b, out] = [backend.alloc([1, 2]), backend.alloc([2, 1]), backend.alloc([1, 1])]
 * backend.write(a, [1, 2])
 * backend.write(b, [3, 4])
 * backend.matmul(a, b, out)
 * console.log(await backend.read(out)) // Float32Array [11]
 * ```
 */
export function reference(): Backend {
  return {
    ...arrays(Float32Array),
    name: 'reference',
    supports: { layerScope: true, exact: true, wiring: true },
    scan,
    reverse,
    map,
  }
}

/** The part of the contract that is the same in f32 and in f64. */
export function arrays(
  Real: typeof Float32Array | typeof Float64Array,
): Omit<Backend, 'name' | 'supports' | 'scan' | 'reverse' | 'map'> {
  return {
    alloc(shape, kind = 'real') {
      const size = sizeOf(shape)
      const tensor: ArrayTensor = {
        shape: [...shape],
        kind,
        data: kind === 'spikes' ? new Uint8Array(size) : new Real(size),
        events: undefined,
      }
      return tensor
    },
    write(tensor, values) {
      const array = tensor as ArrayTensor
      array.data.set(values)
      array.events = undefined
    },
    read: async (tensor) => new Real((tensor as ArrayTensor).data),
    async readEvents(tensor) {
      const { start, index } = eventsOf(tensor as ArrayTensor)
      return { start: start.slice(), index: index.slice(0, start.at(-1)) }
    },
    free() {},
    matmul: (a, b, out, options = {}) => matmul(a as ArrayTensor, b as ArrayTensor, out as ArrayTensor, options),
    sum: (a: Tensor, out: Tensor) => sum(a as ArrayTensor, out as ArrayTensor),
    slice(a, from, out) {
      const [source, target] = [a as ArrayTensor, out as ArrayTensor]
      const row = sizeOf(a.shape.slice(1))
      target.data.set(source.data.subarray(from * row, from * row + target.data.length))
      target.events = undefined
    },
    largest: (a, wiring, out, adjoint) => largest(a as ArrayTensor, wiring, out as ArrayTensor, adjoint),
    dispose: async () => {},
  }
}
