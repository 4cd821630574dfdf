import { reference } from '@hillock/core'
import { type Kernel, type Kernels, kernels, oracle } from '@hillock/core/backend'
import { compile, elementary, interpret } from '@hillock/core/equations'
import { stream } from '@hillock/core/random'
import { describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { isSum } from '../src/backend/part.ts'
import { type RandomProgram, randomProgram } from '../src/programs.ts'
import { noise, play, type Run } from '../src/rig.ts'

jest.setTimeout(60_000)

const [steps, batch, size] = [5, 2, 4]
const whole = steps * batch * size
const random = { seed: 7, stream: stream.teacher, step: 3, place: 11 }

function run({ definition, params }: RandomProgram, more: Partial<Run> = {}): Run {
  const inputs = { input: noise(whole, 1), other: noise(batch * size, 2) }
  const matrices = { back: noise(size ** 2, 3), across: noise(size ** 2, 4) }
  return { kernels: kernels(definition, ['p', 'q']), params, steps, batch, size, inputs, matrices, random, ...more }
}

/** Adjoints for every output that is asked for. */
const signalsFor = (names: readonly string[]) =>
  Object.fromEntries(names.map((name, k) => [name, noise(whole, 10 + k)]))

/** The kernels with exp and its kin written out, as every f32 machine computes them. */
function written(made: Kernels): Kernels {
  const write = (kernel: Kernel) => ({ ...kernel, program: elementary(kernel.program) })
  return { ...made, forward: write(made.forward), reverse: () => write(made.reverse()) }
}

/** -0 counts as 0. */
const bits = (values: readonly number[] | undefined) => values?.map((value) => value + 0)

describe('a printed kernel gives the bits of the rounded oracle', () => {
  test.each([
    ['pointwise', {}],
    ['with random numbers', { random: true }],
    ['with operations of the layer', { layerScope: true, random: true }],
    ['with matrices', { layerScope: true, products: true }],
  ])('%s', async (_, options) => {
    await fc.assert(
      fc.asyncProperty(randomProgram({ size, ...options }), async (program) => {
        const plan = run(program, { signals: signalsFor(['spike', 'v', 'w']) })
        const printed = await play(reference(), plan)
        const rounded = await play(oracle({ round: Math.fround }), { ...plan, kernels: written(plan.kernels) })
        for (const name of Object.keys(rounded)) {
          if (!isSum(name, plan)) expect([name, bits(printed[name])]).toEqual([name, bits(rounded[name])])
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('f32 stays near f64', () => {
  test('where nothing jumps', async () => {
    await fc.assert(
      fc.asyncProperty(randomProgram({ size, smooth: true, products: true }), async ({ definition, params }) => {
        const equations = definition.equations.replace('spike = heaviside', 'spike = sigmoid')
        const plan = run({ definition: { ...definition, equations }, params }, { signals: signalsFor(['spike', 'w']) })
        const [single, double] = [await play(reference(), plan), await play(oracle(), plan)]
        for (const [name, values] of Object.entries(double)) {
          const scale = Math.max(1, ...values.map(Math.abs))
          values.forEach((value, i) => {
            expect(Math.abs(value - single[name]![i]!) / scale).toBeLessThan(3e-5)
          })
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('simplification', () => {
  test('keeps the value of every output', () => {
    fc.assert(
      fc.property(randomProgram({ size, layerScope: true, products: true, random: true }), ({ definition }) => {
        const leaf = new Map<string, number[]>()
        const matrix = noise(size ** 2, 50)
        const evaluate = (simplify: boolean) => {
          const { setup, timeVarying, step } = compile(definition, { simplify })
          const at = (name: string) => {
            const known = leaf.get(name) ?? noise(size, leaf.size)
            leaf.set(name, known)
            return known
          }
          const outer = interpret(setup, size, ({ name }) => at(name as string))
          const timed = interpret(timeVarying, size, ({ name }) => at(name as string))
          return interpret(step, size, ({ op, name }) => {
            const given =
              op === 'setup' ? outer[name as string] : op === 'timeVarying' ? timed[name as string] : undefined
            return given ?? (op === 'product' ? matrix : at(`${op}:${name}`))
          })
        }
        const [plain, simple] = [evaluate(false), evaluate(true)]
        for (const name of Object.keys(plain)) {
          plain[name]!.forEach((value, n) => {
            expect(Math.abs(value - simple[name]![n]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)))
          })
        }
      }),
      { numRuns: 300 },
    )
  })
})
