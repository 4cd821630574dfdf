/**
 * Random numbers with addresses (Philox): the same seed gives the same numbers on every backend.
 * @module
 */

export type { RandomKey } from '../backend.ts'
export { bernoulliBlock, type Generator, generator, keyWord, type Stream, stream, uniform } from '../random/index.ts'
