import { slowness } from '@hillock/testing'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { elementary } from '../../src/equations/elementary.ts'
import { interpret } from '../../src/equations/interpret.ts'
import { printJavaScript } from '../../src/equations/javascript.ts'
import { evaluateSetup, kernels } from '../../src/kernel.ts'

/** HILLOCK_FUZZ asks for more inputs, and tells how it went. */
const numRuns = Number(process.env.HILLOCK_FUZZ ?? 2000)
let slowest = 0

/** What is slow by itself is slow again; memory that is cleared up now and then takes time too. */
function leastOf(attempt: () => number): number {
  const first = attempt()
  return first < 100 ? first : Math.min(first, attempt(), attempt())
}

const names = ['v', 'u', 'input', 'beta', 'spike', 'pi', 't', 'a', 'x', '__proto__', 'constructor', 'steps']
const functions = [
  'where',
  'min',
  'max',
  'relu',
  'abs',
  'clip',
  'sqrt',
  'exp',
  'log',
  'tanh',
  'sigmoid',
  'sin',
  'cos',
  'floor',
  'heaviside',
  'surrogate',
  'detach',
  'prev',
  'uniform',
  'winners',
  'total',
  'eval',
  'toString',
]
const operators = ['+', '-', '*', '/', '**', '<', '<=', '>', '>=', '==', '!=']
const number = fc.oneof(
  fc.nat(3).map(String),
  fc.constantFrom('0.5', '1e308', '1e999', '64', '-1', '1e-40', '.5', '2.'),
)
const arity = (name: string) => ({ where: 3, clip: 3, min: 2, max: 2, winners: 2, uniform: 0 })[name] ?? 1

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 3, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: number },
    {
      weight: 3,
      arbitrary: fc
        .tuple(tie('expression'), fc.constantFrom(...operators), tie('expression'))
        .map(([a, o, b]) => `(${a} ${o} ${b})`),
    },
    { weight: 1, arbitrary: tie('expression').map((a) => `-${a}`) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom(...functions), fc.array(tie('expression'), { minLength: 3, maxLength: 3 }))
        .map(([name, args]) => `${name}(${args.slice(0, arity(name)).join(', ')})`),
    },
  ),
}))
const statement = fc
  .tuple(fc.constantFrom('v', 'v', 'u', 'a', 'x', 'spike'), expression)
  .map(([name, value]) => `${name} = ${value}`)
const ends = ['v = v * beta + input', 'u = u + v', 'spike = heaviside(v - 1)']
const meant = fc.array(statement, { maxLength: 5 }).map((lines) => [...lines, ...ends].join('\n'))
const soup = fc
  .array(
    fc.constantFrom(...names, ...functions, ...operators, '(', ')', ',', '=', '\n', ' ', '#', '1', '\u0000', 'é'),
    { maxLength: 60 },
  )
  .map((words) => words.join(''))
const nested = fc
  .tuple(fc.nat(3000), fc.constantFrom('(', '-', 'exp(', 'v+', '1**', 'v*(', 'where('))
  .map(([n, part]) => `v = ${part.repeat(n)}`)
const long = fc
  .tuple(fc.integer({ min: 1, max: 210 }), statement)
  .map(([n, line]) => [...new Array(n).fill(line), ...ends].join('\n'))
const part = fc.constantFrom(
  'v**u',
  'exp(v)',
  'surrogate(v)',
  'tanh(v)',
  'sin(u)',
  'v',
  'heaviside(v)',
  'winners(v, 1)',
)
const wide = fc
  .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 500 }), part, fc.constantFrom('+', '*', '**', '<'))
  .map(
    ([lines, n, what, operator]) => `v = ${new Array(n).fill(what).join(operator)}\n`.repeat(lines) + ends.join('\n'),
  )
const texts = fc.oneof(
  { weight: 60, arbitrary: meant },
  { weight: 20, arbitrary: soup },
  { weight: 10, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 4, arbitrary: nested },
  { weight: 1, arbitrary: long },
  { weight: 1, arbitrary: wide },
)

test('whatever its text is, a neuron is compiled, differentiated and printed, or refused with a code', () => {
  let accepted = 0
  const compile = (equations: string, learnt: boolean) => {
    const surrogate = { name: 'fuzz', params: { slope: 2 }, derivative: '1 / (1 + slope * abs(x))' }
    const state = { v: 0, u: 'beta * 0' }
    const definition = {
      name: 'x',
      equations,
      inputs: ['input'],
      params: ['beta'],
      state,
      outputs: ['spike'],
      record: ['v'],
      surrogate,
    }
    const made = kernels(definition, learnt ? ['beta'] : [])
    evaluateSetup(made.compiled, { beta: 0.5 }, 2)
    interpret(made.forward.program, 2, () => 0.5)
    for (const { program } of [made.learning(), made.reverse()]) {
      const { text } = printJavaScript(elementary(program), { read: () => '0', write: () => '' })
      new Function('N', 'f', text)
    }
    made.reverseSetup()
  }
  const property = fc.property(texts, fc.boolean(), (equations, learnt) => {
    const attempt = () => {
      const began = process.cpuUsage()
      try {
        compile(equations, learnt)
        accepted++
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^HILLOCK_(SYNTAX|NAME|EQUATION)$/) })
      }
      const { user, system } = process.cpuUsage(began)
      return slowness(user + system)
    }
    slowest = Math.max(slowest, leastOf(attempt))
  })
  fc.assert(property, { numRuns })
  // about two seconds on a machine that does nothing else; an ordinary input takes less than a two-thousandth of it
  expect(slowest).toBeLessThan(200)
  expect(accepted).toBeGreaterThan(numRuns / 20)
  if (process.env.HILLOCK_FUZZ) console.log({ numRuns, slowest, accepted })
}, 3_600_000)
