import { checkOptions, is } from '@hillock/core/options'
import { type Generator, generator, stream } from '@hillock/core/random'
import type { Dataset, Examples } from './data-types.ts'
import { drawsFrom, type MadeOptions, madeOptions, madeParts } from './made.ts'

/** Options of `randman`. */
export interface RandmanOptions extends MadeOptions {
  /** Default: 10. */
  readonly classes?: number
  /** Neurons, each of which fires once in an example. Default: 20. */
  readonly inputs?: number
  /** Time steps T. Default: 100. */
  readonly steps?: number
  /** Of a manifold: how many numbers tell where on it an example lies. Default: 1. */
  readonly dimensions?: number
  /** How fast amplitudes fall with frequency, as f^-alpha: the larger, the smoother a manifold is, and the easier the task. Default: 2. */
  readonly alpha?: number
}

/** Points of a manifold by which its range is measured. */
const probes = 1000

/**
 * Spikes on random smooth manifolds, one for each class (Zenke and Vogels 2021, github.com/fzenke/randman): an example is a random point of
 * its class's manifold, and each of its coordinates, from 0 to 1, is when a neuron fires. All neurons fire once, so that counts tell nothing.
 * `images` is [count, T * inputs], zeros and ones, for the encoder `rows()`. Unlike the original, coordinates are stretched to [0, 1] by 1000
 * points of each manifold that belong to no example, so that an example does not depend on the others.
 *
 * Defaults: 2000 to train, 500 to test, seed 0; example i depends on the seed, its part and i alone. Throws HILLOCK_OPTION if an option is unknown or
 * its value is not allowed, HILLOCK_RANGE if a count or the seed is out of range.
 */
export function randman(options: RandmanOptions = {}): Dataset {
  const sizes = { classes: is.whole(2, 256), inputs: is.whole(1), steps: is.whole(1), dimensions: is.whole(1) }
  checkOptions('randman', options, { ...madeOptions, ...sizes, alpha: is.number(0.5, 10) })
  const { seed = 0, train = 2000, validation = 0, test = 500, classes = 10, inputs = 20, steps = 100 } = options
  const { dimensions = 1, alpha = 2 } = options
  const from = drawsFrom.randman
  const manifolds = Array.from({ length: classes }, (_, i) =>
    manifold(generator(seed, stream.augment, from + 3, i), { inputs, dimensions, alpha }),
  )
  const features = steps * inputs
  const write = (id: number, count: number): Examples => {
    const images = new Float32Array(count * features)
    const labels = new Uint8Array(count)
    for (let i = 0; i < count; i++) {
      const random = generator(seed, stream.augment, id, i)
      labels[i] = random.integer(classes)
      for (const [n, at] of manifolds[labels[i]!]!(place(random, dimensions)).entries()) {
        const t = Math.min(steps - 1, Math.floor(at * steps))
        images[i * features + t * inputs + n] = 1
      }
    }
    return { images, labels, count, features, classes }
  }
  return { name: 'randman', shape: [steps, inputs], classes, ...madeParts(from, { train, validation, test }, write) }
}

const place = (random: Generator, dimensions: number) => Array.from({ length: dimensions }, () => random.uniform())

/** A random manifold: from a place on it to coordinates in [0, 1]. */
function manifold(
  random: Generator,
  { inputs, dimensions, alpha }: { readonly inputs: number; readonly dimensions: number; readonly alpha: number },
): (place: readonly number[]) => number[] {
  // amplitudes below a thousandth are left out
  const frequencies = Math.min(1000, Math.ceil(1e-3 ** (-1 / alpha)))
  const wave = () => {
    const terms = Array.from({ length: frequencies }, (_, f) => ({
      amplitude: random.uniform() / (f + 1) ** alpha,
      pace: 2 * Math.PI * f * random.uniform(),
      phase: 2 * Math.PI * random.uniform(),
    })).slice(1)
    return (x: number) => terms.reduce((sum, term) => sum + term.amplitude * Math.sin(term.pace * x + term.phase), 0)
  }
  const waves = Array.from({ length: inputs }, () => Array.from({ length: dimensions }, wave))
  const raw = (at: readonly number[]) => waves.map((own) => own.reduce((product, of, d) => product * of(at[d]!), 1))
  const seen = Array.from({ length: probes }, () => raw(place(random, dimensions)))
  const low = waves.map((_, n) => Math.min(...seen.map((values) => values[n]!)))
  const high = waves.map((_, n) => Math.max(...seen.map((values) => values[n]!)))
  return (at) => raw(at).map((value, n) => Math.min(1, Math.max(0, (value - low[n]!) / (high[n]! - low[n]!))))
}
