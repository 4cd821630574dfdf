import { describe, expect, test } from '@jest/globals'
import { type Expression, parse, parseExpression } from '../../src/equations/parser.ts'

/** An expression with all its brackets. */
function shown(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value)
    case 'name':
      return expression.name
    case 'negate':
      return `(-${shown(expression.operand)})`
    case 'binary':
      return `(${shown(expression.left)} ${expression.operator} ${shown(expression.right)})`
    case 'call':
      return `${expression.name}(${expression.args.map(shown).join(', ')})`
  }
}

describe('an expression', () => {
  test.each([
    ['a + b * c', '(a + (b * c))'],
    ['(a + b) * c', '((a + b) * c)'],
    ['a - b - c', '((a - b) - c)'],
    ['a / b / c', '((a / b) / c)'],
    ['a / b * c', '((a / b) * c)'],
    ['-a ** 2', '(-(a ** 2))'],
    ['(-a) ** 2', '((-a) ** 2)'],
    ['2 ** -1', '(2 ** (-1))'],
    ['a ** b ** c', '(a ** (b ** c))'],
    ['a ** -b ** c', '(a ** (-(b ** c)))'],
    ['a * -b', '(a * (-b))'],
    ['- -a', '(-(-a))'],
    ['+a - +b', '(a - b)'],
    ['a + b < c * d', '((a + b) < (c * d))'],
    ['(a < b) == (c >= d)', '((a < b) == (c >= d))'],
    ['f(a, g(), b < c)', 'f(a, g(), (b < c))'],
    ['1.5e-3 + .5 + 2. + 1E3', '(((0.0015 + 0.5) + 2) + 1000)'],
    ['_v1+ v_2', '(_v1 + v_2)'],
  ])('%s', (text, expected) => {
    expect(shown(parseExpression(text))).toBe(expected)
  })

  test.each(['<', '<=', '>', '>=', '==', '!='])('compares by %s', (operator) => {
    expect(shown(parseExpression(`a${operator}b`))).toBe(`(a ${operator} b)`)
  })

  test('covers its text, brackets included', () => {
    const place = (text: string) => parseExpression(text).place
    expect(place('  a + b')).toMatchObject({ line: 1, column: 3, length: 5 })
    expect(place('(a) * f( x )')).toMatchObject({ line: 1, column: 1, length: 12 })
    expect(place('-(a)')).toMatchObject({ line: 1, column: 1, length: 4 })
  })
})

describe('a program', () => {
  test('is one statement a line; empty lines and comments say nothing', () => {
    const statements = parse('\n# all of it a comment\n  v = a # why\n\n\tw = b\r\n')
    expect(statements.map(({ name, expression }) => [name, shown(expression)])).toEqual([
      ['v', 'a'],
      ['w', 'b'],
    ])
  })

  test('remembers where each name was set, and where it was read', () => {
    const [, second] = parse('v = 1\n  spike = v + w')
    expect(second?.place).toMatchObject({ line: 2, column: 3, length: 5 })
    expect(second?.expression).toMatchObject({ right: { place: { line: 2, column: 15, length: 1 } } })
  })

  test('of nothing is no statement', () => {
    expect(parse('')).toEqual([])
    expect(parse('  # nothing\n')).toEqual([])
  })
})
