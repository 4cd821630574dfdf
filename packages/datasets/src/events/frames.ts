import { HillockError } from '@hillock/core'
import type { Events } from '@hillock/core/backend'
import { type Check, checkOptions, is, sizeOf } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import { changed } from './changes.ts'
import { type EventList, perSecond } from './event-list.ts'

/** Options of `frames`. */
export interface FramesOptions {
  /** Time steps T. */
  readonly steps: number
  /** Length of a step in seconds; events after `steps` steps are left out. Default: the recording's length / `steps`. */
  readonly dt?: number
  /** Whether a place that fires several times in a step spikes once. false: the number of events, as values. Default: true. */
  readonly clip?: boolean
  /** Whether on and off have a neuron each: 2 channels. false: 1. Default: true. */
  readonly polarity?: boolean
  /** So many columns and rows become one: 2 halves both sides. Default: 1. */
  readonly pool?: number
  /** Seconds: an event is left out unless one of the 8 places around it, or its own, fired within so long before. Default: nothing is left out. */
  readonly denoise?: number
  /** Columns and rows that are kept: in training at a random place, else in the middle. Default: all. */
  readonly crop?: readonly [width: number, height: number]
  /** Seconds: in training a recording begins at a random time from 0 to so much later. Default: 0. */
  readonly shift?: number
  /** The chance of an event to be left out in training. Default: 0. */
  readonly drop?: number
  /** What random changes follow from, with the epoch and the example. Default: 0. */
  readonly seed?: number
}

/** How events become spikes. */
export interface Frames extends FramesOptions {
  /** [height, width, channels] of what sensors of a size give; N is their product, the channels of a place lie together. */
  shape(sensor: Sensor): readonly [height: number, width: number, channels: number]
  /** What examples become, row t * B + b for step t of the b-th; with `clip: false` values [B, T * N]. */
  encode(lists: readonly EventList[], sensor: Sensor, rows: ArrayLike<number>, epoch?: number): Events | Float32Array
}

/** Size of an event sensor. */
export interface Sensor {
  /** Width in pixels. */
  readonly width: number
  /** Height in pixels. */
  readonly height: number
}

const isCrop: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every((side) => is.whole(1)(side) === undefined)
    ? undefined
    : 'give columns and rows, such as [28, 28]'

/**
 * Events as spikes [T, B, N], by bits: no dense array is made. `shift`, `crop` and `drop` change what is trained on, by the seed, the epoch and the
 * number of the example; evaluated, a crop is the middle and nothing else is changed. Throws HILLOCK_OPTION if an option is unknown or missing, or
 * its value is not allowed.
 */
export function frames(options: FramesOptions): Frames {
  const flags = { clip: is.flag, polarity: is.flag, crop: isCrop }
  const seconds = { dt: is.above(0), denoise: is.above(0), shift: is.number(0), drop: is.number(0, 1) }
  const whole = { steps: is.whole(1), pool: is.whole(1), seed: is.whole(0, 2 ** 32 - 1) }
  checkOptions('frames', options, { ...flags, ...seconds, ...whole }, ['steps'])
  const { steps, dt, clip = true, polarity = true, pool = 1, crop, seed = 0 } = options
  const channels = polarity ? 2 : 1

  function shape({ width, height }: Sensor): readonly [number, number, number] {
    const [right, down] = crop ?? [width, height]
    if (right <= width && down <= height) return [Math.ceil(down / pool), Math.ceil(right / pool), channels]
    const hint = `give at most [${width}, ${height}]`
    throw new HillockError('HILLOCK_OPTION', `frames: a crop of ${right} x ${down} of ${width} x ${height}`, { hint })
  }

  /** Calls `add` with the step and the neuron of each event. */
  function each(
    list: EventList,
    sensor: Sensor,
    random: ReturnType<typeof generator> | undefined,
    add: (t: number, n: number) => void,
  ) {
    const [rows, columns] = shape(sensor)
    const kept = changed(list, sensor, options, random)
    const unit = perSecond[list.unit]
    const step = dt === undefined ? (kept.end - kept.start) / steps : dt * unit
    for (let i = 0; i < list.t.length; i++) {
      if (kept.events?.[i] === 0) continue
      const t = step > 0 ? Math.floor((list.t[i]! - kept.start) / step) : 0
      // the last event of all ends the last step
      const at = dt === undefined && t === steps ? steps - 1 : t
      if (at < 0 || at >= steps) continue
      const x = Math.floor((list.x[i]! - kept.left) / pool)
      const y = Math.floor((list.y[i]! - kept.top) / pool)
      if (x < 0 || y < 0 || x >= columns || y >= rows) continue
      add(at, (y * columns + x) * channels + (polarity ? list.polarity[i]! : 0))
    }
  }

  return {
    ...options,
    shape,
    encode(lists, sensor, rows, epoch) {
      const size = sizeOf(shape(sensor))
      const randomOf = (b: number) =>
        epoch === undefined ? undefined : generator(seed, stream.augment, epoch, rows[b]!)
      const all = (visit: (b: number, t: number, n: number) => void) => {
        for (const [b, list] of lists.entries()) each(list, sensor, randomOf(b), (t, n) => visit(b, t, n))
      }
      if (clip) return listed(lists.length, steps, size, all)
      const values = new Float32Array(lists.length * steps * size)
      all((b, t, n) => {
        values[(b * steps + t) * size + n]!++
      })
      return values
    },
  }
}

/** Bits of each step and example, then the lists of those that are set. */
function listed(
  batch: number,
  steps: number,
  size: number,
  all: (visit: (b: number, t: number, n: number) => void) => void,
): Events {
  const width = Math.ceil(size / 32)
  const bits = new Uint32Array(batch * steps * width)
  const start = new Int32Array(batch * steps + 1)
  all((b, t, n) => {
    const row = t * batch + b
    const at = row * width + (n >> 5)
    const bit = 1 << (n & 31)
    if (bits[at]! & bit) return
    bits[at]! |= bit
    start[row + 1]!++
  })
  for (let row = 0; row < batch * steps; row++) start[row + 1]! += start[row]!
  const index = new Int32Array(start[batch * steps]!)
  let next = 0
  for (let row = 0; row < batch * steps; row++) {
    if (start[row] === start[row + 1]) continue
    for (let w = 0; w < width; w++)
      for (let rest = bits[row * width + w]!; rest !== 0; rest &= rest - 1)
        index[next++] = 32 * w + 31 - Math.clz32(rest & -rest)
  }
  return { start, index }
}
