import { checkOptions, is } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import type { Examples } from './data-types.ts'
import { drawsFrom, type MadeOptions, madeOptions, madeParts } from './made.ts'
import { fire, type Sequences, type Task } from './sequences.ts'

/** Options of `evidenceAccumulation`. */
export interface EvidenceAccumulationOptions extends MadeOptions {
  /** An odd number, so that one side has more. Default: 7. */
  readonly cues?: number
  /** Time steps of a cue. Default: 100, of 1 ms. */
  readonly cue?: number
  /** Time steps of silence before each cue. Default: 50. */
  readonly gap?: number
  /** Time steps from the last cue to the question. Default: 1050. */
  readonly delay?: number
  /** Time steps of the question, at the end. Default: 150. */
  readonly question?: number
  /** Of a cue to be on the side that is favoured in its sequence. Default: 0.7. */
  readonly chance?: number
  /** Neurons for each of left, right, question and noise. Default: 10. */
  readonly group?: number
  /** Of a neuron while its cue is on, per step; of the noise, a quarter of it. Default: 0.04, 40 Hz. */
  readonly rate?: number
}

/** Sequences, and the side that had more cues. */
export interface EvidenceExamples extends Sequences, Examples {
  /** The side with more cues: 0 left, 1 right. */
  readonly labels: Uint8Array
  /** 1 at the steps that count, [count, steps]. */
  readonly mask: Uint8Array
}

/**
 * Accumulation of evidence (Bellec et al. 2020, figure 4, after Morcos and Harvey 2016): cues come on the left or the right, and after a delay the network is
 * asked on which side there were more. `labels` are 0 for left and 1 for right; for losses that look at single steps `targets` has a 1 in the
 * output of that side while the question is asked, where `mask` is 1. Inputs are four groups of neurons: left, right, question, and noise all
 * the time.
 *
 * Defaults: 256 to train, 64 to test, seed 0; sequence i depends on the seed, its part and i alone. Throws HILLOCK_OPTION if an option is unknown or
 * its value is not allowed, HILLOCK_RANGE if a count or the seed is out of range.
 */
export function evidenceAccumulation(options: EvidenceAccumulationOptions = {}): Task<EvidenceExamples> {
  const times = { cue: is.whole(1), gap: is.whole(0), delay: is.whole(0), question: is.whole(1), group: is.whole(1) }
  const odd = (value: unknown) => is.whole(1)(value) ?? ((value as number) % 2 ? undefined : 'give an odd number')
  const chances = { chance: is.number(0.5, 1), rate: is.number(0, 1) }
  checkOptions('evidenceAccumulation', options, { ...madeOptions, ...times, ...chances, cues: odd })
  const { seed = 0, train = 256, validation = 0, test = 64, cues = 7, cue = 100, gap = 50, delay = 1050 } = options
  const { question = 150, chance = 0.7, group = 10, rate = 0.04 } = options
  const steps = cues * (gap + cue) + delay + question
  const [inputs, outputs] = [4 * group, 2]
  const write = (id: number, count: number): EvidenceExamples => {
    const images = new Float32Array(count * steps * inputs)
    const targets = new Float32Array(count * steps * outputs)
    const mask = new Uint8Array(count * steps)
    const labels = new Uint8Array(count)
    for (let i = 0; i < count; i++) {
      const random = generator(seed, stream.augment, id, i)
      const spikes = images.subarray(i * steps * inputs, (i + 1) * steps * inputs)
      const show = (symbol: number, begin: number, end: number, chance = rate) =>
        fire(spikes, inputs, { from: symbol * group, to: (symbol + 1) * group, begin, end, chance }, random)
      const favoured = random.integer(2)
      let right = 0
      for (let k = 0; k < cues; k++) {
        const side = random.uniform() < chance ? favoured : 1 - favoured
        const end = (k + 1) * (gap + cue)
        show(side, end - cue, end)
        right += side
      }
      const begin = steps - question
      show(2, begin, steps)
      show(3, 0, steps, rate / 4)
      const label = right > cues / 2 ? 1 : 0
      labels[i] = label
      mask.fill(1, i * steps + begin, (i + 1) * steps)
      for (let t = begin; t < steps; t++) targets[(i * steps + t) * outputs + label] = 1
    }
    return { images, labels, count, features: steps * inputs, classes: outputs, targets, mask }
  }
  const made = madeParts(drawsFrom.evidenceAccumulation, { train, validation, test }, write)
  return { name: 'evidence-accumulation', shape: [steps, inputs], steps, inputs, outputs, ...made }
}
