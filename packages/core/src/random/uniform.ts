import { rangeError } from '../refusals.ts'
import { philox4x32 } from './philox.ts'
import { checkSeed, keyWord, places, type Stream } from './streams.ts'

// One block of 16 time steps takes up to three calls of Philox, with counter (index, sample, step, block << 2 | part):
//   part 0  16 bytes, one a step: the top 8 bits
//   part 1  8 half-words, steps 0-7 of the block: the low 16 bits
//   part 2  8 half-words, steps 8-15
// So `uniform() < p` is settled by part 0 alone unless the top bytes are equal, which is 1 step in 256.

const words = new Uint32Array(4)

/** Throws HILLOCK_RANGE if an argument would be cut off when an address is packed: then two draws would share it. */
function checkAddress(
  seed: number,
  stream: Stream,
  place: number,
  step: number,
  sample: number,
  index: number,
  time: number,
): void {
  checkSeed(seed)
  keyWord(stream, place)
  const fit = step >>> 0 === step && sample >>> 0 === sample && index >>> 0 === index && time >>> 0 === time
  if (fit && place < places) return
  const found = `a random number at place ${place}, step ${step}, sample ${sample}, neuron ${index}, time ${time}`
  const hint = `a place is a whole number below ${places}, the others are below 2^32`
  throw rangeError(found, hint)
}

/**
 * The 24 random bits of `uniform()` at one place of a program; a pure function of its arguments. Throws HILLOCK_RANGE if an argument is out of range,
 * so that no two draws share their bits.
 *
 * @param seed integer in [0, 2^32)
 * @param place number of the textual `uniform()` in the program, in [0, 0xfffff0)
 * @param step training-step counter
 * @param sample row in the batch
 * @param index neuron or pixel
 * @param t time step; like step, sample and index an integer in [0, 2^32)
 */
export function uniformBits(
  seed: number,
  stream: Stream,
  place: number,
  step: number,
  sample: number,
  index: number,
  t: number,
): number {
  checkAddress(seed, stream, place, step, sample, index, t)
  return bitsAt(seed, stream, place, step, sample, index, t)
}

/** `uniformBits` times 2^-24: in [0, 1), exact in f32. */
export function uniform(
  seed: number,
  stream: Stream,
  place: number,
  step: number,
  sample: number,
  index: number,
  t: number,
): number {
  return uniformBits(seed, stream, place, step, sample, index, t) * 2 ** -24
}

/**
 * Spikes of 16 time steps: bit i is `uniform(.., 16 * block + i) < p`, exactly, usually for one call of Philox.
 * p <= 0 and NaN give 0, p >= 1 gives 0xffff, both without a call. `block` is below 2^28; throws as `uniformBits`. `p` is compared as it
 * stands: a backend that holds probabilities in f32 passes the f32 value.
 */
export function bernoulliBlock(
  seed: number,
  stream: Stream,
  place: number,
  step: number,
  sample: number,
  index: number,
  block: number,
  p: number,
): number {
  checkAddress(seed, stream, place, step, sample, index, 16 * block)
  return spikesAt(seed, stream, place, step, sample, index, block, p)
}

type Draw = typeof uniform
type DrawBlock = typeof bernoulliBlock

const bitsAt: Draw = (seed, stream, place, step, sample, index, t) => {
  const k1 = stream | (place << 8)
  const block = (t >>> 4) << 2
  const at = t & 15
  philox4x32(index, sample, step, block, seed, k1, words)
  const top = byteAt(at)
  philox4x32(index, sample, step, block | (at < 8 ? 1 : 2), seed, k1, words)
  return (top << 16) | halfAt(at & 7)
}

const spikesAt: DrawBlock = (seed, stream, place, step, sample, index, block, p) => {
  if (!(p > 0)) return 0
  if (p >= 1) return 0xffff
  const limit = Math.ceil(p * 2 ** 24)
  const top = limit >>> 16
  const low = limit & 0xffff
  const k1 = stream | (place << 8)
  let spikes = 0
  let ties = 0
  philox4x32(index, sample, step, block << 2, seed, k1, words)
  for (let i = 0; i < 16; i++) {
    const byte = byteAt(i)
    spikes |= +(byte < top) << i
    ties |= +(byte === top) << i
  }
  if (low === 0) return spikes
  for (let part = 1; part <= 2; part++) {
    const first = (part - 1) * 8
    const tied = (ties >>> first) & 0xff
    if (tied === 0) continue
    philox4x32(index, sample, step, (block << 2) | part, seed, k1, words)
    for (let i = 0; i < 8; i++) spikes |= ((tied >>> i) & +(halfAt(i) < low)) << (first + i)
  }
  return spikes
}

/** The same for kernels, which draw one after the other: `checked` has looked at what they are given. */
export const drawn: { readonly uniform: Draw; readonly bernoulliBlock: DrawBlock } = {
  uniform: (seed, stream, place, step, sample, index, t) =>
    bitsAt(seed, stream, place, step, sample, index, t) * 2 ** -24,
  bernoulliBlock: spikesAt,
}

/** Byte `i` of the four words, little-endian on every machine. */
function byteAt(i: number): number {
  return (words[i >>> 2]! >>> ((i & 3) << 3)) & 0xff
}

/** Half-word `i` of the four words, little-endian on every machine. */
function halfAt(i: number): number {
  return (words[i >>> 1]! >>> ((i & 1) << 4)) & 0xffff
}
