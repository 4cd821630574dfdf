import { type Dataset } from './dataset.ts'
/** What a glyph draws its chances from: core's `generator` fits. */
export interface Chance {
  /** In [0, 1). */
  uniform(): number
}
export interface GlyphOptions {
  /** How far hands differ, 0 to 2: 0 writes every digit the same way, 1 is the usual. */
  distortion?: number
  /** The part of the pixels that are speckled, 0 to 1. */
  noise?: number
}
/**
 * One digit, 0 to 9, written by an unsteady hand: [784] in k/255, 0 the background. Slant, size, turn, place, bend,
 * pen and pressure differ from one to the next.
 */
export declare function glyph(digit: number, chance: Chance, options?: GlyphOptions): Float32Array
export interface GlyphsOptions extends GlyphOptions {
  seed?: number
  train?: number
  validation?: number
  test?: number
}
/**
 * The embedded data set: ten digits, 28x28, made on the spot from the seed. Classes are balanced, and the first n of
 * a larger set are the set of n: image i depends on the seed, its part and i alone.
 */
export declare function glyphs(options?: GlyphsOptions): Dataset
