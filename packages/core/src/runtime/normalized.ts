import type { Tensor } from '../backend.ts'
import type { Normalized } from '../connections/connection.ts'
import { evaluateSetup, type Kernel, type Kernels, kept, ownKernels } from '../kernel.ts'
import type { SourcePart } from '../network/layer.ts'
import { shapeError } from '../refusals.ts'
import type { Runtime } from './contract.ts'
import { totalOf } from './dropped.ts'
import type { Batch, Statistics } from './pass.ts'
import { toSites } from './sites.ts'

const over = (name: string, equations: string, inputs: readonly string[], params: readonly string[]) =>
  ownKernels(name, equations, { inputs, params, outputs: ['y'] })
const copy = over('copy', 'y = x', ['x'], [])
const square = over('squared deviation', 'y = (x - mean) * (x - mean)', ['x'], ['mean'])
const normal = over('batch norm', 'y = (x - mean) * scale + shift', ['x'], ['mean', 'scale', 'shift'])
const related = over('batch norm: with deviation', 'y = (x - mean) * delta', ['x', 'delta'], ['mean'])
const adjoint = over(
  'batch norm: adjoint',
  'y = scale * delta + slope * (x - mean) + shift',
  ['x', 'delta'],
  ['mean', 'scale', 'slope', 'shift'],
)

const onChannels = (
  name: string,
  equations: string,
  inputs: readonly string[],
  states: readonly string[],
  params: readonly string[],
) => ownKernels(name, equations, { inputs, params, state: Object.fromEntries(states.map((one) => [one, 0])) })
const average = onChannels('average', 'mean = sum / count', ['sum'], ['mean'], ['count'])
const running = onChannels(
  'running statistics',
  `mean = mean + momentum * (average - mean)
   variance = variance + momentum * (squares * repeats / (count * repeats - 1) - variance)`,
  ['average', 'squares'],
  ['mean', 'variance'],
  ['momentum', 'count', 'repeats'],
)
const scales = onChannels(
  'batch norm: scales',
  'inverse = 1 / sqrt(squares / count + epsilon)\nscale = weight * inverse',
  ['squares', 'weight'],
  ['inverse', 'scale'],
  ['count', 'epsilon'],
)
const slopes = onChannels(
  'batch norm: slopes',
  `gradient = products * inverse
   slope = 0 - scale * inverse * gradient / count
   shift = 0 - scale * sum / count`,
  ['products', 'inverse', 'scale', 'sum'],
  ['gradient', 'slope', 'shift'],
  ['count'],
)

/** Where values lie, and which of them go together. */
interface Span {
  readonly runtime: Runtime
  /** Of the result: those of the batch, or 1 where it is the same at every step. */
  readonly steps: number
  readonly batch: number
  readonly size: number
  readonly channels: number
  /** Whether each step has statistics of its own. */
  readonly apart: boolean
}

function spanOf(runtime: Runtime, { link }: SourcePart, x: Tensor, steps: number): Span {
  const [own, batch, size] = x.shape as [number, number, number]
  const apart = link.normalized!.steps !== undefined
  return { runtime, steps: apart ? steps : own, batch, size, channels: link.to.at(-1)!, apart }
}

/** How many values make a mean. */
const countOf = ({ apart, steps, batch, size, channels }: Span) => ((apart ? 1 : steps) * batch * size) / channels

const lying = ({ apart, steps, channels }: Span) => (apart ? [steps, channels] : [channels])

const clocks = new Map<string, Float32Array>()

/** [T, B, T]: a 1 at the step that a row is of. */
const clockOf = (steps: number, batch: number): Float32Array =>
  kept(clocks, `${steps} ${batch}`, () =>
    Float32Array.from({ length: steps * batch * steps }, (_, i) =>
      Math.floor(i / steps / batch) === i % steps ? 1 : 0,
    ),
  )

/** Sums of [T, B, N] over samples and places, and over time unless steps are apart. */
function totals(span: Span, x: Tensor): Tensor {
  const { runtime, steps, batch, size, channels, apart } = span
  const { backend } = runtime
  const sum = runtime.temporary(apart ? [steps, size] : [size])
  if (apart) {
    // A product with what says which step a row is of.
    const clock = runtime.temporary([steps, batch, steps], 'spikes')
    backend.write(clock, clockOf(steps, batch))
    backend.matmul(clock, x, sum, { transposeA: true })
  } else backend.sum(x, sum)
  return toSites(runtime, sum, channels)
}

/** Runs a program over time, with values by channel; into `y`, or a new tensor. */
function run(
  span: Span,
  { forward }: Kernels,
  inputs: Readonly<Record<string, Tensor>>,
  values: Readonly<Record<string, Tensor>>,
  y?: Tensor,
): Tensor {
  const { runtime, steps, batch, size, apart } = span
  const out = y ?? runtime.temporary([steps, batch, size])
  const bound = Object.fromEntries(Object.entries(values).map(([name, one]) => [name, toSites(runtime, one, size)]))
  const [kernel, setup, timeVarying] = apart ? [byStep(forward), {}, bound] : [forward, bound, {}]
  runtime.backend.scan(kernel, { steps, batch, size, inputs, setup, timeVarying, initial: {}, outputs: { y: out } })
  return out
}

