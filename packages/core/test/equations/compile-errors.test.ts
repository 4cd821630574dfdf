import { describe, expect, test } from '@jest/globals'
import { compile } from '../../src/equations/compile.ts'
import type { Definition } from '../../src/equations/definition.ts'
import { reverse } from '../../src/equations/differentiate.ts'
import { elementary } from '../../src/equations/elementary.ts'
import { neuron } from '../../src/neuron.ts'
import { define, refusal } from './definition.ts'

interface Case {
  readonly about: string
  readonly equations: string
  readonly more?: Partial<Definition>
  readonly code?: string
  readonly message: string
  /** Line and caret, where the error has a place. */
  readonly at?: readonly [number, string]
  readonly hint?: string
}

const lif = { params: ['beta', 'threshold'], state: { v: 0 } }

const cases: readonly Case[] = [
  {
    about: 'a misspelt name',
    equations: 'v = bta * v + input\nspike = v - threshold',
    more: lif,
    code: 'HILLOCK_NAME',
    message: "test: unknown name 'bta'",
    at: [1, '    ^^^'],
    hint: "did you mean 'beta'?",
  },
  {
    about: 'a misspelt name of a longer word',
    equations: 'v = beta * v + input\nspike = v - treshhold',
    more: lif,
    code: 'HILLOCK_NAME',
    message: "unknown name 'treshhold'",
    at: [2, '            ^^^^^^^^^'],
    hint: "did you mean 'threshold'?",
  },
  {
    about: 'a name like no other',
    equations: 'v = beta * v + xyz\nspike = v - threshold',
    more: lif,
    code: 'HILLOCK_NAME',
    message: "unknown name 'xyz'",
    hint: 'known here: input, v, beta, threshold',
  },
  {
    about: 'a misspelt function',
    equations: 'spike = heavyside(input)',
    code: 'HILLOCK_NAME',
    message: "unknown function 'heavyside'",
    at: [1, '        ^^^^^^^^^'],
    hint: "did you mean 'heaviside'?",
  },
  {
    about: 'a name of every object',
    equations: 'spike = toString(input)',
    code: 'HILLOCK_NAME',
    message: "unknown function 'toString'",
  },
  {
    about: 'a function without its brackets',
    equations: 'spike = exp + input',
    code: 'HILLOCK_NAME',
    message: "unknown name 'exp'",
    hint: "'exp' is a function: write exp(...)",
  },
  {
    about: 'too many arguments',
    equations: 'spike = exp(input, 2)',
    message: 'exp takes 1 argument, 2 given',
    at: [1, '        ^^^^^^^^^^^^^'],
  },
  { about: 'too few arguments', equations: 'spike = where(input)', message: 'where takes 3 arguments, 1 given' },
  { about: 'no arguments', equations: 'spike = heaviside()', message: 'heaviside takes 1 or 2 arguments, 0 given' },
  {
    about: 'a step with a strange value at 0',
    equations: 'spike = heaviside(input, 0.5)',
    message: 'must be the number 0 or 1',
    at: [1, '                         ^^^'],
  },
  {
    about: 'spike read before it is set',
    equations: 'v = v + input - spike\nspike = heaviside(v)',
    more: { state: { v: 0 } },
    message: "'spike' is read before it is set",
    at: [1, '                ^^^^^'],
    hint: 'keep it in a state',
  },
  {
    about: 'a local read before it is set',
    equations: 'v = v + decay\ndecay = 0.5\nspike = input',
    more: { state: { v: 0 } },
    message: "'decay' is read before it is set",
    at: [1, '        ^^^^^'],
    hint: 'it is set on line 2; to carry a value from step to step, declare it as a state',
  },
  {
    about: 'a parameter assigned',
    equations: 'beta = 2\nspike = beta * input',
    more: { params: ['beta'] },
    message: "'beta' is a parameter and cannot be assigned",
    at: [1, '^^^^'],
    hint: 'declare it as a state',
  },
  {
    about: 'a given parameter assigned',
    equations: 'steps = 2\nspike = steps * input',
    more: { given: ['steps'] },
    message: "'steps' is a parameter and cannot be assigned",
    at: [1, '^^^^^'],
  },
  {
    about: 'an input assigned',
    equations: 'input = 2\nspike = input',
    message: "'input' is an input",
    at: [1, '^^^^^'],
  },
  { about: 'pi assigned', equations: 'pi = 3\nspike = pi', message: "'pi' has a meaning of its own", at: [1, '^^'] },
  { about: 'a function assigned', equations: 'spike = 1\n\n min = 2', message: "'min' has a meaning", at: [3, ' ^^^'] },
  {
    about: 'spike set twice',
    equations: 'spike = input\nspike = 2 * input',
    message: "'spike' is set twice",
    at: [2, '^^^^^'],
    hint: 'it is first set on line 1',
  },
  {
    about: 'spike never set',
    equations: 'v = v + input',
    more: { state: { v: 0 } },
    message: "'spike' is never set",
    hint: "add a line such as 'spike = heaviside(v - threshold)'",
  },
  {
    about: 'another output never set',
    equations: '# nothing',
    more: { outputs: ['value'] },
    message: "'value' is never set",
    hint: "add a line 'value = ...'",
  },
  {
    about: 'a state never assigned',
    equations: 'spike = input + v',
    more: { state: { v: 0 } },
    message: "the state 'v' is never assigned",
    hint: 'a value that never changes is a parameter',
  },
  {
    about: 'an unused parameter',
    equations: 'v = v + input\nspike = heaviside(v - threshold)',
    more: lif,
    message: "the parameter 'beta' is not used",
    hint: 'use it or drop it',
  },
  {
    about: 'a record of nothing',
    equations: 'membrane = input\nspike = membrane',
    more: { record: ['membran'] },
    code: 'HILLOCK_NAME',
    message: "cannot record 'membran', it is never set",
    hint: "did you mean 'membrane'?",
  },
  {
    about: 'prev of what is no state',
    equations: 'spike = prev(input)',
    message: "prev() takes a state, 'input' is none",
    at: [1, '             ^^^^^'],
  },
  {
    about: 'prev of an expression',
    equations: 'v = v\nspike = prev(v + 1)',
    more: { state: { v: 0 } },
    message: 'prev() takes the name of a state',
  },
  {
    about: 'surrogate() without a surrogate',
    equations: 'spike = surrogate(input)',
    message: 'surrogate() is used but no surrogate is given',
  },
]

