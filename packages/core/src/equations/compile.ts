import { HillockError } from '../errors.ts'
import type { Bounds } from './bounds.ts'
import { isFunction } from './functions.ts'
import { createGraph, finish, type Graph, type Program } from './graph.ts'
import { nameHint } from './hints.ts'
import { splitLevels } from './levels.ts'
import { lower, lowerSurrogate, type Scope, type Surrogate } from './lower.ts'
import { parse, parseExpression, type Statement } from './parser.ts'
import { type Place, refuse, suggestion } from './text.ts'

/** Pointwise dynamics as text: a neuron, an encoder, an optimizer, a trace. */
export interface Definition {
  readonly name: string
  readonly equations: string
  /** Names of the arrays that come in at each step. */
  readonly inputs: readonly string[]
  /** Names of the values that may change from run to run, never from step to step. */
  readonly params: readonly string[]
  /** Which values these take; whoever changes one keeps it within. */
  readonly bounds?: Readonly<Record<string, Bounds | undefined>>
  /** States with their initial value: a number, the values per neuron, or an expression of parameters and earlier states. */
  readonly state: Readonly<Record<string, number | string | readonly number[]>>
  /** Names that go out at each step and must be set exactly once. */
  readonly outputs: readonly string[]
  /** Further names to record; a state is recorded as it stands at the end of the step. */
  readonly record: readonly string[]
  /** Parameters that every definition of this kind may use and none must (`steps` of an encoder). */
  readonly given?: readonly string[]
  readonly surrogate?: Surrogate
}

/** A definition made ready: what is computed once, once a step, and for each neuron at each step. */
export interface Compiled {
  readonly definition: Definition
  /** From `param` leaves; outputs: the named setup values, and each state before the first step by the state's name. */
  readonly setup: Program
  /** From `param` leaves and the input `t`; outputs: the named schedule values, one for each time step. */
  readonly schedule: Program
  /** From `input`, `state`, `setup`, `schedule`, `uniform` leaves; outputs, by name: those of the definition, its states and what it records. */
  readonly step: Program
}

/** Names a definition may not use for its own, besides those that every object of JavaScript has. */
const reserved = ['pi', 't']

/**
 * Compiles a definition. `learn` names parameters that will be differentiated; `simplify: false` keeps the text as written.
 * Throws HILLOCK_SYNTAX, HILLOCK_NAME or HILLOCK_EQUATION with the line and a caret, and HILLOCK_OPTION for a state that starts from no number.
 */
export function compile(
  definition: Definition,
  options: { learn?: readonly string[]; simplify?: boolean } = {},
): Compiled {
  const { equations: text, inputs, params, outputs, surrogate } = definition
  const states = Object.keys(definition.state)
  checkNames(definition)
  checkStart(definition)
  const g = createGraph({ simplify: options.simplify ?? true })
  const statements = parse(text)
  const values = new Map<string, number>()
  const setAt = new Map<string, Place>()
  const used = new Set<string>()
  let places = 0
  const fail = (code: 'HILLOCK_NAME' | 'HILLOCK_EQUATION', message: string, place?: Place, hint?: string) =>
    refuse(code, `${definition.name}: ${message}`, text, place, hint)

  const scope: Scope = {
    name(name, place) {
      const set = values.get(name)
      if (set !== undefined) return set
      used.add(name)
      if (states.includes(name)) return g.leaf('state', name)
      if (inputs.includes(name)) return g.leaf('input', name)
      if (params.includes(name) || definition.given?.includes(name)) return g.leaf('param', name)
      if (name === 'pi') return g.constant(Math.PI)
      if (name === 't') return g.leaf('schedule', 't')
      return unknownName(definition, statements, [...values.keys()], name, place)
    },
    previous(name, place) {
      if (!states.includes(name))
        fail('HILLOCK_EQUATION', `prev() takes a state, '${name}' is none`, place, suggestion(name, states))
      used.add(name)
      return g.leaf('state', name)
    },
    uniform: () => g.leaf('uniform', String(places++)),
    surrogate(x, place) {
      if (surrogate === undefined) fail('HILLOCK_EQUATION', 'surrogate() is used but no surrogate is given', place)
      return lowerSurrogate(g, surrogate as Surrogate, x)
    },
  }

  for (const { name, place, expression } of statements) {
    if (inputs.includes(name)) fail('HILLOCK_EQUATION', `'${name}' is an input and cannot be assigned`, place)
    if (params.includes(name) || definition.given?.includes(name)) {
      fail(
        'HILLOCK_EQUATION',
        `'${name}' is a parameter and cannot be assigned`,
        place,
        'declare it as a state if it changes from step to step',
      )
    }
    if (isFunction(name) || reserved.includes(name))
      fail('HILLOCK_EQUATION', `'${name}' has a meaning of its own and cannot be assigned`, place)
    if (outputs.includes(name) && values.has(name)) {
      fail('HILLOCK_EQUATION', `'${name}' is set twice`, place, `it is first set on line ${setAt.get(name)?.line}`)
    }
    const value = lower(g, expression, scope, text)
    values.set(name, value)
    setAt.set(name, place)
  }

  for (const output of outputs) {
    if (values.has(output)) continue
    const hint =
      output === 'spike' ? "add a line such as 'spike = heaviside(v - threshold)'" : `add a line '${output} = ...'`
    fail('HILLOCK_EQUATION', `'${output}' is never set`, undefined, hint)
  }
  for (const state of states) {
    if (!values.has(state))
      fail(
        'HILLOCK_EQUATION',
        `the state '${state}' is never assigned`,
        undefined,
        'a value that never changes is a parameter',
      )
  }
  const results: Record<string, number> = {}
  for (const output of outputs) results[output] = values.get(output) as number
  for (const state of states) results[state] = values.get(state) as number
  for (const name of definition.record) {
    const value = values.get(name)
    if (value === undefined)
      fail('HILLOCK_NAME', `cannot record '${name}', it is never set`, undefined, suggestion(name, values.keys()))
    results[name] = value as number
  }
  const initial = lowerInitial(g, definition, used)
  for (const param of params) {
    if (!used.has(param)) {
      const hint = suggestion(param, used) ?? 'use it or drop it'
      fail('HILLOCK_EQUATION', `the parameter '${param}' is not used`, undefined, hint)
    }
  }
  return { definition, ...splitLevels(g.nodes, results, initial, options) }
}

