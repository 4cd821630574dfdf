import { HillockError } from '@hillock/core'
import { checkOptions, checkValue, is } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import type { Dataset, Examples } from './data-types.ts'
import { aNumber, checkCount } from './dataset.ts'
import { drawsFrom, type MadeOptions, madeOptions, madeParts } from './made.ts'
import { digits, draw, type Stroke } from './strokes.ts'

const size = 28

/** From the id of the examples to that of the order of their classes. */
const order = 4

/** What a glyph draws its chances from: core's `generator` fits. */
export interface Chance {
  /** In [0, 1). */
  uniform(): number
}

/** How a glyph is drawn. */
export interface GlyphOptions {
  /** How far hands differ, 0 to 2: 0 writes every digit the same way, 1 is the usual. */
  distortion?: number
  /** The part of the pixels that are speckled, 0 to 1. */
  noise?: number
}

/** Their ranges are checked where they are used. */
const look = { distortion: aNumber, noise: aNumber }
const isChance = is.made('a generator: generator(seed, stream.augment)', 'uniform')

/**
 * One digit, 0 to 9, that looks hand-drawn: [784] in k/255, 0 the background. Slant, size, turn, place, bend,
 * pen and pressure differ from one to the next.
 */
export function glyph(digit: number, chance: Chance, options: GlyphOptions = {}): Float32Array {
  checkValue('glyph', 'digit', digit, aNumber)
  checkValue('glyph', 'chance', chance, isChance)
  checkOptions('glyph', options, look)
  const { distortion = 1, noise = 0.01 } = options
  checkCount('digit', digit, 0, digits.length - 1)
  checkPart('distortion', distortion, 2)
  checkPart('noise', noise, 1)
  const ways = digits[digit]!
  const way = ways[distortion === 0 ? 0 : Math.floor(chance.uniform() * ways.length)]!
  const place = hand(chance, distortion)
  const vary = (spread: number) => (chance.uniform() * 2 - 1) * spread * distortion

  const image = new Float32Array(size * size)
  const radius = 1.7 + vary(0.4)
  for (const stroke of way) draw(image, size, place(stroke), radius)

  const ink = 0.9 + vary(0.1)
  for (let i = 0; i < image.length; i++) image[i]! *= ink
  for (let speck = Math.round(noise * image.length); speck > 0; speck--) {
    const at = Math.floor(chance.uniform() * image.length)
    image[at] = chance.uniform()
  }
  return image.map((value) => Math.round(value * 255) / 255)
}

/** A random bend followed by a random affine map, from the unit square to pixels. */
function hand(chance: Chance, distortion: number): (stroke: Stroke) => Stroke {
  const vary = (spread: number) => (chance.uniform() * 2 - 1) * spread * distortion
  const [bendX, phaseX, bendY, phaseY] = [vary(0.03), vary(Math.PI), vary(0.03), vary(Math.PI)]
  const [width, height] = [19 + vary(4), 19 + vary(3)]
  const [slant, turn] = [vary(0.25), vary(0.2)]
  const [centreX, centreY] = [(size - 1) / 2 + vary(3), (size - 1) / 2 + vary(3)]
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  return (stroke) =>
    stroke.map((_, i) => {
      const [u, v] = i % 2 === 0 ? [stroke[i]!, stroke[i + 1]!] : [stroke[i - 1]!, stroke[i]!]
      const y = (v - 0.5 + bendY * Math.sin(5 * u + phaseY)) * height
      const x = (u - 0.5 + bendX * Math.sin(5 * v + phaseX)) * width - slant * y
      return i % 2 === 0 ? centreX + cos * x - sin * y : centreY + sin * x + cos * y
    })
}

/** Options of `glyphs`. */
export interface GlyphsOptions extends GlyphOptions, MadeOptions {}

/**
 * The embedded data set: ten digits, 28x28, generated from the seed. Classes are balanced, and the first n of
 * a larger set are the set of n: image i depends on the seed, its part and i alone.
 */
export function glyphs(options: GlyphsOptions = {}): Dataset {
  checkOptions('glyphs', options, { ...look, ...madeOptions })
  const { seed = 0, train = 2000, validation = 0, test = 500, ...given } = options
  const made = madeParts(drawsFrom.glyphs, { train, validation, test }, (id, count) => write(seed, id, count, given))
  return { name: 'glyphs', shape: [size, size], classes: digits.length, ...made }
}

function write(seed: number, id: number, count: number, look: GlyphOptions): Examples {
  const features = size * size
  const images = new Float32Array(count * features)
  const labels = new Uint8Array(count)
  const classes = digits.length
  for (let i = 0; i < count; i++) {
    // every ten examples hold each digit once, in a random order
    if (i % classes === 0) {
      const digits = generator(seed, stream.augment, id + order, i).permutation(classes)
      labels.set(digits.subarray(0, count - i), i)
    }
    images.set(glyph(labels[i]!, generator(seed, stream.augment, id, i), look), i * features)
  }
  return { images, labels, count, features, classes }
}

function checkPart(name: string, value: number, high: number): void {
  if (value >= 0 && value <= high) return
  throw new HillockError('HILLOCK_RANGE', `${name} is ${value}`, { hint: `Give a number from 0 to ${high}.` })
}
