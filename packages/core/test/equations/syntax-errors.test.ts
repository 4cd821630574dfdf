import { describe, expect, test } from '@jest/globals'
import { parse } from '../../src/equations/parser.ts'
import { refusal } from './definition.ts'

interface Case {
  readonly text: string
  readonly message: string
  readonly line?: number
  readonly caret: string
  readonly hint?: string
}

/** The caret line stands under the text: both are cut from the same gutter. */
const cases: readonly Case[] = [
  { text: 'v = a ^ 2', caret: '      ^', message: "unexpected character '^'", hint: "write a power as 'a ** b'" },
  { text: 'v = 1; w = 2', caret: '     ^', message: "character ';'", hint: 'write one statement a line' },
  { text: 'v = a ? b : c', caret: '      ^', message: "character '?'", hint: "'where(condition, a, b)'" },
  { text: 'v = a & b', caret: '      ^', message: "character '&'", hint: "'a * b' of two conditions" },
  { text: 'v = a | b', caret: '      ^', message: "character '|'", hint: "'max(a, b)' of two conditions" },
  { text: 'v = !a', caret: '    ^', message: "character '!'", hint: "'1 - condition'" },
  { text: 'v = β * v', caret: '    ^', message: "unexpected character 'β'", hint: 'made of the letters a to z' },
  { text: 'v += a', caret: '  ^', message: "a statement is 'name = expression'", hint: "write 'v = v + ...'" },
  { text: 'v *= a', caret: '  ^', message: "a statement is 'name = expression'", hint: "write 'v = v * ...'" },
  { text: '3 = v', caret: '^', message: "a statement is 'name = expression'" },
  { text: 'v', caret: ' ^', message: "a statement is 'name = expression'" },
  { text: 'v == 3', caret: '  ^^', message: "a statement is 'name = expression'" },
  { text: 'v = 2 beta', caret: '      ^^^^', message: "unexpected 'beta'", hint: "multiplication is written '*'" },
  { text: 'v = 2beta', caret: '     ^^^^', message: "unexpected 'beta'", hint: "multiplication is written '*'" },
  { text: 'v = (a) (b)', caret: '        ^', message: "unexpected '('", hint: "multiplication is written '*'" },
  { text: 'v = 2(b)', caret: '     ^', message: "unexpected '('", hint: "multiplication is written '*'" },
  { text: 'v = a < b < c', caret: '          ^', message: 'comparisons do not chain', hint: "'(a < b) * (b < c)'" },
  { text: 'v = a = b', caret: '      ^', message: "unexpected '='", hint: "compare with '=='" },
  { text: 'v = a +', caret: '       ^', message: 'expected an expression but found the end of the line' },
  { text: 'v =', caret: '   ^', message: 'expected an expression but found the end of the line' },
  { text: 'v = a + # b', caret: '           ^', message: 'expected an expression but found the end of the line' },
  { text: 'v = * a', caret: '    ^', message: "expected an expression but found '*'" },
  { text: 'v = (a + b', caret: '          ^', message: "expected ')' to close '('" },
  { text: 'v = f(a, b', caret: '          ^', message: "expected ')' to close 'f('" },
  { text: 'v = a)', caret: '     ^', message: "unexpected ')'" },
  { text: 'v = f(a b)', caret: '        ^', message: "expected ')' to close 'f(' but found 'b'" },
  { text: 'w = 1\n\n  v = a ^ b', line: 3, caret: '        ^', message: "character '^'", hint: "'a ** b'" },
]

describe('a slip of the pen is shown in its place', () => {
  test.each(cases)('$text', ({ text, message, line = 1, caret, hint }) => {
    const error = refusal(() => parse(text))
    expect(error.code).toBe('HILLOCK_SYNTAX')
    const [first, shownLine, shownCaret] = error.message.split('\n') as [string, string, string]
    expect(first).toContain(message)
    expect(first).toContain(`(line ${line}, column ${caret.indexOf('^') + 1})`)
    expect(shownLine).toBe(`  ${line} | ${text.split('\n')[line - 1]}`)
    expect(shownCaret).toBe(`      ${caret}`)
    if (hint === undefined) expect(error.hint).toBeUndefined()
    else expect(error.hint).toContain(hint)
    if (hint !== undefined) expect(error.message.endsWith(error.hint as string)).toBe(true)
  })
})

describe('text that would exhaust the stack is refused', () => {
  test.each([
    ['brackets', `v = ${'('.repeat(100000)}1`],
    ['calls', `v = ${'abs('.repeat(100000)}1`],
    ['signs', `v = ${'-'.repeat(100000)}1`],
    ['powers', `v = ${'1 ** '.repeat(100000)}1`],
    ['a sum', `v = ${'1 + '.repeat(100000)}1`],
    ['a difference within brackets', `v = ${'1 - (1 - '.repeat(150)}1${')'.repeat(150)}${' - 1'.repeat(100000)}`],
    ['a product', `v = ${'1 * '.repeat(100000)}1`],
  ])('%s', (_, text) => {
    expect(refusal(() => parse(text)).code).toBe('HILLOCK_SYNTAX')
  })
})

test('a long line and deep brackets are read', () => {
  expect(parse(`v = ${'1 + '.repeat(450)}1`)).toHaveLength(1)
  expect(parse(`v = ${'('.repeat(190)}1${')'.repeat(190)}`)).toHaveLength(1)
})
