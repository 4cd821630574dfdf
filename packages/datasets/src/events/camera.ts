import type { Generator } from '@hillock/core/random'
import type { EventList } from './event-list.ts'

/** A place on the sensor in pixels, at a time in microseconds. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** What an event camera sees, and how. */
export interface Scene {
  /** Brightness [side * side], 0 to 1, of an image that moves over a dark sensor. */
  readonly image: Float32Array
  /** Columns and rows of the image. */
  readonly side: number
  /** Columns and rows of the sensor, at most 45. */
  readonly sensor: number
  /** Microseconds, less than 2^20. */
  readonly length: number
  /** Where the centre of the image is at a time. */
  readonly at: (time: number) => Place
  /** How much the logarithm of a pixel's brightness changes from one event to the next. */
  readonly threshold: number
  /** Events that nothing made, per millisecond. */
  readonly noise: number
}

/** How often brightness is looked at, in microseconds; between, events lie as if it changed evenly. */
const look = 2000
/** What a dark pixel has: the logarithm is of this and the brightness. */
const dark = 0.25
/** Logarithms, by brightness in parts of 1024; rounded, since engines differ in the last bits. */
const logs = Float64Array.from({ length: 1025 }, (_, i) => Math.round(Math.log(dark + i / 1024) * 2 ** 30) / 2 ** 30)

/**
 * Events of an image that moves before an event camera: a pixel fires when the logarithm of its brightness has changed by the threshold since it fired
 * last (Lichtsteiner, Posch and Delbruck 2008), on where it rose. In order of time.
 */
export function filmed(scene: Scene, random: Generator): EventList {
  const { sensor, length, at, threshold, noise } = scene
  // 20 bits of time, 11 of the place, the polarity: sorting is fast
  const found: number[] = []
  const add = (t: number, pixel: number, polarity: number) =>
    found.push(((Math.min(length - 1, t) << 12) | (pixel << 1) | polarity) >>> 0)
  const image = bordered(scene.image, scene.side)
  let last = brightness(image, scene, at(0))
  const level = last.slice()
  for (let from = 0; from < length; from += look) {
    const [before, after] = [at(from), at(from + look)]
    if (before.x === after.x && before.y === after.y) continue
    const next = brightness(image, scene, after)
    for (let pixel = 0; pixel < next.length; pixel++) {
      const change = next[pixel]! - last[pixel]!
      if (change === 0) continue
      const sign = change > 0 ? 1 : -1
      while (sign * (next[pixel]! - level[pixel]!) >= threshold) {
        level[pixel]! += sign * threshold
        add(from + (look * (level[pixel]! - last[pixel]!)) / change, pixel, sign > 0 ? 1 : 0)
      }
    }
    last = next
  }
  for (let i = Math.round((noise * length) / 1000); i > 0; i--)
    add(random.uniform() * length, random.integer(sensor * sensor), random.integer(2))
  return listed(Uint32Array.from(found).sort(), sensor)
}

/** An image with a dark border of one pixel, so that there is something beside each of its own. */
function bordered(image: Float32Array, side: number): Float32Array {
  const whole = new Float32Array((side + 2) ** 2)
  for (let row = 0; row < side; row++)
    whole.set(image.subarray(row * side, (row + 1) * side), (row + 1) * (side + 2) + 1)
  return whole
}

/** Logarithms of what each pixel sees with the centre of a bordered image at a place, between its pixels by their shares. */
function brightness(image: Float32Array, { side, sensor }: Scene, { x, y }: Place): Float64Array {
  const seen = new Float64Array(sensor * sensor).fill(logs[0]!)
  const [left, top] = [x - (side - 1) / 2, y - (side - 1) / 2]
  const [column, row] = [Math.floor(left), Math.floor(top)]
  const [right, down] = [left - column, top - row]
  const [lastRow, lastColumn] = [Math.min(side, sensor - 1 - row), Math.min(side, sensor - 1 - column)]
  for (let k = Math.max(0, -row); k <= lastRow; k++) {
    for (let i = Math.max(0, -column); i <= lastColumn; i++) {
      const above = k * (side + 2) + i
      const own = above + side + 2
      const part =
        (image[above]! * right + image[above + 1]! * (1 - right)) * down +
        (image[own]! * right + image[own + 1]! * (1 - right)) * (1 - down)
      if (part > 0) seen[(row + k) * sensor + column + i] = logs[Math.round(1024 * part)]!
    }
  }
  return seen
}

function listed(packed: Uint32Array, sensor: number): EventList {
  const list = {
    x: new Uint16Array(packed.length),
    y: new Uint16Array(packed.length),
    t: new Float64Array(packed.length),
    polarity: new Uint8Array(packed.length),
  }
  for (const [i, event] of packed.entries()) {
    const pixel = (event & 4095) >> 1
    list.x[i] = pixel % sensor
    list.y[i] = (pixel / sensor) | 0
    list.t[i] = event >>> 12
    list.polarity[i] = event & 1
  }
  return { ...list, width: sensor, height: sensor, unit: 'us', skipped: {}, header: [] }
}
