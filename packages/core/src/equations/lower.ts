import { suggestion } from '../suggestion.ts'
import type { Surrogate } from './definition.ts'
import { functions, isFunction } from './functions.ts'
import type { Graph } from './graph.ts'
import { callHint } from './hints.ts'
import { type Expression, parse, parseExpression } from './parser.ts'
import { type Place, refuse } from './text.ts'

/** What names mean while a text is lowered. */
export interface Scope {
  name(name: string, place: Place): number
  previous(name: string, place: Place): number
  uniform(place: Place): number
  surrogate(x: number, place: Place): number
  /** Names of matrices. Default: none. */
  readonly matrices?: readonly string[] | undefined
}

const binaryOps = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '**': 'pow',
  '<': 'lt',
  '<=': 'le',
  '==': 'eq',
  '!=': 'ne',
} as const

/** Writes an expression into a graph. Throws HILLOCK_NAME if a function is unknown, HILLOCK_EQUATION if one is misused. */
export function lower(g: Graph, expression: Expression, scope: Scope, text: string): number {
  const go = (inner: Expression) => lower(g, inner, scope, text)
  switch (expression.kind) {
    case 'number':
      return g.constant(expression.value)
    case 'name':
      return scope.name(expression.name, expression.place)
    case 'negate':
      return expression.operand.kind === 'number'
        ? g.constant(-expression.operand.value)
        : g.emit('neg', go(expression.operand))
    case 'binary': {
      const { operator } = expression
      const [left, right] = [go(expression.left), go(expression.right)]
      if (operator === '>') return g.emit('lt', right, left)
      if (operator === '>=') return g.emit('le', right, left)
      return g.emit(binaryOps[operator as keyof typeof binaryOps], left, right)
    }
    case 'call':
      return lowerCall(g, expression, scope, text, go)
  }
}

type Call = Extract<Expression, { kind: 'call' }>

function lowerCall(g: Graph, call: Call, scope: Scope, text: string, go: (inner: Expression) => number): number {
  const { name, args, place, namePlace } = call
  const arity = isFunction(name) ? functions[name] : undefined
  if (arity === undefined) {
    refuse('HILLOCK_NAME', `unknown function '${name}'`, text, namePlace, callHint(name))
  }
  if (!arity.includes(args.length)) {
    const wanted = `${arity.join(' or ')} argument${arity.at(-1) === 1 ? '' : 's'}`
    const nested =
      (name === 'min' || name === 'max') && args.length > 2 ? `write '${name}(a, ${name}(b, c))'` : undefined
    refuse('HILLOCK_EQUATION', `${name} takes ${wanted}, ${args.length} given`, text, place, nested)
  }
  const [first, second] = args as [Expression, Expression]
  switch (name) {
    case 'prev':
      if (first.kind !== 'name') refuse('HILLOCK_EQUATION', 'prev() takes the name of a state', text, place)
      return scope.previous(first.name, first.place)
    case 'uniform':
      return scope.uniform(place)
    case 'surrogate':
      return scope.surrogate(go(first), place)
    case 'heaviside':
      if (args.length === 2 && !(second.kind === 'number' && (second.value === 0 || second.value === 1))) {
        refuse('HILLOCK_EQUATION', 'the value of heaviside at 0 must be the number 0 or 1', text, second.place)
      }
      return g.heaviside(go(first), args.length === 2 && second.kind === 'number' ? second.value : 0)
    case 'product': {
      const { matrices = [] } = scope
      if (second.kind === 'name' && matrices.includes(second.name)) return g.product('product', go(first), second.name)
      const known = matrices.length === 0 ? undefined : `known here: ${matrices.join(', ')}`
      const hint = known ?? 'recurrent(lif()) makes neurons that see the spikes of the step before through a matrix'
      return refuse('HILLOCK_NAME', 'product() takes a value and the name of a matrix', text, second.place, hint)
    }
    case 'relu':
      return g.emit('max', go(first), g.constant(0))
    case 'clip': {
      // In this order, since a tie goes to the second: at both ends the derivative is 1, as in torch.
      const [x, low, high] = args.map(go) as [number, number, number]
      return g.emit('min', high, g.emit('max', low, x))
    }
    default:
      return g.emit(name as 'where', ...args.map(go))
  }
}

/** Writes the surrogate's derivative at node `x`. Throws HILLOCK_NAME if a name is neither x nor a parameter of the surrogate. */
export function lowerSurrogate(
  g: Graph,
  surrogate: Surrogate,
  x: number,
  part: 'derivative' | 'smooth' = 'derivative',
): number {
  const text = surrogate[part]
  if (text === undefined) {
    const hint = "add 'smooth', the function whose derivative it is"
    refuse('HILLOCK_EQUATION', `the surrogate '${surrogate.name}' has no smooth function`, '', undefined, hint)
  }
  const locals = new Map<string, number>([['x', x]])
  const misuse = (what: string) => (_: unknown, place?: Place) =>
    refuse('HILLOCK_EQUATION', `a surrogate has no ${what}`, text, place)
  const scope: Scope = {
    name(name, place) {
      const local = locals.get(name)
      if (local !== undefined) return local
      if (Object.hasOwn(surrogate.params, name)) return g.constant(surrogate.params[name] as number)
      if (name === 'pi') return g.constant(Math.PI)
      const known = [...locals.keys(), ...Object.keys(surrogate.params)]
      const hint = suggestion(name, known) ?? `known here: ${known.join(', ')}`
      return refuse('HILLOCK_NAME', `unknown name '${name}' in the surrogate '${surrogate.name}'`, text, place, hint)
    },
    previous: misuse('states'),
    uniform: (place) => misuse('random numbers')(undefined, place),
    surrogate: misuse('surrogate of its own'),
  }
  if (!/^\s*\w+\s*=[^=]/m.test(text)) return lower(g, parseExpression(text), scope, text)
  let value = g.constant(0)
  for (const statement of parse(text)) {
    value = lower(g, statement.expression, scope, text)
    locals.set(statement.name, value)
  }
  return value
}
