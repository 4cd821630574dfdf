import type { Tensor } from '../backend.ts'
import { biasesOf, type Layer, type Source } from '../network/layer.ts'
import { added, addTo, both } from './added.ts'
import type { Runtime } from './contract.ts'
import { maskOf, totalOf } from './dropped.ts'
import { joined, type Part, partsOf } from './joined.ts'
import { type Ends, isDelayed, lagOf, lateOf, later, type Reach } from './late.ts'
import { normalize, throughNorm } from './normalized.ts'
import { inLastSteps, overTime } from './over-time.ts'
import type { Batch, Fed, Late, Statistics } from './pass.ts'
import { toSites } from './sites.ts'
import { back, biasOf, type CarryTo, requireStatistics, through, wiringOf } from './through.ts'

/** What a layer or the input gives to a source. */
export type Given = Pick<Fed, 'activeMask'> & { readonly output: Tensor }

/** A current of a layer, [T, B, N] or [1, B, N], and what its sources were given. In `training`, values are dropped, and normalized by the batch. */
export function currentOf(
  runtime: Runtime,
  layer: Layer,
  name: string,
  given: (source: Source) => Given,
  batch: Batch,
  training = false,
  ends: Ends = {},
): { readonly current: Tensor; readonly fed: readonly Fed[] } {
  const last = new Map<Fed, Tensor>()
  const fed = layer.sources
    .filter(({ current }) => current === name)
    .map((source): Fed => {
      const { output, activeMask } = given(source)
      // What is the same at every step arrives at different ones.
      const spread = output.shape[0] !== batch.steps && isDelayed(source)
      const values = [spread ? inLastSteps(runtime, output, batch.steps, batch.steps) : output]
      const masks: (Tensor | undefined)[] = []
      const norms: (Statistics | undefined)[] = []
      const late: (Late | undefined)[] = []
      let own: Tensor | undefined
      const parts = partsOf(source)
      for (const [k, part] of parts.entries()) {
        const input = values.at(-1)!
        masks.push(training && part.link.dropped ? maskOf(runtime, layer, part, batch) : undefined)
        const norm = part.link.normalized && normalize(runtime, part, input, batch, training)
        norms.push(norm?.statistics)
        own = norm?.output
        late.push(lateOf(runtime, layer, part, input, ends))
        if (k < parts.length - 1) values.push(own ?? through(runtime, part, input, { mask: masks[k], late: late[k] }))
      }
      const made = { source, values, masks, norms, late, activeMask }
      // Only the last of a single source normalizes: sums are taken by products.
      if (own) last.set(made, own)
      return made
    })
  // What is the same at every step is summed up apart.
  const timesOf = ({ source, values }: Fed) => {
    const [before, after] = [values[0]!.shape[0]!, values.at(-1)!.shape[0]!]
    return batch.still && source.from === 'input' && before === after && !isDelayed(source) ? 0 : after
  }
  const times = [...new Set(fed.map(timesOf))].sort((a, b) => b - a)
  const sums = times.map((steps) => {
    const own = fed.filter((one) => timesOf(one) === steps)
    const biases = own.flatMap(({ source }) => biasOf(runtime, partsOf(source).at(-1)!) ?? [])
    let sum: Tensor | undefined
    for (const one of own) {
      const { source, values, masks } = one
      const [mask, late] = [masks?.at(-1), one.late?.at(-1)]
      const to = sum ? { into: sum } : { bias: biases.length < 2 ? biases[0] : added(runtime, biases), mask }
      sum = last.get(one) ?? through(runtime, partsOf(source).at(-1)!, values.at(-1)!, { ...to, late })
    }
    return sum!
  })
  const [current, still] = sums as [Tensor, Tensor?]
  const sum = still ? overTime(runtime, both(), times[0]!, { a: current, b: still }) : current
  return { current: sum, fed: fed.map((one) => ({ ...one, values: [...one.values, sum] })) }
}

/**
 * Back through the transposed weights: from the adjoint of a current, [T, B, N] or [1, B, N], to that of what came in. `values` are needed where
 * a source takes maxima.
 */
export function carry(
  runtime: Runtime,
  { source, activeMask, values, masks, norms, late }: Pick<Fed, 'source'> & Partial<Fed>,
  delta: Tensor,
  { bias, into, feedback, reach }: CarryTo = {},
): Tensor {
  // Fixed feedback stands for the weights as they are learnt.
  const parts = feedback ? source.parts : partsOf(source)
  let error = values === undefined ? delta : fit(runtime, delta, values.at(-2)!, [masks, norms])
  for (let k = parts.length - 1; k >= 0; k--) {
    const to = k > 0 ? {} : into ? { into } : { bias, activeMask }
    const part = parts[k]!
    error = back(runtime, part, error, values?.slice(k, k + 2) ?? [], {
      ...to,
      by: part.weight === undefined || part.link.normalized ? undefined : feedback?.(source, part),
      mask: masks?.[k],
      norm: norms?.[k],
      late: late?.[k],
      reach,
    })
  }
  return error
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
  { source, values, masks, norms, late }: Fed,
  delta: Tensor,
  gradients: Map<string, Tensor>,
  reach?: Reach,
): void {
  const parts = partsOf(source)
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
      const sum = part.sums ? undefined : known
      const out = sum ?? runtime.temporary(link.weights)
      const options = { transposeA: true, ...wiringOf(part), ...(sum && { accumulate: true }) }
      const came = late?.[k]?.values
      const lag = lagOf(part)
      // Steps of both are counted from the first of what came before the span.
      if (came) runtime.backend.matmul(came, later(runtime, error, lag, came.shape[0]!), out, options)
      else runtime.backend.matmul(values[k]!, error, out, options)
      gradients.set(weight, joined(runtime, part, out, true, known))
    }
    add(bias, () => biasGradient(runtime, part, error))
    if (parts.slice(0, k).some(({ weight, bias }) => weight ?? bias))
      error = back(runtime, part, error, values.slice(k, k + 2), { mask, late: late?.[k], reach })
  }
}

/** The sum over time and samples and, where a bias is repeated, over sites. */
function biasGradient(runtime: Runtime, { link, sums }: Part, error: Tensor): Tensor {
  const sum = runtime.temporary([error.shape.at(-1)!])
  runtime.backend.sum(error, sum)
  return toSites(runtime, sum, biasesOf(link), sums?.bias)
}
