import { HillockError } from '../errors.ts'
import { optionError } from '../refusals.ts'
import { suggestion } from '../suggestion.ts'
import type { Definition, Surrogate } from './definition.ts'
import { isFunction } from './functions.ts'
import { createGraph, type Program } from './graph.ts'
import { nameHint } from './hints.ts'
import { splitLevels } from './levels.ts'
import { lower, lowerSurrogate, type Scope } from './lower.ts'
import { lowerInitial } from './outside.ts'
import { parse, type Statement } from './parser.ts'
import { type Place, refuse } from './text.ts'

/** A definition made ready: what is computed once, once a step, and for each neuron at each step. */
export interface Compiled {
  /** What was compiled. */
  readonly definition: Definition
  /** From `param` leaves; outputs: the named setup values, and each state before the first step by the state's name. */
  readonly setup: Program
  /** From `param` leaves and the input `t`; outputs: the named time-varying values, one for each time step. */
  readonly timeVarying: Program
  /** From `input`, `state`, `setup`, `timeVarying`, `uniform` leaves; outputs, by name: those of the definition, its states and what it records. */
  readonly step: Program
}

/** Names a definition may not use for its own, besides those that every object of JavaScript has. */
const reserved = ['pi', 't']

/**
 * Compiles a definition. `learn` names parameters that will be differentiated; `simplify: false` keeps the text as written.
 * Throws HILLOCK_SYNTAX, HILLOCK_NAME or HILLOCK_EQUATION with the line and a caret, and HILLOCK_OPTION if a state starts from neither numbers nor
 * text.
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
      if (name === 't') return g.leaf('timeVarying', 't')
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
    matrices: definition.matrices,
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

/** Throws HILLOCK_OPTION if a state starts from anything but finite numbers or text. */
function checkStart({ name, state }: Definition): void {
  for (const [key, value] of Object.entries(state)) {
    const numbers =
      Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(value as ArrayLike<unknown>) : [value]
    const right = numbers.length > 0 && numbers.every((x) => typeof x === 'number' && Number.isFinite(Math.fround(x)))
    if (typeof value === 'string' || right) continue
    const hint = 'give a number, one for each neuron, or an expression of parameters as a text'
    throw optionError(`${name}: the state '${key}' starts from ${String(value)}`, hint)
  }
}

function checkNames(definition: Definition): void {
  const seen = new Set<string>()
  const { inputs, params, state, matrices = [] } = definition
  for (const name of [...inputs, ...params, ...Object.keys(state), ...matrices]) {
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
