import type { Expression } from './parser.ts'

/** Text of an expression, and how tightly its outermost operator binds. */
export interface Term {
  readonly text: string
  readonly level: number
}

const atom = 5
const levels: Readonly<Record<string, number>> = {
  '<': 0,
  '<=': 0,
  '>': 0,
  '>=': 0,
  '==': 0,
  '!=': 0,
  '+': 1,
  '-': 1,
  '*': 2,
  '/': 2,
  '**': 4,
}
const sign = 3

export const word = (text: string): Term => ({ text, level: atom })
export const call = (name: string, args: readonly Term[]): Term =>
  word(`${name}(${args.map(({ text }) => text).join(', ')})`)
export const negate = (operand: Term): Term => ({ text: `-${within(operand, sign)}`, level: sign })

/** With the brackets that the grammar needs, and no others. */
export function binary(operator: string, left: Term, right: Term): Term {
  const level = levels[operator] as number
  const [least, most] = operator === '**' ? [atom, sign] : level === 0 ? [1, 1] : [level, level + 1]
  return { text: `${within(left, least)} ${operator} ${within(right, most)}`, level }
}

/** A negative number binds as a negation does. */
export const number = (value: number): Term =>
  value < 0 || Object.is(value, -0) ? negate(word(String(-value))) : word(String(value))

const within = ({ text, level }: Term, least: number): string => (level < least ? `(${text})` : text)

/** An expression as text again, its names replaced; `previous` names what `prev(...)` stands for. */
export function show(expression: Expression, name: (name: string) => string, previous: (name: string) => string): Term {
  const go = (inner: Expression) => show(inner, name, previous)
  switch (expression.kind) {
    case 'number':
      return number(expression.value)
    case 'name':
      return word(name(expression.name))
    case 'negate':
      return negate(go(expression.operand))
    case 'binary':
      return binary(expression.operator, go(expression.left), go(expression.right))
    case 'call': {
      const [first] = expression.args
      if (expression.name === 'prev' && first?.kind === 'name') return word(previous(first.name))
      return call(expression.name, expression.args.map(go))
    }
  }
}
