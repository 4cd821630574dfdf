import { checkOptions, is } from '@hillock/core/options'
import { type Generator, generator, stream } from '@hillock/core/random'
import type { Dataset, Examples } from './data-types.ts'
import { drawsFrom, type MadeOptions, madeOptions, madeParts } from './made.ts'
import { logMel } from './sound/mel.ts'

/** Options of `tones`. */
export interface TonesOptions extends MadeOptions {
  /** Bands of the mel bank, each with an on and an off neuron. Default: 20. */
  readonly bands?: number
  /** Time steps T of 5 ms. Default: 100. */
  readonly steps?: number
  /** The deviation of white noise, where a tone has amplitude 1. Default: 0.3. */
  readonly noise?: number
  /** How much a band's level, added up over time, changes from one spike to the next. Default: 3. */
  readonly threshold?: number
}

/** How a pitch goes over time from 0 to 1: from the lowest, 0, to the highest, 1. */
const courses: readonly ((at: number) => number)[] = [
  (at) => at,
  (at) => 1 - at,
  (at) => 1 - Math.abs(2 * at - 1),
  (at) => Math.abs(2 * at - 1),
  (at) => (2 * at) % 1,
  (at) => 1 - ((2 * at) % 1),
]

const [rate, hop, window] = [4000, 20, 128]

/**
 * Chirps as spikes: a tone of 0.25 to 0.4 s whose pitch rises, falls, rises and falls, falls and rises, rises twice or falls twice, somewhere in noise. Lowest pitch, range, length,
 * beginning and loudness differ. Coded as Speech2Spikes does (Stewart et al. 2023): log-mel bands, less their mean, are added up over time; a neuron
 * fires when the sum has risen by the threshold since the last spike, another when it has fallen. `images` is [count, T * 2 * bands], zeros and ones,
 * on before off in each step, for the encoder `spikes()` or `rows()`.
 *
 * Defaults: 1000 to train, 200 to test, seed 0; example i depends on the seed, its part and i alone. Throws HILLOCK_OPTION if an option is unknown or
 * its value is not allowed, HILLOCK_RANGE if a count or the seed is out of range.
 */
export function tones(options: TonesOptions = {}): Dataset {
  const own = { bands: is.whole(1, 64), steps: is.whole(80), noise: is.number(0), threshold: is.above(0) }
  checkOptions('tones', options, { ...madeOptions, ...own })
  const {
    seed = 0,
    train = 1000,
    validation = 0,
    test = 200,
    bands = 20,
    steps = 100,
    noise = 0.3,
    threshold = 3,
  } = options
  const features = steps * 2 * bands
  const listen = logMel({ rate, window, hop, bands })
  const write = (id: number, count: number): Examples => {
    const images = new Float32Array(count * features)
    const labels = new Uint8Array(count)
    for (let i = 0; i < count; i++) {
      const random = generator(seed, stream.augment, id, i)
      const label = random.integer(courses.length)
      labels[i] = label
      const levels = listen(chirp(random, courses[label]!, steps * hop, noise))
      fire(levels, images.subarray(i * features, (i + 1) * features), { bands, steps, threshold })
    }
    return { images, labels, count, features, classes: courses.length }
  }
  const made = madeParts(drawsFrom.tones, { train, validation, test }, write)
  return { name: 'tones', shape: [steps, 2 * bands], classes: courses.length, ...made }
}

function chirp(random: Generator, course: (at: number) => number, length: number, noise: number): Float64Array {
  const between = (least: number, greatest: number) => least + (greatest - least) * random.uniform()
  const [lowest, octaves, loudness] = [between(200, 400), between(1.2, 2), between(0.7, 1.3)]
  const lasting = Math.round(between(0.25, 0.4) * rate)
  const begin = Math.round(random.uniform() * Math.max(0, length - lasting))
  const samples = new Float64Array(length)
  let phase = 0
  for (let n = 0; n < length; n++) {
    const white = Math.sqrt(12) * noise * (random.uniform() - 0.5)
    const at = (n - begin) / lasting
    const sounds = at >= 0 && at < 1
    if (sounds) phase += (2 * Math.PI * lowest * 2 ** (octaves * course(at))) / rate
    samples[n] = white + (sounds ? loudness * Math.sin(phase) : 0)
  }
  return samples
}

/** Levels [T, bands], each band less its mean, added up over time; a spike for each threshold that the sum passes, one a step at most. */
function fire(
  levels: Float64Array,
  spikes: Float32Array,
  { bands, steps, threshold }: { readonly bands: number; readonly steps: number; readonly threshold: number },
): void {
  for (let band = 0; band < bands; band++) {
    let mean = 0
    for (let t = 0; t < steps; t++) mean += levels[t * bands + band]! / steps
    let sum = 0
    for (let t = 0; t < steps; t++) {
      sum += levels[t * bands + band]! - mean
      const sign = sum >= threshold ? 1 : sum <= -threshold ? -1 : 0
      if (sign !== 0) spikes[t * 2 * bands + (sign > 0 ? band : bands + band)] = 1
      sum -= sign * threshold
    }
  }
}
