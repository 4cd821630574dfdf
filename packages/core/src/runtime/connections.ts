import type { Tensor } from '../backend.ts'
import { HillockError } from '../errors.ts'
import { biasesOf, isProduct, type Layer, type Source, type SourcePart } from '../network/layer.ts'
import { sizeOf } from '../shapes.ts'
import { addBias, added, addTo, both } from './added.ts'
import type { Runtime } from './contract.ts'
import { masked, maskOf, totalOf } from './dropped.ts'
import { normalize, throughNorm } from './normalized.ts'
import { overTime } from './over-time.ts'
import type { Batch, Fed, Statistics } from './pass.ts'
import { overSites } from './sites.ts'

/** What a layer or the input gives to a source. */
export type Given = Pick<Fed, 'needed'> & { readonly output: Tensor }

const weightsOf = (runtime: Runtime, { link, weight }: SourcePart): Tensor =>
  weight === undefined ? runtime.fixed(link.weights, link.constant ?? 1) : runtime.tensor(weight, link.weights)

const wiringOf = ({ link: { wiring } }: SourcePart) => wiring && { wiring }

/** A current of a layer, [T, B, N] or [1, B, N], and what its sources were given. In `training`, values are dropped, and normalized by the batch. */
export function currentOf(
  runtime: Runtime,
  layer: Layer,
  name: string,
  given: (source: Source) => Given,
  batch: Batch,
  training = false,
): { readonly current: Tensor; readonly fed: readonly Fed[] } {
  const last = new Map<Fed, Tensor>()
  const fed = layer.sources
    .filter(({ current }) => current === name)
    .map((source): Fed => {
      const { output, needed } = given(source)
      const values = [output]
      const masks: (Tensor | undefined)[] = []
      const norms: (Statistics | undefined)[] = []
      let own: Tensor | undefined
      for (const [k, part] of source.parts.entries()) {
        const input = values.at(-1)!
        masks.push(training && part.link.dropped ? maskOf(runtime, layer, part, batch) : undefined)
        const norm = part.link.normalized && normalize(runtime, part, input, batch, training)
        norms.push(norm?.statistics)
        own = norm?.output
        if (k < source.parts.length - 1) values.push(own ?? through(runtime, part, input, { mask: masks[k] }))
      }
      const made = { source, values, masks, norms, needed }
      // Only the last of a single source normalizes: sums are taken by products.
      if (own) last.set(made, own)
      return made
    })
  // What is the same at every step is summed up apart.
  const timesOf = ({ source, values }: Fed) => {
    const [before, after] = [values[0]!.shape[0]!, values.at(-1)!.shape[0]!]
    return batch.still && source.from === 'input' && before === after ? 0 : after
  }
  const times = [...new Set(fed.map(timesOf))].sort((a, b) => b - a)
  const sums = times.map((steps) => {
    const own = fed.filter((one) => timesOf(one) === steps)
    const biases = own.flatMap(({ source }) => biasOf(runtime, source.parts.at(-1)!) ?? [])
    let sum: Tensor | undefined
    for (const one of own) {
      const { source, values, masks } = one
      const mask = masks?.at(-1)
      const to = sum ? { into: sum } : { bias: biases.length < 2 ? biases[0] : added(runtime, biases), mask }
      sum = last.get(one) ?? through(runtime, source.parts.at(-1)!, values.at(-1)!, to)
    }
    return sum!
  })
  const [current, still] = sums as [Tensor, Tensor?]
  const sum = still ? overTime(runtime, both(), times[0]!, { a: current, b: still }) : current
  return { current: sum, fed: fed.map((one) => ({ ...one, values: [...one.values, sum] })) }
}

/** What a connection makes of what comes in; with `into`, added to that. */
function through(
  runtime: Runtime,
  part: SourcePart,
  input: Tensor,
  { bias = biasOf(runtime, part), into, mask }: CarryTo & { readonly mask?: Tensor | undefined } = {},
): Tensor {
  const { link } = part
  if (link.dropped) return mask ? masked(runtime, input, mask, link.dropped) : input
  const shape = [...input.shape.slice(0, -1), sizeOf(link.to)]
  if (link.largest) {
    const out = runtime.temporary(shape, input.kind)
    runtime.backend.largest(input, link.wiring!, out)
    return out
  }
  const out = into ?? runtime.temporary(shape)
  const more = into ? { accumulate: true } : bias && { bias }
  runtime.backend.matmul(input, weightsOf(runtime, part), out, { ...wiringOf(part), ...more })
  return out
}

const biasOf = (runtime: Runtime, { bias, link }: SourcePart): Tensor | undefined =>
  bias === undefined || link.normalized ? undefined : runtime.tensor(bias, [biasesOf(link)])

export interface CarryTo {
  /** [N], added for every step and sample alike. */
  readonly bias?: Tensor | undefined
  /** Add to this, of the shape of the result, in place of a new tensor; then without a bias. */
  readonly into?: Tensor | undefined
  /** What an error goes back by in place of the weights of a source's part that learns. Default: those weights, transposed. */
  readonly feedback?: Feedback | undefined
}

/** Weights of the shape that `link.weights` says, or their transpose [units, inputs] with `transposeB: false`. */
export type Feedback = (source: Source, part: SourcePart) => { readonly weights: Tensor; readonly transposeB: boolean }

