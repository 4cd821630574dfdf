import {
  adaptiveLif,
  constant,
  type Encoder,
  latency,
  leaky,
  leakyIntegrator,
  lif,
  type Neuron,
  neuron,
  poisson,
  reference,
  synaptic,
} from '@hillock/core'
import { evaluateSetup, evaluateTimeVarying, type Kernels, kernels } from '@hillock/core/backend'
import { delta, noise as noisy, regularRate } from '@hillock/core/encoders'
import { elementary, interpret, type Node, type Program } from '@hillock/core/equations'
import {
  alpha,
  gradedSpike,
  integrateAndFire,
  izhikevich,
  kWinners,
  lapicque,
  linear,
  type ParamValue,
  refractoryLif,
  relu,
} from '@hillock/core/neurons'
import { stream, uniform } from '@hillock/core/random'
import { describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { randomProgram } from '../src/programs.ts'
import { noise, play } from '../src/rig.ts'

jest.setTimeout(60_000)

const [steps, batch, size] = [6, 2, 4]
const key = { seed: 7, stream: stream.teacher, step: 3, place: 0 }

type Params = Readonly<Record<string, ParamValue>>
type Inputs = Readonly<Record<string, number[]>>

const at = (value: number | ArrayLike<number>, n: number) => (typeof value === 'number' ? value : value[n]!)

/** In which steps each neuron of each sample meets NaN or infinity where it matters: the definition of an alarm, without any of its means. */
function defined(made: Kernels, params: Params, inputs: Inputs): boolean[][] {
  const program = elementary(made.forward.program)
  const every: Program = { ...program, outputs: Object.fromEntries(program.nodes.map((_, i) => [i, i])) }
  const setup = evaluateSetup(made.compiled, params, size)
  const timeVarying = evaluateTimeVarying(made.compiled, params, steps, size)
  const { states } = made.forward
  const finite = ['spike', ...states]
  const bad = Array.from({ length: batch * size }, () => new Array<boolean>(steps).fill(false))
  for (let b = 0; b < batch; b++) {
    let state = new Map(
      states.map((name) => [name, Float32Array.from({ length: size }, (_, n) => at(setup[name]!, n))]),
    )
    for (let t = 0; t < steps; t++) {
      const leaf = ({ op, name }: Node): number | ArrayLike<number> => {
        if (op === 'state') return state.get(name!)!
        if (op === 'setup') return setup[name!]!
        if (op === 'input') return inputs[name!]!.slice((t * batch + b) * size, (t * batch + b + 1) * size)
        if (op === 'uniform')
          return Float64Array.from({ length: size }, (_, n) =>
            uniform(key.seed, key.stream, Number(name), key.step, b, n, t),
          )
        const { perNeuron, values } = timeVarying[name!]!
        return perNeuron ? values.subarray(t * size, (t + 1) * size) : values[t]!
      }
      const values = interpret(every, size, leaf, { round: Math.fround })
      const result = (output: string) => values[program.outputs[output]!]!
      const comparing = comparingNaN(program, finite, values)
      for (let n = 0; n < size; n++) {
        const sound = finite.every((output) => Number.isFinite(result(output)[n])) && !comparing[n]
        if (!sound) bad[b * size + n]![t] = true
      }
      state = new Map(states.map((name) => [name, Float32Array.from(result(name))]))
    }
  }
  return bad
}

/** Which neurons compare NaN: goes from what they give out to all that this takes, past branches that are not taken. */
function comparingNaN(
  { nodes, outputs }: Program,
  results: readonly string[],
  values: Readonly<Record<string, Float64Array>>,
): boolean[] {
  const [seen, found] = [new Set<string>(), new Array<boolean>(size).fill(false)]
  const neurons = found.map((_, n) => n)
  const visit = (i: number, n: number): void => {
    if (seen.has(`${i} ${n}`)) return
    seen.add(`${i} ${n}`)
    const { op, args } = nodes[i]!
    const value = (arg: number, of = n) => values[arg]![of]!
    // What sees the whole layer takes values of all neurons.
    const all = op === 'winners' || op === 'total' ? neurons : [n]
    const two = ['lt', 'le', 'eq', 'ne'].includes(op) && args[0] !== args[1]
    const compared = two ? args : ['heaviside', 'where', 'winners'].includes(op) ? args.slice(0, 1) : []
    const taken = op === 'where' ? [args[0]!, value(args[0]!) !== 0 ? args[1]! : args[2]!] : args
    for (const m of all) {
      if (compared.some((arg) => Number.isNaN(value(arg, m)))) found[m] = true
      for (const arg of taken) visit(arg, m)
    }
  }
  for (const name of results) for (const n of neurons) visit(outputs[name]!, n)
  return found
}

/** Whether the alarm of each neuron of each sample, or its graded output, is NaN or infinite after all steps, or was in one. */
async function alarmed(made: Kernels, params: Params, inputs: Inputs): Promise<boolean[]> {
  const timeVarying = Object.values(evaluateTimeVarying(made.compiled, params, steps, size))
  const finiteTimeVarying = timeVarying.every(({ values }) => values.every(Number.isFinite))
  const watched = { ...made, forward: made.watched({ finiteTimeVarying }) }
  const run = { params, steps, batch, size, inputs, random: key, initial: { '#alarm': 0 }, last: true }
  const { 'last:#alarm': alarm, spike } = await play(reference(), { ...run, kernels: watched })
  const given = (i: number) => Array.from({ length: steps }, (_, t) => spike![t * batch * size + i]!)
  return Array.from({ length: batch * size }, (_, i) => {
    return !(given(i).every(Number.isFinite) && Number.isFinite(alarm?.[i] ?? 0))
  })
}

/** Currents, some of which are none; in the last step all are, as nothing shows then what only a next step would. */
const spoilt = fc
  .array(
    fc.tuple(
      fc.nat(batch * size * (steps - 1) - 1),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30, -1e30, 0),
    ),
    { maxLength: 5 },
  )
  .map((places) => (seed: number) => {
    const values = noise(steps * batch * size, seed).map((x) => 3 * x)
    for (const [place, value] of places) values[place] = value
    return values
  })

