import { readFileSync } from 'node:fs'

export type Nested = number | readonly Nested[]
type Arrays = Readonly<Record<string, Nested>>

/** What a golden file holds. */
export interface Golden {
  readonly inputs: Arrays
  readonly weights: Arrays
  readonly expected: Arrays
  /** What else a network is made of, such as delays. */
  readonly meta?: Readonly<Record<string, unknown>>
}

/** A golden file of the testkit, by its name without the ending. `T` says what it holds beside the arrays. */
export const golden = <T = unknown>(name: string): Golden & T =>
  JSON.parse(readFileSync(new URL(`../../../packages/testkit/golden/${name}.json`, import.meta.url), 'utf8'))

export const shapeOf = (value: Nested): number[] =>
  typeof value === 'number' ? [] : [value.length, ...shapeOf(value[0] as Nested)]

export const flat = (value: Nested): number[] => (typeof value === 'number' ? [value] : value.flatMap(flat))
