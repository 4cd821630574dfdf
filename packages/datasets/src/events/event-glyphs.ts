import { checkOptions, is } from '@hillock/core/options'
import { type Generator, generator, stream } from '@hillock/core/random'
import { glyph } from '../glyphs.ts'
import { drawsFrom, type MadeOptions, madeOptions, madeParts } from '../made.ts'
import { filmed, type Place } from './camera.ts'
import { type EventDataset, eventSource } from './event-source.ts'
import { type Frames, frames as framesOf } from './frames.ts'

/** Options of `nGlyphs` and `movingGlyphs`. */
export interface EventGlyphsOptions extends MadeOptions {
  /** How events become spikes at time steps. */
  readonly frames?: Frames
  /** How much the logarithm of a pixel's brightness changes from one event to the next, above 0. Default: 0.31. */
  readonly threshold?: number
  /** Events that nothing made, per millisecond. Default: 2.5. */
  readonly noise?: number
}

const options = {
  ...madeOptions,
  frames: is.made('frames({ steps: 30 })', 'encode', 'shape', 'steps'),
  threshold: is.above(0),
  noise: is.number(0),
}
const [side, sensor] = [28, 34]

/** How a recording is made: what it shows, how long it takes, and where the digit's centre is. */
interface Take {
  readonly digit: number
  readonly label: number
  readonly at: (time: number) => Place
}

/** Share of a way, from 0 to 1, by share of its time: speed rises and falls as a bell (minimum jerk; Flash and Hogan 1985). */
const bell = (u: number) => u * u * u * (10 + u * (6 * u - 15))

/** Where saccades of N-MNIST begin in microseconds, how long they take, and between which places. */
const [starts, lasting] = [[15e3, 120e3, 225e3], 85e3] as const
const stops = [
  [14.3, 16.3],
  [15.8, 20.5],
  [19.5, 15.8],
  [15.5, 15.4],
] as const

function saccades(time: number): Place {
  const parts = starts.map((start) => bell(Math.min(1, Math.max(0, (time - start) / lasting))))
  const along = (axis: 0 | 1) =>
    parts.reduce((at, part, i) => at + part * (stops[i + 1]![axis] - stops[i]![axis]), stops[0][axis])
  return { x: along(0), y: along(1) }
}

/**
 * Digits of `glyphs` before a camera that moves as for N-MNIST (Orchard et al. 2015): three saccades in 315 ms, 34 x 34 places. Where they begin, how long they
 * take and where they lead was measured in recordings of N-MNIST. Made when they are read; recording i depends on the seed, its part and i alone. 10
 * classes.
 *
 * Defaults: 1000 to train, 200 to test, seed 0, frames of 30 steps of 10 ms, 2 channels. Throws HILLOCK_OPTION if an option is unknown or its value
 * is not allowed, HILLOCK_RANGE if a count or the seed is out of range.
 */
export function nGlyphs(options: EventGlyphsOptions = {}): EventDataset {
  return made('n-glyphs', options, { classes: 10, length: 315e3, steps: 30, dt: 10e-3 }, (random) => {
    const digit = random.integer(10)
    return { digit, label: digit, at: saccades }
  })
}

/**
 * Digits of `glyphs` that move before a camera at rest, 34 x 34 places: which of eight directions? Class 0 is to the right, then every 45 degrees clockwise. They cross the
 * middle within 100 ms, by 8 to 14 pixels, up to 10 degrees beside their direction. Made when they are read, as `nGlyphs`.
 *
 * Defaults: 1000 to train, 200 to test, seed 0, frames of 20 steps of 5 ms, 2 channels. Throws as `nGlyphs`.
 */
export function movingGlyphs(options: EventGlyphsOptions = {}): EventDataset {
  const length = 100e3
  return made('moving-glyphs', options, { classes: 8, length, steps: 20, dt: 5e-3 }, (random) => {
    const between = (least: number, greatest: number) => least + (greatest - least) * random.uniform()
    const [digit, label] = [random.integer(10), random.integer(8)]
    const angle = (label * Math.PI) / 4 + between(-1, 1) * (Math.PI / 18)
    const [way, x, y] = [between(8, 14), between(15, 18), between(15, 18)]
    const at = (time: number): Place => {
      const along = way * (time / length - 0.5)
      return { x: x + along * Math.cos(angle), y: y + along * Math.sin(angle) }
    }
    return { digit, label, at }
  })
}

function made(
  name: 'n-glyphs' | 'moving-glyphs',
  given: EventGlyphsOptions,
  {
    classes,
    length,
    ...time
  }: { readonly classes: number; readonly length: number; readonly steps: number; readonly dt: number },
  take: (random: Generator) => Take,
): EventDataset {
  checkOptions(name === 'n-glyphs' ? 'nGlyphs' : 'movingGlyphs', given, options)
  const { seed = 0, train = 1000, validation = 0, test = 200, threshold = 0.31, noise = 2.5 } = given
  const { frames = framesOf(time) } = given
  const from = name === 'n-glyphs' ? drawsFrom.nGlyphs : drawsFrom.movingGlyphs
  const parts = madeParts(from, { train, validation, test }, (id, count) => {
    const randomOf = (i: number) => generator(seed, stream.augment, id, i)
    return eventSource({
      id: `${name} ${id} of seed ${seed}, ${threshold} ${noise}`,
      labels: Array.from({ length: count }, (_, i) => take(randomOf(i)).label),
      classes,
      width: sensor,
      height: sensor,
      frames,
      read(i) {
        const random = randomOf(i)
        const { digit, at } = take(random)
        return filmed({ image: glyph(digit, random), side, sensor, length, at, threshold, noise }, random)
      },
    })
  })
  return { name, shape: parts.train.shape, steps: frames.steps, classes, ...parts }
}
