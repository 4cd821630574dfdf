import { suggestion } from '../suggestion.ts'
import type { Definition } from './definition.ts'
import { createGraph, finish, type Graph, type Program } from './graph.ts'
import { lower, type Scope } from './lower.ts'
import { parseExpression } from './parser.ts'
import { type Place, refuse } from './text.ts'

/** States before the first step as setup values, by the states' names; an array is a hidden parameter of that name. */
export function lowerInitial(g: Graph, definition: Definition, used: Set<string>): Record<string, number> {
  const initial: Record<string, number> = {}
  for (const [state, value] of Object.entries(definition.state)) {
    if (typeof value === 'number') initial[state] = g.constant(value)
    else if (typeof value !== 'string') initial[state] = g.leaf('param', state)
    else {
      const leaf = (name: string) => {
        used.add(name)
        return initial[name] ?? (definition.params.includes(name) ? g.leaf('param', name) : undefined)
      }
      const known = [...definition.params, ...Object.keys(initial)]
      const rule = 'an initial value is made of parameters and earlier states'
      const what = `the initial value of '${state}'`
      initial[state] = lowerOutside(g, value, { owner: definition.name, what, rule, leaf, known })
    }
  }
  return initial
}

/**
 * The end of a parameter's range, an expression of parameters, as a program with the output `value`. Throws HILLOCK_SYNTAX, HILLOCK_NAME or
 * HILLOCK_EQUATION if it is none.
 */
export function compileEnd(owner: string, text: string, params: readonly string[]): Program {
  const g = createGraph()
  const leaf = (name: string) => (params.includes(name) ? g.leaf('param', name) : undefined)
  const [what, rule] = ['the bounds', 'a bound is made of parameters']
  return finish(g.nodes, { value: lowerOutside(g, text, { owner, what, rule, leaf, known: params }) })
}

interface Outside {
  /** The definition's name. */
  readonly owner: string
  /** What the expression stands for, and what it may be made of. */
  readonly what: string
  readonly rule: string
  /** The node that a name stands for. */
  readonly leaf: (name: string) => number | undefined
  readonly known: readonly string[]
}

/** Writes an expression that stands outside of a time step, where there are no states of the step before and no random numbers. */
function lowerOutside(g: Graph, text: string, { owner, what, rule, leaf, known }: Outside): number {
  const misuse = (_: unknown, place?: Place) => refuse('HILLOCK_EQUATION', rule, text, place)
  const scope: Scope = {
    name(name, place) {
      const found = leaf(name)
      if (found !== undefined) return found
      const hint = suggestion(name, known) ?? `known here: ${known.join(', ')}`
      return refuse('HILLOCK_NAME', `${owner}: unknown name '${name}' in ${what}`, text, place, hint)
    },
    previous: misuse,
    uniform: (place) => misuse(undefined, place),
    surrogate: misuse,
  }
  return lower(g, parseExpression(text), scope, text)
}
