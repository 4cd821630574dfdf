import { optionError, rangeError } from '../refusals.ts'
import { checkSeed, places, type Stream } from './streams.ts'

/** What names the random numbers of a run, but for place, sample, neuron and time within it. */
interface Key {
  readonly seed: number
  readonly stream: Stream
  readonly step: number
  readonly place: number
  readonly from?: number
  readonly sample?: number
}

/** A run of so many steps and samples. */
interface Run {
  readonly steps: number
  readonly batch: number
  readonly random?: Key
}

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0

/**
 * Checks the key of a run whose program draws at so many places: what is packed into an address must fit, or two draws would share it. Throws
 * HILLOCK_OPTION if the key is missing or not valid, HILLOCK_RANGE if numbers would repeat.
 */
export function checkKey(name: string, drawn: number, { steps, batch, random }: Run): void {
  const { from = 0, sample = 0 } = random ?? {}
  if (!isCount(from) || from % 16 !== 0) {
    throw optionError(`random numbers from step ${from} on`, 'use a multiple of 16')
  }
  if (!isCount(sample)) {
    const hint = 'use a whole number from 0'
    throw optionError(`random numbers from sample ${sample} on`, hint)
  }
  if (drawn === 0) return
  if (random === undefined) {
    const hint = 'give the bindings a `random`: seed, stream, step and place'
    throw optionError(`${name} draws random numbers, and has no key for them`, hint)
  }
  checkSeed(random.seed)
  const ends = [
    ['stream', random.stream, 2 ** 8],
    ['step', random.step, 2 ** 32],
    ['place', random.place, places - drawn + 1],
    ['sample', sample, 2 ** 32 - batch + 1],
    ['time step', from, 2 ** 31 - steps + 1],
  ] as const
  const wrong = ends.find(([, value, end]) => !(isCount(value) && value < end))
  if (wrong === undefined) return
  const [what, value, end] = wrong
  const hint = `use a whole number below ${end}, or random numbers would repeat`
  throw rangeError(`${name}: random numbers of ${what} ${value}`, hint)
}
