import { type Backend, reference } from '@hillock/core'
import type { Kernel, MatmulOptions, ScanBindings } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'

/** An array to put on a backend. */
export interface Given {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
  readonly kind?: Tensor['kind']
}

export const put = (backend: Backend, { shape, values, kind }: Given): Tensor => {
  const tensor = backend.alloc(shape, kind)
  backend.write(tensor, values)
  return tensor
}

/** What the work gives on a backend, and on the reference. */
export async function onBoth<T>(
  backend: Backend,
  work: (backend: Backend) => Promise<T>,
): Promise<{ found: T; wanted: T }> {
  return { found: await work(backend), wanted: await work(reference()) }
}

export async function product(
  backend: Backend,
  given: { readonly a: Given; readonly b: Given; readonly out: readonly number[]; readonly bias?: Given },
  options: Omit<MatmulOptions, 'bias'> = {},
): Promise<Float32Array> {
  const [a, b] = [put(backend, given.a), put(backend, given.b)]
  const bias = given.bias && put(backend, given.bias)
  const out = backend.alloc(given.out)
  backend.matmul(a, b, out, { ...options, ...(bias && { bias }) })
  const values = Float32Array.from(await backend.read(out))
  for (const tensor of [a, b, out, bias]) if (tensor) backend.free(tensor)
  return values
}

/** The spikes of a scan over one input. */
export async function spikesOf(
  backend: Backend,
  kernel: Kernel,
  given: Given,
  [steps, batch, size]: readonly [number, number, number],
  rest: Pick<ScanBindings, 'setup' | 'initial' | 'random'>,
): Promise<Float32Array> {
  const input = put(backend, given)
  const spike = backend.alloc([steps, batch, size], 'spikes')
  backend.scan(kernel, { steps, batch, size, inputs: { input }, timeVarying: {}, outputs: { spike }, ...rest })
  const values = Float32Array.from(await backend.read(spike))
  for (const tensor of [input, spike]) backend.free(tensor)
  return values
}

/** Multiples of 1/256 in [-0.5, 0.5), and zeros and ones: sums of them are exact in f32. */
export function numbers(seed: number) {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return {
    weights: (count: number) => Float32Array.from({ length: count }, () => Math.floor(256 * next()) / 256 - 0.5),
    spikes: (count: number, density: number) => Float32Array.from({ length: count }, () => +(next() < density)),
    uniforms: (count: number) => Float32Array.from({ length: count }, next),
  }
}

/** Where two arrays differ, and how, as text; undefined where they are the same, -0 being 0. */
export function difference({ found, wanted }: { found: Float32Array; wanted: Float32Array }): string | undefined {
  if (found.length !== wanted.length) return `${found.length} values, expected ${wanted.length}`
  const i = found.findIndex((value, at) => value !== wanted[at])
  return i < 0 ? undefined : `[${i}] is ${found[i]}, expected ${wanted[i]}`
}
