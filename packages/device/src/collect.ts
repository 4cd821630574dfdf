import type { Tensor } from '@hillock/core/learner'
import type { Reals, Words } from './build.ts'
import type { Expression, Parameter, ParameterType, Real, Whole } from './ir.ts'
import type { Block } from './tensor.ts'

/** Parameters of a kernel with their values, and a text that tells apart what needs a kernel of its own. */
export interface Binding {
  readonly given: Readonly<Record<string, ParameterType>>
  readonly values: Readonly<Record<string, number | Block>>
  readonly layout: string
}

/** The parameters of a kernel as its body sees them, by the names that the collector gave them. */
export type Args = Readonly<Record<string, Parameter | Expression>>

export const realsOf = (args: Args, id: string): Reals => args[id] as Reals
export const wordsIn = (args: Args, id: string): Words => args[id] as Words
export const realOf = (args: Args, id: string): Real => args[id] as Real
export const wholeOf = (args: Args, id: string): Whole => args[id] as Whole

/** Gathers parameters one by one, under short names of its own. */
export interface Collector {
  /** Returns the name. `role` and the type are part of the layout. */
  add(type: ParameterType, bound: number | Tensor, role: string): string
  binding(): Binding
}

export function collect(): Collector {
  const given: Record<string, ParameterType> = {}
  const values: Record<string, number | Block> = {}
  const layout: string[] = []
  let count = 0
  return {
    add(type, bound, role) {
      const name = `a${count++}`
      given[name] = type
      values[name] = bound as number | Block
      layout.push(`${role} ${type}`)
      return name
    },
    binding: () => ({ given, values, layout: layout.join() }),
  }
}
