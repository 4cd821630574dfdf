import {
  avgPool,
  batchNorm,
  conv2d,
  dense,
  dropout,
  lif,
  maxPool,
  type Network,
  type Neuron,
  network,
  neuron,
  neurons,
  recurrent,
  sumPool,
  synaptic,
} from '@hillock/core'
import { type Connection, delayed, identity, oneToOne, type Shape, sparse } from '@hillock/core/connections'
import type { Input, Population, SourceText } from '@hillock/core/network'
import type { Surrogate } from '@hillock/core/neurons'
import { sizeOf } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import { sigmoid } from '@hillock/core/surrogates'

const pyramid = (surrogate: Surrogate) =>
  neuron({
    name: 'pyramid',
    inputs: ['basal', 'apical'],
    state: { v: 0, a: 0 },
    surrogate,
    equations: `
    a = 0.75 * a + apical
    v = 0.5 * v + basal + 0.5 * a * basal
    spike = heaviside(v - 0.5)
    v = v - spike`,
  })()

/** A layer of a network that is being made, and its shape. */
interface Made {
  readonly from: Input | Population
  readonly shape: Shape
}

/** Options of `randomNetwork`. */
export interface RandomNetworkOptions {
  /** Of all neurons. Default: `sigmoid({ slope: 4 })`. */
  readonly surrogate?: Surrogate
  /** Whether a reset is a constant to the gradient, as it is by default of neurons. Default: true. */
  readonly detach?: boolean
}

/**
 * A network of random layers, connections and neurons, the same for the same seed: lists and images of a few neurons, branches and layers that
 * are skipped, convolutions, pools, delays, dropout, batch norm, recurrent neurons and parameters that are learnt. The last layer has two neurons.
 */
export function randomNetwork(
  seed: number,
  { surrogate = sigmoid({ slope: 4 }), detach = true }: RandomNetworkOptions = {},
): Network {
  const { uniform } = generator(seed, stream.augment)
  const whole = (least: number, greatest: number) => least + Math.floor(uniform() * (greatest - least + 1))
  const one = <T>(...choices: readonly T[]): T => choices[whole(0, choices.length - 1)]!
  const weight = { uniform: 0.75 } as const

  function someNeurons(): Neuron {
    const common = { detach, surrogate }
    const plain = () => lif({ ...common, beta: one(0.5, 0.75), threshold: one(0.25, 0.5) })
    return one(
      plain,
      () => lif({ ...common, learn: ['beta', 'threshold'], threshold: 0.5 }),
      () => synaptic({ ...common, alpha: 0.5, beta: 0.75, threshold: 0.5 }),
      () => recurrent(plain(), { weight, diagonal: one(true, false) }),
      () => recurrent(plain(), { weight, to: 'itself' }),
      () => pyramid(surrogate),
    )()
  }

  /** Connections to so many neurons. */
  function toList({ from, shape }: Made, units: number): SourceText {
    const options = { weight, bias: one(true, false) }
    const last = one<() => Connection>(
      () => dense(units, options),
      () => delayed(dense(units, options), { steps: whole(0, 2) }),
      () => delayed(dense(units), { perInput: Array.from({ length: sizeOf(shape) }, () => whole(0, 3)) }),
      () => sparse(units, { density: 0.6, seed, ...options }),
    )()
    const norm = () => (uniform() < 0.3 ? [batchNorm({ epsilon: 0.1, ...one({}, { steps: 5 }, { bias: false }) })] : [])
    const isImage = shape.length === 3 && shape[0]! > 1 && shape[1]! > 1
    const dropped = uniform() < 0.25 ? [dropout(0.25, { each: one('example', 'step') })] : []
    if (!isImage || last.kind === 'delayed' || uniform() < 0.5) return [...dropped, last, ...norm(), ...dropped, from]
    return [...norm(), one(sumPool, avgPool, maxPool)(2), ...dropped, last, from]
  }

  /** Connections to an image of this shape, from one of the same height and width. */
  function toImage({ from, shape }: Made, to: Shape): SourceText {
    const own = (kernel: number) =>
      conv2d(to[2]!, kernel, { padding: (kernel - 1) / 2, weight, bias: one(true, false) })
    if (String(shape) !== String(to)) return [own(one(1, 3)), from]
    return one<() => SourceText>(
      () => [own(3), batchNorm({ epsilon: 0.1 }), from],
      () => [own(3), from],
      () => [identity(), from],
      () => [oneToOne({ weight }), from],
      () => [conv2d(to[2]!, 3, { padding: 1, groups: to[2]!, weight }), from],
      () => [avgPool(3, { stride: 1, padding: 1 }), own(1), from],
    )()
  }

  const shape = one<Shape>([whole(2, 5)], [whole(2, 4), whole(2, 4), whole(1, 2)])
  return network(shape, (input) => {
    const made: Made[] = [{ from: input, shape }]
    for (let k = whole(1, 3); k > 0; k--) {
      const sources = Array.from({ length: whole(1, 2) }, () => one(...made))
      const images = sources.every(({ shape: own }) => own.length === 3 && own[0] === shape[0] && own[1] === shape[1])
      const to: Shape = images && uniform() < 0.7 ? [shape[0]!, shape[1]!, whole(1, 2)] : [whole(2, 4)]
      const texts = sources.map((source) => (to.length === 3 ? toImage(source, to) : toList(source, to[0]!)))
      made.push({ from: neurons(someNeurons(), ...texts), shape: to })
    }
    const [last, other] = [made.at(-1)!, one(...made)]
    const more = uniform() < 0.5 ? [toList(other, 2)] : []
    return neurons(lif({ detach, surrogate, beta: 0.75, threshold: 0.5 }), toList(last, 2), ...more)
  })
}
