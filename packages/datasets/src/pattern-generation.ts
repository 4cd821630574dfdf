import { checkOptions, is } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import { subset } from './dataset.ts'
import { drawsFrom } from './made.ts'
import { fire, type Sequences, type Task } from './sequences.ts'

/** Options of `patternGeneration`. */
export interface PatternGenerationOptions {
  /** Default: 0. */
  readonly seed?: number
  /** Time steps T, of 1 ms. Default: 1000. */
  readonly steps?: number
  /** Neurons of the clock. Default: 20. */
  readonly inputs?: number
  /** Curves to be drawn at once. Default: 3. */
  readonly outputs?: number
  /** How often the sequence is among the examples to learn from: as often as an epoch shows it. Default: 1. */
  readonly train?: number
  /** Of a clock's neuron in its time, per step. Default: 0.05, 50 Hz. */
  readonly rate?: number
}

/** Parts of the time, in each of which another fifth of the clock fires. */
const groups = 5
/** Whole periods in the time that there is. */
const frequencies = [1, 2, 3, 5]

/**
 * Draws given curves from a clock (Bellec et al. 2020, figure 3): each target is the sum of four sines of 1, 2, 3 and 5 periods, with
 * amplitudes from 0.5 to 2 and random phases, and the inputs are five groups of neurons that fire one after the other. There is one sequence,
 * [1, T, inputs] and [1, T, outputs], to be learnt and tested: spikes of the clock are the same each time.
 *
 * Throws HILLOCK_OPTION if an option is unknown or its value is not allowed, HILLOCK_RANGE if the seed is out of range.
 */
export function patternGeneration(options: PatternGenerationOptions = {}): Task {
  const sizes = { steps: is.whole(groups), inputs: is.whole(groups), outputs: is.whole(1), train: is.whole(1, 1e6) }
  checkOptions('patternGeneration', options, { seed: is.anything, ...sizes, rate: is.number(0, 1) })
  const { seed = 0, steps = 1000, inputs = 20, outputs = 3, train = 1, rate = 0.05 } = options
  const random = generator(seed, stream.augment, drawsFrom.patternGeneration)
  const targets = new Float32Array(steps * outputs)
  for (let o = 0; o < outputs; o++)
    for (const frequency of frequencies) {
      const amplitude = 0.5 + 1.5 * random.uniform()
      const phase = random.uniform()
      for (let t = 0; t < steps; t++)
        targets[t * outputs + o]! += amplitude * Math.sin(2 * Math.PI * ((frequency * t) / steps + phase))
    }
  const images = new Float32Array(steps * inputs)
  const part = (of: number, group: number) => Math.floor((of * group) / groups)
  for (let group = 0; group < groups; group++) {
    const neurons = { from: part(inputs, group), to: part(inputs, group + 1) }
    fire(images, inputs, { ...neurons, begin: part(steps, group), end: part(steps, group + 1), chance: rate }, random)
  }
  const only: Sequences = { images, count: 1, features: steps * inputs, targets }
  const shown = train === 1 ? only : subset(only, new Uint8Array(train))
  return { name: 'pattern-generation', shape: [steps, inputs], steps, inputs, outputs, train: shown, test: only }
}