describe('a mistake in the equations is shown in its place', () => {
  test.each(cases)('$about', ({ equations, more, code = 'HILLOCK_EQUATION', message, at, hint }) => {
    const error = refusal(() => compile(define(equations, more)))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
    if (hint !== undefined) expect(error.hint).toContain(hint)
    if (at === undefined) return
    const [line, caret] = at
    expect(error.message).toContain(
      ` (line ${line}, column ${caret.indexOf('^') + 1})\n  ${line} | ${equations.split('\n')[line - 1]}\n      ${caret}`,
    )
  })
})

describe('a mistake in the declarations is refused', () => {
  test.each([
    ['a name with a space', { params: ['a b'] }, "'a b' is not a name"],
    ['a name of the language', { params: ['tanh'] }, "'tanh' has a meaning of its own"],
    ['time', { state: { t: 0 } }, "'t' has a meaning of its own"],
    ['one name twice', { params: ['v'], state: { v: 0 } }, "'v' is declared twice"],
  ])('%s', (_, more, message) => {
    const error = refusal(() => compile(define('spike = input', more)))
    expect(error.code).toBe('HILLOCK_NAME')
    expect(error.message).toContain(message)
  })
})

describe('a mistake in an initial value is refused', () => {
  const initial = (text: string) =>
    refusal(() => compile(define('v = v\nw = w\nspike = input + beta', { params: ['beta'], state: { v: text, w: 0 } })))

  test.each([
    ['beto', 'HILLOCK_NAME', "unknown name 'beto' in the initial value of 'v'", "did you mean 'beta'?"],
    ['w', 'HILLOCK_NAME', "unknown name 'w' in the initial value of 'v'", undefined],
    ['input', 'HILLOCK_NAME', "unknown name 'input'", undefined],
    ['prev(v)', 'HILLOCK_EQUATION', 'an initial value is made of parameters and earlier states', undefined],
    ['uniform()', 'HILLOCK_EQUATION', 'an initial value is made of parameters and earlier states', undefined],
    ['2 beta', 'HILLOCK_SYNTAX', "unexpected 'beta'", "multiplication is written '*'"],
  ])('%s', (text, code, message, hint) => {
    const error = initial(text)
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
    if (hint !== undefined) expect(error.hint).toBe(hint)
  })
})

