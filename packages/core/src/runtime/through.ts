import type { MatmulOptions, Tensor } from '../backend.ts'
import { biasesOf, isProduct, type Source, type SourcePart } from '../network/layer.ts'
import { unsupportedError } from '../refusals.ts'
import { sizeOf } from '../shape.ts'
import { addBias, added, addTo } from './added.ts'
import type { Runtime } from './contract.ts'
import { masked, totalOf } from './dropped.ts'
import { joined, type Part } from './joined.ts'
import { adjointOfLate, lagOf, later, type Reach, reaches, stepsOf } from './late.ts'
import { throughNorm } from './normalized.ts'
import type { Fed, Late, Statistics } from './pass.ts'
import { quantize } from './quantized.ts'
import { toSites } from './sites.ts'

/** What makes a connection's product: its weights, or its constant. */
export function weightsOf(runtime: Runtime, part: Part): Tensor {
  const { link, weight, sums } = part
  const shape = (sums ?? link).weights
  const own = weight === undefined ? runtime.fixed(shape, link.constant ?? 1) : runtime.tensor(weight, shape)
  return joined(runtime, part, quantize(runtime, own, link.quantized))
}

export const wiringOf = ({ link: { wiring } }: SourcePart) => wiring && { wiring }

/** What a connection makes of what comes in; with `into`, added to that. */
export function through(
  runtime: Runtime,
  part: Part,
  input: Tensor,
  { bias = biasOf(runtime, part), into, mask, late }: Omit<CarryTo, 'feedback'> & Pick<Made, 'mask' | 'late'> = {},
): Tensor {
  const { link } = part
  if (link.dropped) return mask ? masked(runtime, input, mask, link.dropped) : input
  const shape = [...input.shape.slice(0, -1), sizeOf(link.to)]
  if (link.largest) {
    const out = runtime.temporary(shape, input.kind)
    runtime.backend.largest(input, link.wiring!, out)
    return out
  }
  const more = into ? { accumulate: true } : bias && { bias }
  const product = (x: Tensor, out: Tensor) => {
    runtime.backend.matmul(x, weightsOf(runtime, part), out, { ...wiringOf(part), ...more })
    return out
  }
  if (late?.values === undefined) return product(input, into ?? runtime.temporary(shape))
  const [lag, [steps]] = [lagOf(part), late.values.shape as [number]]
  const out = into ? later(runtime, into, lag, steps) : runtime.temporary([steps, ...shape.slice(1)])
  return stepsOf(runtime, product(late.values, out), lag, steps - lag)
}

export function biasOf(runtime: Runtime, { bias, link, sums }: Part): Tensor | undefined {
  if (bias === undefined || link.normalized) return undefined
  const size = biasesOf(link)
  return toSites(runtime, quantize(runtime, runtime.tensor(bias, [size]), link.quantized), size, sums?.bias)
}

/** Options of `carry`. */
export interface CarryTo {
  /** [N], added for every step and sample alike. */
  readonly bias?: Tensor | undefined
  /** Add to this, of the shape of the result, in place of a new tensor; then without a bias. */
  readonly into?: Tensor | undefined
  /** What an error goes back by in place of the weights of a source's part that learns. Default: those weights, transposed. */
  readonly feedback?: Feedback | undefined
  /** How far back in time it goes through delays. Default: to the start of the span. */
  readonly reach?: Reach | undefined
}

/** Weights of the shape that `link.weights` says, or their transpose [units, inputs] with `transposeB: false`. */
export type Feedback = (source: Source, part: SourcePart) => { readonly weights: Tensor; readonly transposeB: boolean }

/** What a connection drew or found in training, and what an error goes back by. */
export interface Made {
  readonly by?: ReturnType<Feedback> | undefined
  readonly mask?: Tensor | undefined
  readonly norm?: Statistics | undefined
  readonly late?: Late | undefined
}

/** The adjoint of what came into a connection; `a` and `out` are what came in and out. */
export function back(
  runtime: Runtime,
  part: Part,
  delta: Tensor,
  [a, out]: readonly Tensor[],
  { bias, into, activeMask, mask, norm, by, late, reach = {} }: CarryTo & Partial<Pick<Fed, 'activeMask'>> & Made,
): Tensor {
  const { backend } = runtime
  const { link } = part
  const { wiring, weights, largest, dropped } = link
  const width = wiring === undefined ? weights[0]! : wiring.from.count * wiring.from.width
  const made = (error: Tensor) => runtime.temporary([...error.shape.slice(0, -1), width])
  const product = (error: Tensor, out: Tensor, more: MatmulOptions = {}): Tensor => {
    const { weights: own, transposeB } = by ?? { weights: weightsOf(runtime, part), transposeB: true }
    backend.matmul(error, own, out, { transposeB, ...wiringOf(part), ...more })
    return out
  }
  const crosses = late !== undefined && reaches(late, reach, delta)
  if (isProduct(link) && !crosses) {
    const more = into ? { accumulate: true } : { ...(bias && { bias }), ...(activeMask && { activeMask }) }
    return product(delta, into ?? made(delta), more)
  }
  let found: Tensor
  if (crosses) {
    found = adjointOfLate(runtime, lagOf(part), late, delta, reach, (error) => product(error, made(error)))
  } else if (largest) {
    found = made(delta)
    backend.largest(a!, wiring!, out!, { signal: delta, into: found })
  } else if (norm) {
    found = throughNorm(runtime, part, a!, delta, norm).input
  } else {
    requireStatistics(part)
    // without a mask nothing was dropped; what is added to the result must not change the current's
    found = mask ? masked(runtime, delta, mask, dropped!) : added(runtime, [delta])
    if (found.shape[0] !== a!.shape[0]) found = totalOf(runtime, found)
  }
  if (bias) addBias(runtime, found, bias)
  if (into) addTo(runtime, into, found)
  return into ?? found
}

/** Batch norm goes back through the statistics of a batch, which it has in training alone. */
export function requireStatistics({ link }: SourcePart): void {
  if (!link.normalized) return
  throw unsupportedError(
    'an error goes back through batchNorm only in training',
    'run forward with { learn: true } or { training: true }',
  )
}