const timed = new WeakMap<Kernel, Kernel>()

/** The same program, what was one value for all of time being one for each step. */
const byStep = (kernel: Kernel): Kernel =>
  kept(timed, kernel, () => {
    const { nodes, outputs } = kernel.program
    const made = nodes.map((node) => (node.op === 'setup' ? { ...node, op: 'timeVarying' as const } : node))
    return { ...kernel, name: `${kernel.name} by step`, program: { outputs, nodes: made } }
  })

/** Changes values by channel. */
function change(
  { runtime }: Span,
  { compiled, forward }: Kernels,
  inputs: Readonly<Record<string, Tensor>>,
  states: Readonly<Record<string, Tensor>>,
  params: Readonly<Record<string, number>>,
): void {
  const setup = evaluateSetup(compiled, params, 1) as Record<string, number>
  runtime.backend.map(forward, { inputs, states, setup })
}

/** Values by channel of a part: of the steps of a batch. */
function held(
  span: Span,
  { link: { weights, normalized } }: SourcePart,
  name: string | undefined,
  from: number,
): Tensor {
  const { runtime, steps, apart } = span
  if (name === undefined) return runtime.fixed(lying(span), 0)
  const whole = runtime.tensor(name, weights)
  if (!apart || normalized!.steps === steps) return whole
  const part = runtime.temporary(lying(span))
  runtime.backend.slice(whole, from, part)
  return part
}

function checkSpan(span: Span, part: SourcePart, from: number, training: boolean): void {
  const { steps } = part.link.normalized!
  const name = part.weight!.replace(/\.weight.*$/, '')
  const fail = (found: string, hint: string): never => {
    throw shapeError(`${name}: ${found}`, hint)
  }
  if (steps !== undefined && (training ? steps !== span.steps : steps < from + span.steps))
    fail(`batchNorm of ${steps} steps runs for ${from + span.steps}`, `give batchNorm({ steps: ${from + span.steps} })`)
  if (training && countOf(span) < 2)
    fail('a channel has a single value, which has no variance', 'train with larger batches, or leave out the last one')
}

/** Normalizes values [T, B, N] or [1, B, N]: in training by the statistics of the batch, which are kept for the way back, else by the running ones. */
export function normalize(
  runtime: Runtime,
  part: SourcePart,
  given: Tensor,
  { steps: all, from = 0 }: Batch,
  training: boolean,
): { readonly output: Tensor; readonly statistics?: Statistics } {
  const { momentum, epsilon } = part.link.normalized as Normalized
  const span = spanOf(runtime, part, given, all)
  checkSpan(span, part, from, training)
  const names = [part.weight, part.bias, part.statistics!.mean, part.statistics!.variance]
  const found = names.map((name) => held(span, part, name, from))
  const [weight, shift, mean, variance] = found as [Tensor, Tensor, Tensor, Tensor]
  const [inverse, scale] = [runtime.temporary(lying(span)), runtime.temporary(lying(span))]
  if (!training) {
    change(span, scales(), { squares: variance, weight }, { inverse, scale }, { count: 1, epsilon })
    return { output: run(span, normal(), { x: given }, { mean, scale, shift }) }
  }
  const x = spread(span, given)
  const count = countOf(span)
  const own = runtime.temporary(lying(span))
  change(span, average(), { sum: totals(span, x) }, { mean: own }, { count })
  const output = run(span, square(), { x }, { mean: own })
  const squares = totals(span, output)
  change(span, scales(), { squares, weight }, { inverse, scale }, { count, epsilon })
  // What is the same at every step counts once for each.
  const repeats = span.apart ? 1 : all / span.steps
  change(span, running(), { average: own, squares }, { mean, variance }, { momentum, count, repeats })
  run(span, normal(), { x }, { mean: own, scale, shift }, output)
  return { output, statistics: { mean: own, inverse, scale } }
}

/** Real values of as many steps as there are statistics of. */
const spread = (span: Span, x: Tensor): Tensor =>
  x.kind === 'real' && x.shape[0] === span.steps ? x : run(span, copy(), { x }, {})

/** Back through what `normalize` did: adjoints of what came in, and of the weight and the bias. */
export function throughNorm(
  runtime: Runtime,
  part: SourcePart,
  given: Tensor,
  error: Tensor,
  { mean, inverse, scale }: Statistics,
): { readonly input: Tensor; readonly weight: Tensor; readonly bias: Tensor } {
  const span = spanOf(runtime, part, given, error.shape[0]!)
  const x = spread(span, given)
  const delta = error.shape[0] === span.steps ? error : totalOf(runtime, error)
  const sum = totals(span, delta)
  const input = run(span, related(), { x, delta }, { mean })
  const products = totals(span, input)
  const [gradient, slope, shift] = [0, 1, 2].map(() => runtime.temporary(lying(span))) as [Tensor, Tensor, Tensor]
  change(span, slopes(), { products, inverse, scale, sum }, { gradient, slope, shift }, { count: countOf(span) })
  run(span, adjoint(), { x, delta }, { mean, scale, slope, shift }, input)
  return { input: input.shape[0] === given.shape[0] ? input : totalOf(runtime, input), weight: gradient, bias: sum }
}