/**
 * Back through the transposed weights: from the adjoint of a current, [T, B, N] or [1, B, N], to that of what came in. `values` are needed where
 * a source takes maxima.
 */
export function carry(
  runtime: Runtime,
  { source, needed, values, masks, norms }: Pick<Fed, 'source'> & Partial<Fed>,
  delta: Tensor,
  { bias, into, feedback }: CarryTo = {},
): Tensor {
  const { parts } = source
  let error = values === undefined ? delta : fit(runtime, delta, values.at(-2)!, [masks, norms])
  for (let k = parts.length - 1; k >= 0; k--) {
    const to = k > 0 ? {} : into ? { into } : { bias, needed }
    const part = parts[k]!
    error = back(runtime, part, error, values?.slice(k, k + 2) ?? [], {
      ...to,
      by: part.weight === undefined || part.link.normalized ? undefined : feedback?.(source, part),
      mask: masks?.[k],
      norm: norms?.[k],
    })
  }
  return error
}

/** What a connection drew or found in training, and what an error goes back by. */
interface Made {
  readonly by?: ReturnType<Feedback> | undefined
  readonly mask?: Tensor | undefined
  readonly norm?: Statistics | undefined
}

/** The adjoint of what came into a connection; `a` and `out` are what came in and out. */
function back(
  runtime: Runtime,
  part: SourcePart,
  delta: Tensor,
  [a, out]: readonly Tensor[],
  { bias, into, needed, mask, norm, by }: CarryTo & Partial<Pick<Fed, 'needed'>> & Made,
): Tensor {
  const { backend } = runtime
  const { link } = part
  const { wiring, weights, largest, dropped } = link
  const width = wiring === undefined ? weights[0]! : wiring.from.count * wiring.from.width
  const made = () => runtime.temporary([...delta.shape.slice(0, -1), width])
  if (isProduct(link)) {
    const found = into ?? made()
    const more = into ? { accumulate: true } : { ...(bias && { bias }), ...(needed && { needed }) }
    const { weights: own, transposeB } = by ?? { weights: weightsOf(runtime, part), transposeB: true }
    backend.matmul(delta, own, found, { transposeB, ...wiringOf(part), ...more })
    return found
  }
  let found: Tensor
  if (largest) {
    found = made()
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
function requireStatistics({ link }: SourcePart): void {
  if (!link.normalized) return
  throw new HillockError('HILLOCK_UNSUPPORTED', 'an error goes back through batchNorm of a pass that is no training', {
    hint: 'run forward with { learn: true } or { training: true }',
  })
}

/** The adjoint of a current, for what came in: summed over time, [B, N], where that is the same at every step. */
function fit(runtime: Runtime, delta: Tensor, input: Tensor, made: readonly (Fed['masks'] | Fed['norms'])[]): Tensor {
  if (delta.shape.length < 3 || delta.shape[0] === input.shape[0]) return delta
  // What is dropped and how values are normalized may differ from step to step: it is [T, B, N].
  if (made.some((of) => of?.at(-1))) return delta
  if (made.some((of) => of?.some((one) => one))) return totalOf(runtime, delta)
  const sum = runtime.temporary(delta.shape.slice(1))
  runtime.backend.sum(delta, sum)
  return sum
}

/**
 * The gradients of a source's weights and biases, from the adjoint of its current. Each is added to the tensor of its name in `gradients`, or
 * put there.
 */
export function gradientOf(
  runtime: Runtime,
  { source, values, masks, norms }: Fed,
  delta: Tensor,
  gradients: Map<string, Tensor>,
): void {
  const { parts } = source
  const add = (name: string | undefined, found: () => Tensor) => {
    if (name === undefined) return
    const known = gradients.get(name)
    if (known) addTo(runtime, known, found())
    else gradients.set(name, found())
  }
  let error = fit(runtime, delta, values.at(-2)!, [masks, norms])
  for (let k = parts.length - 1; k >= 0; k--) {
    const part = parts[k]!
    const { link, weight, bias } = part
    const [mask, norm] = [masks?.[k], norms?.[k]]
    if (norm) {
      const found = throughNorm(runtime, part, values[k]!, error, norm)
      add(weight, () => found.weight)
      add(bias, () => found.bias)
      error = found.input
      continue
    }
    requireStatistics(part)
    if (weight !== undefined) {
      const known = gradients.get(weight)
      const out = known ?? runtime.temporary(link.weights)
      const options = { transposeA: true, ...wiringOf(part), ...(known && { accumulate: true }) }
      runtime.backend.matmul(values[k]!, error, out, options)
      gradients.set(weight, out)
    }
    add(bias, () => biasGradient(runtime, part, error))
    if (parts.slice(0, k).some(({ weight, bias }) => weight ?? bias))
      error = back(runtime, part, error, values.slice(k, k + 2), { mask })
  }
}

/** The sum over time and samples and, where a bias is repeated, over sites. */
function biasGradient(runtime: Runtime, { link }: SourcePart, error: Tensor): Tensor {
  const sum = runtime.temporary([error.shape.at(-1)!])
  runtime.backend.sum(error, sum)
  return overSites(runtime, sum, biasesOf(link))
}
