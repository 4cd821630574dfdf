import { compile } from '../../src/equations/compile.ts'
import type { Definition } from '../../src/equations/definition.ts'
import { interpret } from '../../src/equations/interpret.ts'
import { HillockError } from '../../src/errors.ts'

/** A definition around a text, for tests: the input `input`, the output `spike`. */
export const define = (equations: string, more: Partial<Definition> = {}): Definition => ({
  name: 'test',
  equations,
  inputs: ['input'],
  params: [],
  state: {},
  outputs: ['spike'],
  record: [],
  ...more,
})

/** One step of a definition, its leaves by name (`t` and setup values too); the results as numbers. */
export function step(definition: Definition, leaves: Readonly<Record<string, number>> = {}): Record<string, number> {
  const results = interpret(compile(definition).step, 1, (node) => leaves[node.name as string] as number)
  return Object.fromEntries(Object.entries(results).map(([name, values]) => [name, values[0] as number]))
}

/** The value of an expression in `input`. */
export const value = (expression: string, input = 0): number =>
  step(define(`spike = ${expression}`), { input }).spike as number

/** The error that an act ends in. */
export function refusal(act: () => unknown): HillockError {
  try {
    act()
  } catch (error) {
    if (error instanceof HillockError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
