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

const folder = '../../../packages/testkit/golden'

export const golden = (name: string): Golden =>
  JSON.parse(readFileSync(new URL(`${folder}/${name}.json`, import.meta.url), 'utf8'))

export const shapeOf = (value: Nested): number[] =>
  typeof value === 'number' ? [] : [value.length, ...shapeOf(value[0] as Nested)]

export const flat = (value: Nested): number[] => (typeof value === 'number' ? [value] : value.flatMap(flat))
