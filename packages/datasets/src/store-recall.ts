import { checkOptions, is } from '@hillock/core/options'
import { type Generator, generator, stream } from '@hillock/core/random'
import { drawsFrom, type MadeOptions, madeOptions, madeParts } from './made.ts'
import { fire, type Sequences, type Task } from './sequences.ts'

/** Options of `storeRecall`. */
export interface StoreRecallOptions extends MadeOptions {
  /** Parts of a sequence, each with a symbol. Default: 12. */
  readonly periods?: number
  /** Time steps of a part. Default: 200, of 1 ms. */
  readonly period?: number
  /** Neurons for each of the four symbols. Default: 10. */
  readonly group?: number
  /** Of a neuron while its symbol is shown, per step. Default: 0.05, 50 Hz. */
  readonly rate?: number
  /** Parts between one command and the next, in the mean. Default: 6. */
  readonly delay?: number
}

/** The groups of neurons, in their order. */
const symbols = { zero: 0, one: 1, store: 2, recall: 3 } as const

/**
 * Store and recall (Bellec et al. 2018, the LSNN paper): in each part of the time a bit is shown; with some of them comes the command to store
 * it, and some parts later, without a bit, the command to recall it. At that time output 0 should be 1 for a stored zero, output 1 for a one;
 * `mask` is 1 then alone. Bits in between distract. Every sequence has one recall at least. Inputs are four groups of neurons: zero, one, store,
 * recall.
 *
 * Defaults: 256 to train, 64 to test, seed 0; sequence i depends on the seed, its part and i alone. Throws HILLOCK_OPTION if an option is unknown or
 * its value is not allowed, HILLOCK_RANGE if a count or the seed is out of range.
 */
export function storeRecall(options: StoreRecallOptions = {}): Task<Sequences & { readonly mask: Uint8Array }> {
  const sizes = { periods: is.whole(2), period: is.whole(1), group: is.whole(1), delay: is.number(1) }
  checkOptions('storeRecall', options, { ...madeOptions, ...sizes, rate: is.number(0, 1) })
  const { seed = 0, train = 256, validation = 0, test = 64, periods = 12, period = 200, group = 10 } = options
  const { rate = 0.05, delay = 6 } = options
  const [steps, inputs, outputs] = [periods * period, 4 * group, 2]
  const write = (id: number, count: number) => {
    const images = new Float32Array(count * steps * inputs)
    const targets = new Float32Array(count * steps * outputs)
    const mask = new Uint8Array(count * steps)
    for (let i = 0; i < count; i++) {
      const random = generator(seed, stream.augment, id, i)
      const spikes = images.subarray(i * steps * inputs, (i + 1) * steps * inputs)
      for (const [at, { shown, recalled }] of script(random, periods, 1 / delay).entries()) {
        const [begin, end] = [at * period, (at + 1) * period]
        for (const symbol of shown)
          fire(spikes, inputs, { from: symbol * group, to: (symbol + 1) * group, begin, end, chance: rate }, random)
        if (recalled === undefined) continue
        mask.fill(1, i * steps + begin, i * steps + end)
        for (let t = begin; t < end; t++) targets[(i * steps + t) * outputs + recalled] = 1
      }
    }
    return { images, count, features: steps * inputs, targets, mask }
  }
  const made = madeParts(drawsFrom.storeRecall, { train, validation, test }, write)
  return { name: 'store-recall', shape: [steps, inputs], steps, inputs, outputs, ...made }
}

/** What is shown in each part, and the bit to be recalled where it is asked for; drawn again until one is. */
function script(random: Generator, periods: number, chance: number) {
  for (;;) {
    let stored: number | undefined
    const parts = Array.from({ length: periods }, () => {
      const bit = random.integer(2)
      const command = random.uniform() < chance
      if (command && stored !== undefined) {
        const recalled = stored
        stored = undefined
        return { shown: [symbols.recall], recalled }
      }
      if (command) stored = bit
      return { shown: command ? [bit, symbols.store] : [bit], recalled: undefined }
    })
    if (parts.some(({ recalled }) => recalled !== undefined)) return parts
  }
}
