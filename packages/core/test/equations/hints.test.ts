import { describe, expect, test } from '@jest/globals'
import { compile } from '../../src/equations/compile.ts'
import { parse } from '../../src/equations/parser.ts'
import { define, refusal } from './definition.ts'

/** What other languages have, and what to write for it. */
const elsewhere: readonly [text: string, hint: string][] = [
  ['v = a if c else b', "'where(condition, a, b)'"],
  ['v = (a if c else b)', "'where(condition, a, b)'"],
  ['if v > 1:', "'where(condition, a, b)'"],
  ['else: v = 0', "'where(condition, a, b)'"],
  ['v = c > 0 ? a : b', "'where(condition, a, b)'"],
  ['v = a > 0 and b > 0', "'a * b' of two conditions"],
  ['v = a > 0 or b > 0', "'max(a, b)' of two conditions"],
  ['v = a && b', "'a * b' of two conditions"],
  ['v = a || b', "'max(a, b)' of two conditions"],
  ['v = not a', "'1 - condition'"],
  ['v = ~a', "'1 - condition'"],
  ['v = a is b', "'=='"],
  ['v = torch.exp(a)', "write 'exp(...)'"],
  ['v = np.exp(a)', "write 'exp(...)'"],
  ['v = math.sqrt(a)', "write 'sqrt(...)'"],
  ['v = Math.tanh(a)', "write 'tanh(...)'"],
  ['v = F.relu(a)', "write 'relu(...)'"],
  ['v = torch.clamp(a, 0, 1)', "write 'clip(x, low, high)'"],
  ['v = np.maximum(a, b)', "write 'max(a, b)'"],
  ['v = torch.foo(a)', 'there are where, min,'],
  ['v = a.detach()', "write 'detach(a)'"],
  ['v = a.clamp(0, 1)', "write 'clip(x, low, high)'"],
  ['v = self.beta * a', "write 'beta'"],
  ['v = np.pi * a', "write 'pi'"],
  ['v = Math.E * a', "write 'exp(1)'"],
  ['v = a % b', "'a - b * floor(a / b)'"],
  ['v = a // b', "'floor(a / b)'"],
  ['v **= 2', "'v = v ** ...'"],
  ['v -= 2', "'v = v - ...'"],
  ['v = w @ a', "'input'"],
  ['v = v[t-1] + a', "'prev(v)'"],
  ["v = 'a'", 'omit the quotes'],
  ['let v = a', 'omit it'],
  ['const v = a', 'omit it'],
  ['return v', "'spike'"],
  ['for t in steps', 'what one neuron does in one step'],
  ['dv/dt = (a - v) / tau', "write the step: 'v = v + dt * (...)'"],
  ['v = a − b', "write '-'"],
  ['v = a × b', "write '*'"],
  ['v = a ≥ b', "write '>='"],
  ['v = a²', "write '** 2'"],
  ['v = π', "write 'pi'"],
]

describe('syntax that other languages have is given its name here', () => {
  test.each(elsewhere)('%s', (text, hint) => {
    const error = refusal(() => parse(text))
    expect(error.code).toBe('HILLOCK_SYNTAX')
    expect(error.hint).toContain(hint)
  })
})

describe('functions and names that other languages have are given theirs here', () => {
  test.each([
    ['clamp(input, 0, 1)', "write 'clip(x, low, high)'"],
    ['maximum(input, 0)', "write 'max(a, b)'"],
    ['pow(input, 2)', "write 'a ** b'"],
    ['sign(input)', "write '(x > 0) - (x < 0)'"],
    ['step(input)', "write 'heaviside(x)'"],
    ['Theta(input)', "write 'heaviside(x)'"],
    ['rand()', "write 'uniform()'"],
    ['if(input > 0, 1, 0)', "write 'where(condition, a, b)'"],
    ['round(input)', "write 'floor(x + 0.5)'"],
    ['sum(input)', "write 'total(x)'"],
    ['not(input)', "write '1 - condition'"],
    ['sqr(input)', "did you mean 'sqrt'?"],
    ['erf(input)', 'there are where, min, max, relu, abs, clip, sqrt, exp,'],
    ['True', "write '1'"],
    ['False', "write '0'"],
    ['inf', "write '1e30'"],
    ['PI', "write 'pi'"],
    ['e', "write 'exp(1)'"],
  ])('%s', (text, hint) => {
    const error = refusal(() => compile(define(`spike = ${text}`)))
    expect(error.code).toBe('HILLOCK_NAME')
    expect(error.hint).toContain(hint)
  })

  test('a maximum of three', () => {
    expect(refusal(() => compile(define('spike = max(input, 0, 1)'))).hint).toBe("write 'max(a, max(b, c))'")
  })
})
