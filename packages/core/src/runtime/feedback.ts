import type { Tensor } from '../backend.ts'
import { initialize } from '../initializers.ts'
import type { Layer, Network, SourcePart } from '../network/layer.ts'
import { generator, stream } from '../random/index.ts'
import { sizeOf } from '../shape.ts'
import type { Runtime } from './contract.ts'
import type { Feedback } from './through.ts'

/**
 * The fixed random weights by which an error of `from` values reaches a layer: [from, N], normal with mean 0. They follow from the
 * seed, and never change (Lillicrap et al. 2016; Nokland 2016).
 */
export function feedbackWeights(
  runtime: Runtime,
  { name, index, size }: Layer,
  from: number,
  deviation = 1 / Math.sqrt(size),
): Tensor {
  const draw = () => {
    const random = generator(runtime.seed, stream.feedback, index)
    return initialize({ normal: deviation }, { fanIn: from, fanOut: size }, from * size, random)
  }
  return runtime.tensor(`${name}.feedback`, [from, size], draw)
}

/**
 * Fixed random weights by which errors go back from layer to layer, in place of the weights of each connection (feedback alignment, Lillicrap
 * et al. 2016). They are of the same shape, and named after them: `layer2.weight.feedback`. Of a layer that one other alone reads, by `dense`,
 * they are those of `feedbackWeights`: `layer1.feedback`, [from, N]. Default of `deviation`: 1 / sqrt(inputs of a neuron).
 */
export function layeredFeedback(runtime: Runtime, deviation?: number): Feedback {
  const { network, seed } = runtime
  const names = [...new Set(network.layers.flatMap(({ sources }) => sources.flatMap(({ parts }) => weightsIn(parts))))]
  return ({ from }, { link: { weights, fans, to }, weight }) => {
    const below = from === 'input' ? undefined : network.layers[from]!
    if (below && isReadPlainly(network, below))
      return { weights: feedbackWeights(runtime, below, sizeOf(to), deviation), transposeB: false }
    const draw = () => {
      const random = generator(seed, stream.feedback, names.indexOf(weight!), 1)
      return initialize({ normal: deviation ?? 1 / Math.sqrt(fans.fanIn) }, fans, sizeOf(weights), random)
    }
    return { weights: runtime.tensor(`${weight}.feedback`, weights, draw), transposeB: true }
  }
}

const weightsIn = (parts: readonly SourcePart[]): string[] => parts.flatMap(({ weight }) => weight ?? [])

/** Whether one layer alone reads it, by whole matrices. */
function isReadPlainly({ layers }: Network, { index }: Layer): boolean {
  const reads = layers.map(({ sources }) => sources.filter(({ from }) => from === index)).filter(({ length }) => length)
  return reads.length === 1 && reads[0]!.every(({ parts: [first, more] }) => isWhole(first!) && !more)
}

const isWhole = ({ weight, link: { wiring, normalized } }: SourcePart): boolean =>
  weight !== undefined && !wiring && !normalized

/** An error on its way to a layer below. */
export interface ErrorTerm {
  /** [T, B, C] or [1, B, C]. */
  readonly error: Tensor
  /** [C, N], or [N, C] to be transposed. */
  readonly weights: Tensor
  /** Whether the weights are [N, C]. Default: false. */
  readonly transpose?: boolean
}

/** Options of `carryError`. */
export interface CarryOptions {
  /** [N], added for every step and sample alike. */
  readonly bias?: Tensor | undefined
  /** Spikes [T, B, N]: where there is none, the error is not needed. */
  readonly activeMask?: Tensor | undefined
}

/** The sum of errors times weights, [T, B, N] or [1, B, N]. */
export function carryError(
  runtime: Runtime,
  terms: readonly ErrorTerm[],
  { bias, activeMask }: CarryOptions = {},
): Tensor {
  const [{ error, weights, transpose = false }] = terms as readonly [ErrorTerm]
  const signal = runtime.temporary([...error.shape.slice(0, -1), weights.shape[transpose ? 0 : 1]!])
  runtime.timed('backward', () => {
    terms.forEach(({ error, weights, transpose = false }, i) => {
      const alone = activeMask !== undefined && terms.length === 1 ? { activeMask } : {}
      const options = i === 0 ? { ...(bias && { bias }), ...alone } : { accumulate: true }
      runtime.backend.matmul(error, weights, signal, { transposeB: transpose, ...options })
    })
  })
  return signal
}
