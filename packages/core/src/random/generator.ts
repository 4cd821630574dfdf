import { rangeError } from '../refusals.ts'
import { show } from '../show.ts'
import { philox4x32 } from './philox.ts'
import { checkSeed, keyWord, type Stream } from './streams.ts'

/** A sequence of random numbers whose draw i depends on (seed, stream, ids, i) alone: kept by `position`, resumed by `seek`. */
export interface Generator {
  /** Number of draws made so far. */
  readonly position: number
  /** Makes draw `position` the next one; `HILLOCK_RANGE` unless it is a safe integer from 0. */
  seek(position: number): void
  /** An integer in [0, 2^32). One draw. */
  uint32(): number
  /** A number in [0, 1) with 53 random bits. One draw. */
  uniform(): number
  /** A number of the normal distribution, mean 0, standard deviation 1 (Box and Muller 1958). One draw. */
  normal(): number
  /** An unbiased integer in [0, n); n from 1 to 2^32, or `HILLOCK_RANGE`. One draw, another for each one rejected. */
  integer(n: number): number
  /** The numbers 0 to n - 1 in random order (Fisher and Yates); n from 0 to 2^32 - 1, or `HILLOCK_RANGE`. */
  permutation(n: number): Uint32Array
}

// Each kind of draw has a key of its own, so that kinds can be mixed freely: the normal at draw 5 shares no bits with
// the uniform at draw 4, though both come from block 2 of their kind.
const kind = { uint32: 0xfffffd, uniform: 0xfffffe, normal: 0xffffff } as const

/**
 * A generator for work on the host: weights, shuffles, synthetic data.
 *
 * @param seed integer in [0, 2^32), or `HILLOCK_RANGE`
 * @param ids up to two integers in [0, 2^32) that tell sequences apart (layer, epoch), 0 if left out; or `HILLOCK_RANGE`
 */
export function generator(seed: number, stream: Stream, id0 = 0, id1 = 0): Generator {
  checkSeed(seed)
  keyWord(stream, 0)
  checkInteger('id', id0, 0, 2 ** 32 - 1)
  checkInteger('id', id1, 0, 2 ** 32 - 1)
  const words = new Uint32Array(4)
  let position = 0
  let cachedKind = 0
  let cachedBlock = -1

  /** Makes `words` hold block `block` of one kind, by a call only where it does not already. */
  function load(place: number, block: number): void {
    if (place === cachedKind && block === cachedBlock) return
    philox4x32(block, block / 2 ** 32, id0, id1, seed, keyWord(stream, place), words)
    cachedKind = place
    cachedBlock = block
  }

  function double(at: number): number {
    return ((words[at]! >>> 5) * 2 ** 26 + (words[at + 1]! >>> 6)) * 2 ** -53
  }

  function uint32(): number {
    load(kind.uint32, Math.floor(position / 4))
    return words[position++ % 4]!
  }

  function uniform(): number {
    load(kind.uniform, Math.floor(position / 2))
    return double(2 * (position++ % 2))
  }

  function normal(): number {
    load(kind.normal, Math.floor(position / 2))
    const radius = Math.sqrt(-2 * Math.log(1 - double(0)))
    const angle = 2 * Math.PI * double(2)
    return radius * (position++ % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
  }

  function integer(n: number): number {
    checkInteger('n', n, 1, 2 ** 32)
    const limit = 2 ** 32 - (2 ** 32 % n)
    let x = uint32()
    while (x >= limit) x = uint32()
    return x % n
  }

  function permutation(n: number): Uint32Array {
    checkInteger('n', n, 0, 2 ** 32 - 1)
    const order = new Uint32Array(n)
    for (let i = 0; i < n; i++) order[i] = i
    for (let i = n - 1; i > 0; i--) {
      const j = integer(i + 1)
      const moved = order[i]!
      order[i] = order[j]!
      order[j] = moved
    }
    return order
  }

  function seek(to: number): void {
    checkInteger('position', to, 0, Number.MAX_SAFE_INTEGER)
    position = to
  }

  return {
    get position() {
      return position
    },
    seek,
    uint32,
    uniform,
    normal,
    integer,
    permutation,
  }
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return
  throw rangeError(`${name} is ${show(value)}`, `It takes an integer from ${least} to ${most}.`)
}
