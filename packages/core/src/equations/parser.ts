import { wordHint } from './hints.ts'
import { type Token, tokenize } from './lexer.ts'
import { type Place, refuse } from './text.ts'

/** program = { [ name "=" expression ] [ "#" text ] newline } */
export interface Statement {
  readonly name: string
  readonly place: Place
  readonly expression: Expression
}

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly place: Place }
  | { readonly kind: 'name'; readonly name: string; readonly place: Place }
  | { readonly kind: 'negate'; readonly operand: Expression; readonly place: Place }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
      readonly place: Place
    }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly args: readonly Expression[]
      readonly place: Place
      readonly namePlace: Place
    }

const comparisons = ['<', '<=', '>', '>=', '==', '!=']

/** Deeper nesting, more symbols on a line or more statements are refused, so that hostile text exhausts neither stack nor patience. */
const deepest = 200
const longest = 1000
const most = 200

/** Parses a program, one statement a line. Throws HILLOCK_SYNTAX if it cannot be parsed, with the place. */
export function parse(text: string): Statement[] {
  const statements: Statement[] = []
  text.split('\n').forEach((lineText, index) => {
    const tokens = tokenize(text, lineText, index + 1)
    const [name, equals, third] = tokens as [Token, Token, Token]
    if (name.kind === 'end') return
    if (statements.length === most) {
      refuse('HILLOCK_SYNTAX', `there are more than ${most} statements`, text, name, 'make several neurons of it')
    }
    if (name.kind !== 'name' || equals.text !== '=') {
      const augmented = name.kind === 'name' && /^([-+/]|\*\*?)$/.test(equals.text) && third?.text === '='
      const rate = /^\s*d(\w+)\s*\/\s*dt\s*=/.exec(lineText)?.[1]
      const hint = augmented
        ? `write '${name.text} = ${name.text} ${equals.text} ...'`
        : rate === undefined
          ? wordHint(name.text)
          : `write the step: '${rate} = ${rate} + dt * (...)', with dt a parameter`
      refuse('HILLOCK_SYNTAX', "a statement is 'name = expression'", text, name.kind === 'name' ? equals : name, hint)
    }
    statements.push({ name: name.text, place: name, expression: parseTokens(text, tokens, 2) })
  })
  return statements
}

/** Parses one expression that stands alone (an initial value, a one-line surrogate). Throws HILLOCK_SYNTAX if it cannot be parsed. */
export function parseExpression(text: string): Expression {
  return parseTokens(text, tokenize(text, text, 1), 0)
}

function parseTokens(text: string, tokens: readonly Token[], start: number): Expression {
  if (tokens.length > longest) {
    const message = `line ${tokens[0]?.line} has ${tokens.length} symbols, at most ${longest} are read`
    refuse('HILLOCK_SYNTAX', message, text, undefined, 'name parts of it on lines of their own')
  }
  let position = start
  let depth = 0
  const peek = () => tokens[position] as Token
  const take = () => tokens[position++] as Token
  const fail = (token: Token, message: string, hint?: string): never =>
    refuse('HILLOCK_SYNTAX', message, text, token, hint)
  const span = (from: Place, to: Place): Place => ({
    line: from.line,
    column: from.column,
    length: Math.max(1, to.column + to.length - from.column),
  })

  const binary = (left: Expression, operator: Token, right: Expression): Expression => ({
    kind: 'binary',
    operator: operator.text,
    left,
    right,
    place: span(left.place, right.place),
  })

  function descend(): void {
    if (++depth > deepest)
      fail(peek(), `the expression is nested more than ${deepest} deep`, 'name its parts on lines of their own')
  }

  function comparison(): Expression {
    descend()
    let left = sum()
    if (comparisons.includes(peek().text)) {
      left = binary(left, take(), sum())
      if (comparisons.includes(peek().text)) fail(peek(), 'comparisons do not chain', "write '(a < b) * (b < c)'")
    }
    depth--
    return left
  }

  function leftAssociative(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand()
    while (operators.includes(peek().text)) left = binary(left, take(), operand())
    return left
  }

  function sum(): Expression {
    return leftAssociative(['+', '-'], product)
  }

  function product(): Expression {
    return leftAssociative(['*', '/'], unary)
  }

  function unary(): Expression {
    const sign = peek()
    if (sign.text !== '-' && sign.text !== '+') return power()
    descend()
    take()
    const operand = unary()
    depth--
    return sign.text === '+' ? operand : { kind: 'negate', operand, place: span(sign, operand.place) }
  }

  function power(): Expression {
    const base = atom()
    return peek().text === '**' ? binary(base, take(), unary()) : base
  }

  function close(opened: string): Token {
    const token = take()
    if (token.text !== ')')
      fail(token, `expected ')' to close '${opened}' but found ${shown(token)}`, wordHint(token.text))
    return token
  }

  function atom(): Expression {
    const token = take()
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text), place: token }
    if (token.text === '(') {
      const inner = comparison()
      return { ...inner, place: span(token, close('(')) }
    }
    if (token.kind !== 'name') {
      const hint = token.text === '/' && tokens[position - 2]?.text === '/' ? "write 'floor(a / b)'" : undefined
      return fail(token, `expected an expression but found ${shown(token)}`, hint)
    }
    if (peek().text !== '(') return { kind: 'name', name: token.text, place: token }
    take()
    const args: Expression[] = []
    if (peek().text !== ')') {
      args.push(comparison())
      while (peek().text === ',') {
        take()
        args.push(comparison())
      }
    }
    return { kind: 'call', name: token.text, args, place: span(token, close(`${token.text}(`)), namePlace: token }
  }

  const expression = comparison()
  const rest = peek()
  if (rest.kind !== 'end') {
    const product = rest.kind === 'number' || rest.kind === 'name' || rest.text === '('
    const word = [rest, tokens[position - 1]!].map(({ text }) => wordHint(text)).find((found) => found !== undefined)
    const hint =
      rest.text === '=' ? "compare with '=='" : (word ?? (product ? "multiplication is written '*'" : undefined))
    fail(rest, `unexpected ${shown(rest)} after the expression`, hint)
  }
  return expression
}

function shown(token: Token): string {
  return token.kind === 'end' ? token.text : `'${token.text}'`
}