describe('a mistake in a surrogate is refused when it is differentiated', () => {
  const surrogate = (derivative: string) => () =>
    reverse(
      compile(define('spike = heaviside(input)', { surrogate: { name: 'test', params: { slope: 1 }, derivative } })),
    )

  test('a misspelt name', () => {
    const error = refusal(surrogate('1 / (1 + slpe * x)'))
    expect(error.code).toBe('HILLOCK_NAME')
    expect(error.message).toContain("unknown name 'slpe' in the surrogate 'test' (line 1, column 10)")
    expect(error.hint).toBe("did you mean 'slope'?")
  })

  test.each(['uniform()', 'prev(x)', 'surrogate(x)'])('%s', (text) => {
    expect(refusal(surrogate(text)).code).toBe('HILLOCK_EQUATION')
  })

  test('none at all', () => {
    const error = refusal(() => reverse(compile(define('spike = heaviside(input)'))))
    expect(error.code).toBe('HILLOCK_EQUATION')
    expect(error.hint).toContain('surrogate')
  })
})

describe('more than anybody can wait for is refused', () => {
  test('with the neuron’s name, when it is made', () => {
    const line = (i: number) => `x${i} = ${new Array(70).fill(i === 0 ? 'v' : `x${i - 1}`).join(' ** 0.5 * ')} + input`
    const equations = [...Array.from({ length: 198 }, (_, i) => line(i)), 'v = x197', 'spike = heaviside(v)'].join('\n')
    expect(refusal(neuron({ name: 'mine', state: { v: 0 }, equations }))).toMatchObject({
      code: 'HILLOCK_EQUATION',
      message: expect.stringContaining('mine: the equations take more than 32768 operations'),
      hint: expect.stringContaining('several neurons'),
    })
  })

  test('but not 200 ordinary lines', () => {
    const line = (i: number) => `x${i} = tanh(${i === 0 ? 'v' : `x${i - 1}`} + 0.5 * input) * exp(-abs(v) / ${i + 1})`
    const equations = [...Array.from({ length: 198 }, (_, i) => line(i)), 'v = x197', 'spike = heaviside(v)'].join('\n')
    const { kernels } = neuron({ name: 'mine', state: { v: 0 }, equations })()
    expect(elementary(kernels.reverse().program).nodes.length).toBeGreaterThan(8192)
  })

  const heavy = (lines: number, line: string) =>
    define(`${`${line}\n`.repeat(lines)}spike = heaviside(v)`, {
      state: { v: 0 },
      surrogate: { name: 'test', params: {}, derivative: '1 / (1 + abs(x))' },
    })

  test('in the text itself', () => {
    const powers = new Array(240).fill('v ** 0.5').join(' + ')
    expect(refusal(() => compile(heavy(199, `v = ${powers} + input`)))).toMatchObject({
      code: 'HILLOCK_EQUATION',
      message: expect.stringContaining('more than 32768 operations'),
    })
  })

  test('in what follows from it', () => {
    const compiled = compile(heavy(199, 'v = v ** input ** v'))
    expect(refusal(() => elementary(reverse(compiled).step)).code).toBe('HILLOCK_EQUATION')
  })
})
