import { optionError } from '../refusals.ts'
import { describe } from './bounds.ts'
import { compile } from './compile.ts'
import type { Definition } from './definition.ts'
import { reverse } from './differentiate.ts'
import type { Node, Program } from './graph.ts'
import { interpretNumbers } from './interpret.ts'
import { isProduct } from './ops.ts'
import { parse } from './parser.ts'
import { binary, call, negate, number, show, type Term, word } from './terms.ts'

/** What `explain` takes besides a bare definition: a neuron, an encoder, an optimizer. */
export interface Explained {
  /** What is explained. */
  readonly definition: Definition
  /** Values of its parameters. */
  readonly params?: Readonly<Record<string, number | ArrayLike<number>>>
  /** Names of the parameters that are learnt: their derivatives are shown. */
  readonly learn?: readonly string[]
}

/**
 * Shows what a text is taken to mean: each line with the values it reads (`v[t-1]` from the step before, then v', v'' as the state is
 * assigned), what is computed once and once a step, and the programs derived for each neuron at each step, forward and backward.
 * Throws what `compile` does, and HILLOCK_OPTION if `subject` is not a model.
 *
 * @example
 * ```ts
 * import { explain, lif } from '@hillock/core'
 *
 * console.log(explain(lif({ learn: ['beta'] })))
 * ```
 */
export function explain(subject: Definition | Explained): string {
  if (typeof subject !== 'object' || subject === null) {
    const hint = 'give neurons, an encoder or an optimizer that was called: explain(lif())'
    throw optionError(`explain was given a ${typeof subject}`, hint)
  }
  const { definition, params, learn }: Explained = 'definition' in subject ? subject : { definition: subject }
  const compiled = compile(definition, { learn: learn ?? [] })
  const { setup, timeVarying, step } = compiled
  const ranged = (name: string) => {
    const bounds = definition.bounds?.[name]
    return bounds === undefined ? '' : `  # ${describe(bounds)}`
  }
  /** A state is told by the step at whose end it stands. */
  const at = (time: string) => (name: string) => (Object.hasOwn(definition.state, name) ? `${name}[${time}]` : name)
  const sections: [string, string[]][] = [
    ['equations', resolved(definition)],
    ['parameters', Object.entries(params ?? {}).map(([name, value]) => `${name} = ${shown(value)}${ranged(name)}`)],
    ['computed once', withValues(setup, params, at('-1'))],
    ['computed once a step', lines(timeVarying, at('t'))],
    ['forward, for each neuron at each step', lines(step, at('t'))],
  ]
  if (definition.surrogate === undefined && step.nodes.some(({ op }) => op === 'heaviside')) {
    sections.push(['backward', ['none: no surrogate is given for heaviside']])
  } else {
    const { step, setup } = reverse(compiled, { learn: learn ?? [] })
    const d = (time: string) => (name: string) => `d${at(time)(name)}`
    sections.push(['backward, where dx is the derivative of the loss by x', lines(step, d('t-1'), d('t'))])
    sections.push(['backward to the parameters, once', lines(setup, d('-1'), d('-1'))])
  }
  const written = sections.filter(([, body]) => body.length > 0)
  return [
    definition.name,
    ...written.map(([title, body]) => [title, ...body.map((line) => `  ${line}`)].join('\n')),
  ].join('\n\n')
}

const shown = (value: number | ArrayLike<number>): string =>
  typeof value === 'number' ? String(value) : `${value.length} values, one for each neuron`

/** The statements, each name marked with which of its values it is. */
function resolved({ equations, state }: Definition): string[] {
  const marks = new Map<string, string>()
  const previous = (name: string) => `${name}[t-1]`
  const current = (name: string) => {
    const mark = marks.get(name)
    return mark === undefined && Object.hasOwn(state, name) ? previous(name) : `${name}${mark ?? ''}`
  }
  return parse(equations).map(({ name, expression }) => {
    const { text } = show(expression, current, previous)
    const mark = marks.get(name)
    marks.set(name, mark === undefined ? (Object.hasOwn(state, name) ? "'" : '') : `${mark}'`)
    return `${current(name)} = ${text}`
  })
}

/** What is computed once, with the values where all parameters are numbers. */
function withValues(program: Program, params: Explained['params'], target: (name: string) => string): string[] {
  const numbers = Object.values(params ?? {}).every((value) => typeof value === 'number')
  const known = program.nodes.every(({ name }) => name === undefined || typeof params?.[name] === 'number')
  const values = params && numbers && known ? interpretNumbers(program, ({ name }) => params[name!] as number) : {}
  return lines(program, target, target, (name) =>
    values[name] === undefined ? '' : `  # ${Number(values[name].toPrecision(6))}`,
  )
}

const infix: Partial<Record<Node['op'], string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  pow: '**',
  lt: '<',
  le: '<=',
  eq: '==',
  ne: '!=',
}

/** Longer expressions are given a line and a name of their own. */
const longest = 60

/**
 * A program as statements, its outputs and `adjoint` leaves named by functions; what is used more than once is named after the output that
 * it is, or $1, $2, ...
 */
function lines(
  program: Program,
  target: (output: string) => string,
  adjoint: (name: string) => string = target,
  remark: (output: string) => string = () => '',
): string[] {
  const { nodes, outputs } = program
  const uses = nodes.map(() => 0)
  for (const node of nodes) for (const arg of node.args) uses[arg]!++
  const statements: string[] = []
  const terms: Term[] = []
  let count = 0
  nodes.forEach((node, i) => {
    const term = termOf(
      node,
      node.args.map((arg) => terms[arg] as Term),
      adjoint,
    )
    terms[i] = term
    if (node.args.length === 0 || uses[i] === 0) return
    const output = Object.keys(outputs).find((name) => outputs[name] === i)
    if (uses[i] === 1 && output === undefined && term.text.length <= longest) return
    terms[i] = word(output === undefined ? `$${++count}` : target(output))
    statements.push(`${terms[i].text} = ${term.text}${output === undefined ? '' : remark(output)}`)
  })
  const rest = Object.entries(outputs).flatMap(([name, i]) => {
    const [left, right] = [target(name), (terms[i] as Term).text]
    return left === right ? [] : [`${left} = ${right}${nodes[i]?.op === 'constant' ? '' : remark(name)}`]
  })
  return [...statements, ...rest]
}

function termOf({ op, name, value }: Node, args: readonly Term[], adjoint: (name: string) => string): Term {
  const [a, b] = args as [Term, Term]
  if (op === 'constant') return number(value as number)
  if (op === 'uniform') return word(`uniform() at place ${name}`)
  if (op === 'adjoint') return word(adjoint(name as string))
  if (op === 'state') return word(`${name}[t-1]`)
  if (isProduct(op)) return call(op, [a, word(name as string)])
  if (name !== undefined) return word(name)
  if (op === 'neg') return negate(a)
  if (op === 'heaviside') return call('heaviside', value === 1 ? [a, number(1)] : [a])
  const operator = infix[op]
  return operator === undefined ? call(op, args) : binary(operator, a, b)
}