/** States before the first step as setup values, by the states' names; an array is a hidden parameter of that name. */
function lowerInitial(g: Graph, definition: Definition, used: Set<string>): Record<string, number> {
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

function unknownName(
  definition: Definition,
  statements: readonly Statement[],
  set: readonly string[],
  name: string,
  place: Place,
): never {
  const text = definition.equations
  const known = [
    ...definition.inputs,
    ...Object.keys(definition.state),
    ...definition.params,
    ...(definition.given ?? []),
    ...set,
  ]
  if (name === 'spike' && definition.outputs.includes(name)) {
    const hint =
      "to use the spike of the step before, keep it in a state: 'state: { last: 0 }' and, at the end, 'last = spike'"
    refuse('HILLOCK_EQUATION', `${definition.name}: 'spike' is read before it is set`, text, place, hint)
  }
  const later = statements.find((statement) => statement.name === name)
  if (later !== undefined) {
    const hint = `it is set on line ${later.place.line}; to carry a value from step to step, declare it as a state`
    refuse('HILLOCK_EQUATION', `${definition.name}: '${name}' is read before it is set`, text, place, hint)
  }
  const hint = isFunction(name)
    ? `'${name}' is a function: write ${name}(...)`
    : (nameHint(name) ?? suggestion(name, known) ?? `known here: ${known.join(', ')}`)
  refuse('HILLOCK_NAME', `${definition.name}: unknown name '${name}'`, text, place, hint)
}

/** Throws HILLOCK_OPTION for a state that starts from anything but finite numbers or text. */
function checkStart({ name, state }: Definition): void {
  for (const [key, value] of Object.entries(state)) {
    const numbers =
      Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(value as ArrayLike<unknown>) : [value]
    const right = numbers.length > 0 && numbers.every((x) => typeof x === 'number' && Number.isFinite(Math.fround(x)))
    if (typeof value === 'string' || right) continue
    const hint = 'give a number, one for each neuron, or an expression of parameters as a text'
    throw new HillockError('HILLOCK_OPTION', `${name}: the state '${key}' starts from ${String(value)}`, { hint })
  }
}

function checkNames(definition: Definition): void {
  const seen = new Set<string>()
  for (const name of [...definition.inputs, ...definition.params, ...Object.keys(definition.state)]) {
    const problem = !/^[A-Za-z_]\w*$/.test(name)
      ? 'is not a name: letters, digits and _ only'
      : isFunction(name) || reserved.includes(name) || name in {}
        ? 'has a meaning of its own'
        : seen.has(name)
          ? 'is declared twice'
          : undefined
    if (problem !== undefined)
      throw new HillockError('HILLOCK_NAME', `${definition.name}: '${name}' ${problem}`, {
        hint: 'choose another name',
      })
    seen.add(name)
  }
}