async function expectAlarms(made: Kernels, params: Params, inputs: Inputs): Promise<void> {
  const [found, wanted] = [await alarmed(made, params, inputs), defined(made, params, inputs)]
  for (const [i, own] of wanted.entries()) {
    const before = own.slice(0, -1).includes(true)
    if (before || !own.includes(true)) expect({ i, own, alarm: found[i] }).toEqual({ i, own, alarm: before })
  }
}

const custom = (equations: string, state: Record<string, number> = {}, params: Record<string, number> = {}): Neuron =>
  neuron({ name: 'custom', equations, state, params })()

const neurons: Readonly<Record<string, Neuron>> = {
  ...Object.fromEntries(
    (['subtract', 'zero', 'none'] as const).flatMap((reset) =>
      [lif, leaky, lapicque, synaptic, adaptiveLif, integrateAndFire].map((make) => [
        `${make({}).name}, ${reset}`,
        make({ reset }),
      ]),
    ),
  ),
  alpha: alpha(),
  'alpha, none': alpha({ reset: 'none' }),
  gradedSpike: gradedSpike(),
  izhikevich: izhikevich(),
  kWinners: kWinners({ k: 2 }),
  leakyIntegrator: leakyIntegrator(),
  linear: linear(),
  refractoryLif: refractoryLif(),
  'without states': custom('spike = heaviside(input - 1)'),
  'a logarithm that is compared': custom('spike = log(input) > 0'),
  'a logarithm in a branch': custom('spike = where(input > 0, log(input) > 0, 0)'),
  'branches within branches': custom(
    'spike = where(input > 0, where(input > 1, log(input - 1) > 0, sqrt(input) < 1), -input > 1)',
  ),
  'a competition in a branch': custom('spike = where(input > 0, winners(log(input), 1), 0)'),
  'a choice by a number': custom('spike = where(input, 1, 0)'),
  'a quotient': custom('spike = 1 / input > 2'),
  'what is told from NaN': custom('v = where(input == input, input, 0)\nspike = v > 0', { v: 0 }),
  'two states that show each other': custom(
    'a = 0.5 * a + 0.1 * b + input\nb = 0.5 * b + 0.1 * prev(a)\nspike = b > 0',
    { a: 0, b: 0 },
  ),
  'a time-varying value that is infinite where it is not taken': custom(
    'spike = where(t > 0, input * log(t) > 1, input > 1)',
  ),
  'a time-varying value that is infinite where it is taken': custom(
    'spike = where(input > 0, relu(input) * log(t) > 1, 0)',
  ),
  'a chain of states': custom('c = b\nb = a\na = where(input > 0, input, -input)\nspike = c > 0', { a: 0, b: 0, c: 0 }),
}

describe('an alarm is given where NaN or infinity matters, and nowhere else', () => {
  test.each(Object.entries(neurons))('%s', async (_, { kernels, params }) => {
    await fc.assert(
      fc.asyncProperty(spoilt, (currents) => expectAlarms(kernels, params, { input: currents(1) })),
      { numRuns: 60, seed: 1 },
    )
  })

  test.each([
    ['pointwise', {}],
    ['with random numbers', { random: true }],
    ['with operations of the layer', { layerScope: true }],
  ])('in programs made up at random, %s', async (_, options) => {
    await fc.assert(
      fc.asyncProperty(randomProgram({ size, ...options }), spoilt, ({ definition, params }, currents) =>
        expectAlarms(kernels(definition), params, { input: currents(1), other: currents(2) }),
      ),
      { numRuns: 150, seed: 1 },
    )
  })
})

test('none is looked for where there can be none, or the output shows it', () => {
  const finite = { finiteInput: true }
  const has = ({ kernels }: Neuron | Encoder, given = {}) => '#alarm' in kernels.watched(given).program.outputs
  expect([linear(), relu(), leakyIntegrator()].map((made) => has(made))).toEqual([false, false, false])
  const encoders = [poisson(), poisson({ probability: 0.5 }), delta(), delta({ off: true }), noisy(), constant()]
  expect(encoders.map((made) => has(made, finite))).toEqual(encoders.map(() => false))
  expect([latency(), regularRate()].map((made) => has(made, finite))).toEqual([true, true])
  expect(has(poisson())).toBe(true)
})

test('neurons whose states last are given no operation more', () => {
  for (const { kernels } of [lif(), leaky(), lapicque(), synaptic(), kWinners(), izhikevich(), gradedSpike()]) {
    const { program } = kernels.watched()
    expect(program.nodes).toHaveLength(kernels.forward.program.nodes.length)
    expect(program.outputs).toHaveProperty('#alarm')
    expect(kernels.watched().states).toEqual(kernels.forward.states)
  }
})
