import { HillockError } from './errors.ts'
import { rangeError, shapeError } from './refusals.ts'

/** Where neurons stand: `count` sites of `width` each, site by site, as the channels of a pixel lie together in [height, width, channels]. */
export interface Sites {
  /** How many sites there are. */
  readonly count: number
  /** Neurons of each. */
  readonly width: number
}

/**
 * Which sites of an input reach which of an output. Each pair adds its input site, times one of the matrices, to its output site: plain data,
 * which `Backend.matmul` takes. Of site q of the output there are the pairs `start[q]` to `start[q + 1] - 1`, added in this order.
 */
export interface Wiring {
  /** Sites of the input. */
  readonly from: Sites
  /** Sites of the output. */
  readonly to: Sites
  /** How many matrices there are, [from.width, to.width] each. */
  readonly slots: number
  /** Each channel reaches its own alone: in place of matrices there are vectors [width], and both widths are the same. */
  readonly diagonal: boolean
  /** Pairs of output site q are those from start[q] to start[q + 1]: [to.count + 1]. */
  readonly start: Int32Array
  /** For each pair the site of the input. */
  readonly site: Int32Array
  /** For each pair the matrix. */
  readonly slot: Int32Array
  /** For each pair how many steps later it arrives. Default: in the same step. */
  readonly lag?: Int32Array
}

/** Rows and columns of the weights of a wiring: its matrices, or its vectors, one below the other. */
export const weightsOf = ({ from, to, slots, diagonal }: Wiring): [rows: number, columns: number] => [
  diagonal ? slots : slots * from.width,
  to.width,
]

const longest = new WeakMap<Int32Array, number>()

/** The most steps by which a wiring delays; 0 for none. */
export function longestLag({ lag }: Wiring): number {
  if (lag === undefined) return 0
  const found = longest.get(lag) ?? lag.reduce((most, steps) => Math.max(most, steps), 0)
  longest.set(lag, found)
  return found
}

/** Adds a pair of an output site: the input's site, the matrix (default: 0), and how many steps later it arrives (default: 0). */
export type AddPair = (site: number, slot?: number, lag?: number) => void

/** The most pairs of a table, and of all tables of a network: 200 MB of them, and as much again for the way back. */
const mostPairs = 2 ** 24

/** Throws HILLOCK_OUT_OF_MEMORY if there are more than 2^24 pairs or sites. */
export function checkPairs(where: string, count: number): void {
  if (count <= mostPairs) return
  const found = `${where}: not enough memory for a table of more than ${mostPairs} pairs of sites`
  throw new HillockError('HILLOCK_OUT_OF_MEMORY', found, {
    hint: 'use a smaller layer, a smaller window, or fewer inputs for each neuron',
  })
}

/**
 * Makes a wiring: `pairs` is called for each site of the output, in order, and adds the pairs of that site.
 * Throws HILLOCK_SHAPE and HILLOCK_RANGE as `checkWiring` does, HILLOCK_OUT_OF_MEMORY if there are more than 2^24 pairs.
 */
export function wiring(
  shape: Pick<Wiring, 'from' | 'to' | 'slots'> & { readonly diagonal?: boolean },
  pairs: (site: number, add: AddPair) => void,
): Wiring {
  const { from, to, slots, diagonal = false } = shape
  checkPairs('wiring', to.count)
  const [start, sites, slotOf, lags] = [[0], [] as number[], [] as number[], [] as number[]]
  for (let q = 0; q < to.count; q++) {
    pairs(q, (site, slot = 0, lag = 0) => {
      sites.push(site)
      slotOf.push(slot)
      lags.push(lag)
      if (sites.length > mostPairs) checkPairs('wiring', sites.length)
    })
    start.push(sites.length)
  }
  const [site, slot] = [Int32Array.from(sites), Int32Array.from(slotOf)]
  const made = { from, to, slots, diagonal, start: Int32Array.from(start), site, slot }
  return checkWiring(lags.some((lag) => lag !== 0) ? { ...made, lag: Int32Array.from(lags) } : made)
}

/**
 * Checks a wiring that may be hand-made. Throws HILLOCK_SHAPE if its lists do not fit together or a diagonal one has two widths, HILLOCK_RANGE
 * if a number in it is out of range.
 */
export function checkWiring(wiring: Wiring): Wiring {
  const { from, to, slots, diagonal, start, site, slot, lag } = wiring
  const sizes = {
    'from.count': from.count,
    'from.width': from.width,
    'to.count': to.count,
    'to.width': to.width,
    slots,
  }
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isSafeInteger(size) || size < 1) outOfRange(`${name} is ${size}`, 'give a whole number from 1')
  }
  if (diagonal && from.width !== to.width) {
    misfit(`a diagonal wiring from sites of ${from.width} to sites of ${to.width}`, 'give both the same width')
  }
  if (start.length !== to.count + 1)
    misfit(`'start' has ${start.length} values for ${to.count} sites`, `give ${to.count + 1}`)
  const pairs = site.length
  if (slot.length !== pairs) misfit(`'slot' has ${slot.length} values for ${pairs} pairs`, 'give one for each pair')
  if (lag && lag.length !== pairs) misfit(`'lag' has ${lag.length} values for ${pairs} pairs`, 'give one for each pair')
  for (let q = 0; q < to.count; q++) {
    if (start[q]! > start[q + 1]!) outOfRange(`'start' falls from ${start[q]} to ${start[q + 1]}`, 'let it rise')
  }
  if (start[0] !== 0 || start[to.count] !== pairs)
    misfit(`'start' goes from ${start[0]} to ${start[to.count]}`, `let it go from 0 to ${pairs}, the number of pairs`)
  within('site', site, from.count)
  within('slot', slot, slots)
  if (lag) within('lag', lag, 2 ** 31 - 1)
  return wiring
}

function within(name: string, values: Int32Array, end: number): void {
  const at = values.findIndex((value) => value < 0 || value >= end)
  if (at >= 0) outOfRange(`'${name}' of pair ${at + 1} is ${values[at]}`, `give a whole number from 0 to ${end - 1}`)
}

function misfit(found: string, hint: string): never {
  throw shapeError(`wiring: ${found}`, hint)
}

function outOfRange(found: string, hint: string): never {
  throw rangeError(`wiring: ${found}`, hint)
}

const turned = new WeakMap<Wiring, Wiring>()

/**
 * The same pairs by the sites of the input, in the order of the output's sites: what the adjoint goes by. `to` and `from` change places, the
 * matrices are still [to.width, from.width] of the original and are to be transposed; lags are the same, and now look ahead.
 */
export function reversed(wiring: Wiring): Wiring {
  const known = turned.get(wiring)
  if (known !== undefined) return known
  const { from, to, start, site, slot, lag } = wiring
  const starts = new Int32Array(from.count + 1)
  for (const p of site) starts[p + 1]!++
  for (let p = 0; p < from.count; p++) starts[p + 1]! += starts[p]!
  const next = starts.slice(0, -1)
  const [sites, slots] = [new Int32Array(site.length), new Int32Array(site.length)]
  const lags = lag && new Int32Array(site.length)
  for (let q = 0; q < to.count; q++) {
    for (let pair = start[q]!; pair < start[q + 1]!; pair++) {
      const at = next[site[pair]!]!++
      sites[at] = q
      slots[at] = slot[pair]!
      if (lags) lags[at] = lag![pair]!
    }
  }
  const made: Wiring = {
    ...wiring,
    from: to,
    to: from,
    start: starts,
    site: sites,
    slot: slots,
    ...(lags && { lag: lags }),
  }
  turned.set(wiring, made)
  return made
}
