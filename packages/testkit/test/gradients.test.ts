import { evaluateSetup, kernels, oracle } from '@hillock/core/backend'
import { interpret } from '@hillock/core/equations'
import type { Definition, ParamValue } from '@hillock/core/neurons'
import { stream } from '@hillock/core/random'
import { sigmoid, surrogateFunction } from '@hillock/core/surrogates'
import { describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { randomProgram } from '../src/programs.ts'
import { noise, play, type Run } from '../src/rig.ts'

jest.setTimeout(60_000)

const [steps, batch, size] = [6, 2, 3]
const whole = steps * batch * size
const learn = ['p', 'q']
const signals = Object.fromEntries(['spike', 'v', 'w', 'x0'].map((name, k) => [name, noise(whole, k)]))

/** In f64, with the primitive of the surrogate for the step: then the surrogate gradient is the true one. */
const smooth = oracle({ heaviside: surrogateFunction(sigmoid({ slope: 2 }), 'smooth') })

type Params = Readonly<Record<string, ParamValue>>

function plan(definition: Definition, params: Params): Run {
  const inputs = { input: noise(whole, 20), other: noise(batch * size, 21) }
  const random = { seed: 1, stream: stream.teacher, step: 0, place: 0 }
  const matrices = { back: noise(size ** 2, 22), across: noise(size ** 2, 23) }
  return { kernels: kernels(definition, learn), params, steps, batch, size, inputs, matrices, random }
}

async function loss(run: Run): Promise<number> {
  const results = await play(smooth, run)
  return Object.entries(signals).reduce(
    (sum, [name, signal]) => (results[name] ?? []).reduce((part, value, i) => part + value * signal[i]!, sum),
    0,
  )
}

async function slope(at: (h: number) => Run): Promise<number> {
  const h = 2e-4
  const f = (k: number) => loss(at(k * h))
  return (8 * ((await f(1)) - (await f(-1))) - ((await f(2)) - (await f(-2)))) / (12 * h)
}

const shifted = (values: ArrayLike<number>, direction: readonly number[], h: number) =>
  Array.from(values, (value, i) => value + h * direction[i]!)
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

function expectNear(found: number, wanted: number): void {
  expect(Math.abs(found - wanted)).toBeLessThan(2e-6 * Math.max(1, Math.abs(wanted)))
}

/** Adjoints of the learnable parameters, summed over the batch and, for one shared by the layer, over neurons. */
function paramGradients(run: Run, gradients: Readonly<Record<string, number[]>>): Record<string, number[]> {
  const summed = (name: string) =>
    Array.from({ length: size }, (_, n) =>
      Array.from({ length: batch }, (_, b) => gradients[`gradient:${name}`]?.[b * size + n] ?? 0).reduce(
        (sum, value) => sum + value,
      ),
    )
  const known = { ...run.params, ...evaluateSetup(run.kernels.compiled, run.params, size) }
  return Object.fromEntries(
    Object.entries(
      interpret(run.kernels.reverseSetup(), size, ({ op, name }) =>
        op === 'adjoint' ? summed(name as string) : (known[name as string] as number),
      ),
    ).map(([name, values]) => [name, Array.from(values)]),
  )
}

describe('the gradient of a random program, its step made smooth, agrees with finite differences', () => {
  const programs = randomProgram({ size, smooth: true, products: true, random: true })

  test('by the inputs and the initial states', async () => {
    await fc.assert(
      fc.asyncProperty(programs, async ({ definition, params }) => {
        const run = plan(definition, params)
        const found = await play(smooth, { ...run, signals })
        const [d, e] = [noise(whole, 30), noise(batch * size, 31)]
        expectNear(
          dot(found['gradient:input']!, d),
          await slope((h) => ({ ...run, inputs: { ...run.inputs, input: shifted(run.inputs.input!, d, h) } })),
        )
        const start = noise(batch * size, 32)
        const from = await play(smooth, { ...run, signals, initial: { w: start } })
        expectNear(dot(from['gradient:w']!, e), await slope((h) => ({ ...run, initial: { w: shifted(start, e, h) } })))
      }),
      { numRuns: 60 },
    )
  })

  test('by the matrix that spikes of the step before come through', async () => {
    const recurrent = programs.filter(({ definition }) => definition.matrices!.includes('back'))
    await fc.assert(
      fc.asyncProperty(recurrent, async ({ definition, params }) => {
        const run = plan(definition, params)
        const found = await play(smooth, { ...run, signals })
        const [past, delta] = [found.past!, found['gradient:#back']!]
        const gradient = Array.from({ length: size ** 2 }, (_, i) => {
          const [from, to] = [Math.floor(i / size), i % size]
          let sum = 0
          for (let row = batch; row < steps * batch; row++)
            sum += past[(row - batch) * size + from]! * delta[row * size + to]!
          return sum
        })
        const direction = noise(size ** 2, 34)
        const back = (h: number) => shifted(run.matrices!.back!, direction, h)
        const measured = await slope((h) => ({ ...run, matrices: { ...run.matrices, back: back(h) } }))
        expectNear(dot(gradient, direction), measured)
      }),
      { numRuns: 60 },
    )
  })

  test('by the parameters, through setup values and initial states', async () => {
    await fc.assert(
      fc.asyncProperty(programs, async ({ definition, params }) => {
        const run = plan(definition, params)
        const found = paramGradients(run, await play(smooth, { ...run, signals }))
        for (const name of learn) {
          const value = params[name] as ParamValue
          const direction = typeof value === 'number' ? [1, 1, 1] : noise(size, 33)
          const moved = (h: number) => (typeof value === 'number' ? value + h : shifted(value, direction, h))
          expectNear(
            dot(found[name]!, direction),
            await slope((h) => ({ ...run, params: { ...params, [name]: moved(h) } })),
          )
        }
      }),
      { numRuns: 60 },
    )
  })
})

test('a constant input takes the sum over time', async () => {
  await fc.assert(
    fc.asyncProperty(randomProgram({ size }), async ({ definition, params }) => {
      const run = { ...plan(definition, params), signals }
      const whole = await play(oracle(), run)
      const summed = await play(oracle(), { ...run, summed: true })
      const total = summed['gradient:input']!.map((_, i, all) =>
        Array.from({ length: steps }, (_, t) => whole['gradient:input']![t * all.length + i]!).reduce((a, b) => a + b),
      )
      total.forEach((value, i) => {
        expect(summed['gradient:input']![i]).toBeCloseTo(value, 10)
      })
    }),
    { numRuns: 30 },
  )
})

test('a window cuts the gradient into separate runs', async () => {
  await fc.assert(
    fc.asyncProperty(randomProgram({ size }), async ({ definition, params }) => {
      const run = { ...plan(definition, params), signals }
      const cut = await play(oracle(), { ...run, window: 3 })
      const late = Object.fromEntries(
        Object.entries(signals).map(([name, signal]) => [name, signal.map((value, i) => (i < whole / 2 ? value : 0))]),
      )
      const first = await play(oracle(), { ...run, signals: late })
      const half = whole / 2
      expect(cut['gradient:input']!.slice(0, half)).toEqual(first['gradient:input']!.slice(0, half))
      const full = await play(oracle(), run)
      expect(cut['gradient:input']!.slice(half)).toEqual(full['gradient:input']!.slice(half))
    }),
    { numRuns: 30 },
  )
})
