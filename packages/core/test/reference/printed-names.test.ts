import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { dense } from '../../src/connections/dense.ts'
import { poisson } from '../../src/encoders/poisson.ts'
import { elementary } from '../../src/equations/elementary.ts'
import { printJavaScript } from '../../src/equations/javascript.ts'
import { kernels } from '../../src/kernel.ts'
import { sequential } from '../../src/network/sequential.ts'
import { neuron } from '../../src/neuron.ts'
import { binder } from '../../src/reference/bindings.ts'
import { createSession } from '../../src/session/session.ts'
import { data, descent, toy, trained } from '../toy.ts'

/** The text of everything that is compiled to code while a test runs. */
let printed: string[]
const whole = globalThis.Function
beforeEach(() => {
  printed = []
  globalThis.Function = new Proxy(whole, {
    construct(target, args: string[]) {
      printed.push(args.join('\n'))
      return Reflect.construct(target, args)
    },
  })
})
afterEach(() => {
  globalThis.Function = whole
})

describe('printed code', () => {
  test('holds no name and no text of a definition, forward or backward', async () => {
    const odd = neuron({
      name: 'zq"`); zq(',
      inputs: ['zqinput'],
      params: { zqbeta: 0.9, zqlimit: 1, zqarray: new Array(3).fill(0.5) },
      state: { zqv: 0, zqu: 'zqlimit * 0', zqw: [0, 0, 0] },
      equations: `zqlocal = zqbeta * zqv + zqinput * zqarray # zq
        zqu = zqu * exp(-t * zqlimit) + zqlocal
        zqw = zqw + 1
        spike = heaviside(zqlocal - zqlimit)
        zqv = zqlocal - zqlimit * spike`,
      surrogate: {
        name: 'zq',
        params: { zqslope: 2 },
        derivative: 'zqd = 1 / (1 + zqslope * abs(x))\nzqe = zqd * zqd',
      },
      record: ['zqlocal'],
    })({ learn: ['zqbeta', 'zqarray'] })
    const network = sequential(12, [dense(24), neuron({ name: 'zq', equations: 'spike = input' })(), dense(3), odd])
    const session = createSession({ ...toy(), network, encoder: poisson(), learner: descent() })
    await trained(session)
    await session.observe(data.test, async () => {})
    expect(printed.length).toBeGreaterThan(4)
    expect(printed.filter((code) => /zq/i.test(code))).toEqual([])
  })

  test('is made of numbers where a definition says text is a number', () => {
    const text = '1); globalThis.zq = 1; (1' as unknown as number
    const surrogate = { name: 'zq', params: { slope: text }, derivative: 'slope * x' }
    const state = { v: { toString: () => text } as unknown as number }
    const equations = 'v = v + input\nspike = heaviside(v)'
    const refused = expect.objectContaining({ code: 'HILLOCK_OPTION' })
    expect(neuron({ name: 'x', state, equations })).toThrow(refused)
    expect(neuron({ name: 'x', state: { v: 0 }, equations, surrogate })).toThrow(refused)
    // Whoever goes past `neuron` gets no further.
    const definition = { name: 'x', equations, inputs: ['input'], params: [], outputs: ['spike'], record: [] }
    const { reverse } = kernels({ ...definition, state: { v: 0 }, surrogate })
    expect(printJavaScript(elementary(reverse().program), { read: () => 'x', write: () => '' }).text).not.toMatch(/zq/)
    expect(globalThis).not.toHaveProperty('zq')
  })

  test('gives arguments identifiers of their own, whatever their role is called', () => {
    const { bind, declarations } = binder()
    for (const role of ['input:a\nevil()', 'state:};evil()', 'evil();', 'out:\u2028evil']) bind(role, [0], '[n]')
    for (const line of declarations().split('\n')) expect(line).toMatch(/^const (\w+) = A\.\1$/)
    expect(declarations()).toMatch(/^const input0 = A.input0\nconst state1 = A.state1\n/)
  })
})

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a b', 'a\nb', 'é', '', 'a;b'])(
  'a state, a parameter or an input may not be called %j',
  (name) => {
    const own = (value: unknown) => JSON.parse(`{${JSON.stringify(name)}:${value}}`)
    const equations = 'spike = input'
    const refused = expect.objectContaining({ code: 'HILLOCK_NAME' })
    expect(neuron({ name: 'x', equations, state: own(0) })).toThrow(refused)
    expect(neuron({ name: 'x', equations, params: own(0) })).toThrow(refused)
    expect(neuron({ name: 'x', equations, inputs: [name] })).toThrow(refused)
    expect(neuron({ name: 'x', equations, record: [name] })).toThrow(refused)
  },
)
