import { type Backend, fastSigmoid, type Neuron, reference } from '@hillock/core'
import { kernels, oracle } from '@hillock/core/backend'
import type { ParamValue } from '@hillock/core/neurons'
import { stream } from '@hillock/core/random'
import { surrogateFunction } from '@hillock/core/surrogates'
import { copied, decoratedBackend } from './decorated.ts'
import { parameterGradients } from './parameter-gradients.ts'
import { noise, play, type Run } from './rig.ts'
import { type Check, type Conformance, suite } from './suite.ts'

/** Options of `neuronConformance`. */
export interface NeuronConformanceOptions extends Conformance {
  /** Range of the currents that drive the neuron. Default: -0.5 to 1, which suits a threshold of 1. */
  readonly current?: readonly [low: number, high: number]
  /** For how many steps f32 must agree with f64. Default: 30. Choose fewer for a neuron that magnifies small differences. */
  readonly steps?: number
  /**
   * What one neuron does, step by step, worked out without hillock: by hand, or in the paper. `input` goes in (and any other input by its
   * name), `spike` comes out, as do states at the end of each step and recorded values.
   */
  readonly trace?: Readonly<Record<string, readonly number[]>>
}

const batch = 3
const usual = [-0.5, 1] as const
const random = { seed: 1, stream: stream.noise, step: 0, place: 0 }

/**
 * Registers the tests that every neuron passes: f32 agrees with f64, gradients with finite differences, samples leave each other alone,
 * the same input gives the same bits, spikes are binary where that is promised, long runs stay finite, and a trace is followed.
 */
export function neuronConformance(given: Neuron, options: NeuronConformanceOptions = {}): void {
  suite(`neuron ${given.name}`, options, (test, _, wrapped) => {
    if (wrapped) onBackend(copied(given), options, test, () => decoratedBackend(reference()))
    else {
      onBackend(given, options, test, reference)
      // on the oracle alone, so once
      test('has the gradient that finite differences give', () => checkGradients(given, planOf(given, options, 8)))
    }
  })
}

function onBackend(neuron: Neuron, options: NeuronConformanceOptions, test: Check, backend: () => Backend): void {
  const { current: [, high] = usual, steps = 30, trace } = options
  const plan = (steps: number) => planOf(neuron, options, steps)
  const size = sizeOf(neuron)

  test('gives in f32 what the oracle gives in f64', async () => {
    const run = plan(steps)
    const [found, wanted] = [await play(backend(), run), await play(oracle(), run)]
    for (const [name, values] of Object.entries(wanted)) near(name, found[name]!, values, 1e-4)
  })

  test('gives the same bits for the same input', async () => {
    const [one, other] = [await play(backend(), plan(30)), await play(backend(), plan(30))]
    for (const [name, values] of Object.entries(one)) near(name, other[name]!, values, 0)
  })

  test('lets no sample of a batch touch another', async () => {
    const run = plan(12)
    const alike = await play(backend(), run)
    const row = (i: number) => Math.floor(i / size) % batch
    const inputs = Object.entries(run.inputs).map(([name, values]) => [
      name,
      Array.from(values, (value, i) => (row(i) === 0 ? high - value : value)),
    ])
    const changed = await play(backend(), { ...run, inputs: Object.fromEntries(inputs) })
    for (const [name, values] of Object.entries(alike)) {
      const others = (all: readonly number[]) => all.filter((_, i) => row(i) !== 0)
      near(name, others(changed[name]!), others(values), 0)
    }
  })

  if (neuron.binary) {
    test('gives zeros and ones only, as it says', async () => {
      const { spike } = await play(backend(), plan(100))
      check(
        spike!.every((value) => value === 0 || value === 1),
        'there are spikes other than 0 and 1',
      )
    })
  }

  if (trace) {
    test('follows the trace', async () => {
      const { inputs } = neuron.definition
      const length = Math.max(...Object.values(trace).map((values) => values.length))
      const repeated = (values: readonly number[]) => values.flatMap((value) => new Array<number>(size).fill(value))
      const { signals: _, ...run } = plan(length)
      const driven = Object.fromEntries(
        inputs.map((name) => [name, repeated(trace[name] ?? new Array(length).fill(0))]),
      )
      const found = await play(backend(), { ...run, batch: 1, inputs: driven })
      for (const [name, wanted] of Object.entries(trace)) {
        if (inputs.includes(name)) continue
        check(found[name] !== undefined, `nothing called '${name}' comes out, but ${Object.keys(found).join(', ')}`)
        near(name, found[name]!, repeated(wanted), 1e-5)
      }
    })
  }

  test('gives something out', async () => {
    const { spike } = await play(backend(), plan(100))
    check(
      spike!.some((value) => value !== 0),
      'nothing comes out: drive it harder (the option current)',
    )
  })

  test('stays finite over a long run, and so do its gradients', async () => {
    for (const [name, values] of Object.entries(await play(backend(), plan(1000))))
      check(values.every(Number.isFinite), `${name} is not finite`)
  })
}

type Plan = Required<Pick<Run, 'signals'>> & Run

/** As many neurons as parameters are given for, or a few. */
function sizeOf({ params }: Neuron): number {
  const perNeuron = Object.values(params).find((value) => typeof value !== 'number')
  return typeof perNeuron === 'object' ? perNeuron.length : 4
}

/** A run of so many steps, with signals for all that comes out. */
function planOf(neuron: Neuron, { current: [low, high] = usual }: NeuronConformanceOptions, steps: number): Plan {
  const size = sizeOf(neuron)
  const count = steps * batch * size
  const drawn = (seed: number) => noise(count, seed).map((x) => low + ((high - low) * (x + 1)) / 2)
  const outputs = Object.keys(neuron.kernels.forward.program.outputs)
  return {
    kernels: neuron.kernels,
    params: neuron.params,
    steps,
    batch,
    size,
    random,
    inputs: Object.fromEntries(neuron.definition.inputs.map((name, i) => [name, drawn(i)])),
    signals: Object.fromEntries(outputs.map((name, i) => [name, noise(count, 100 + i)])),
  }
}

async function checkGradients(neuron: Neuron, plan: Plan): Promise<void> {
  const smooth = smoothed(neuron)
  const run = { ...plan, kernels: smooth.kernels }
  const results = await play(smooth.backend, run)
  const loss = async (changed: Partial<Run>) => {
    const { signals: _, ...forward } = run
    const outputs = await play(smooth.backend, { ...forward, ...changed })
    return Object.entries(run.signals).reduce((sum, [name, signal]) => sum + dot(outputs[name]!, signal), 0)
  }
  const differences = (values: ArrayLike<number>, change: (moved: number[]) => Partial<Run>) =>
    slopes(Array.from(values), (moved) => loss(change(moved)))
  for (const [name, values] of Object.entries(run.inputs)) {
    const wanted = await differences(values, (moved) => ({ inputs: { ...run.inputs, [name]: moved } }))
    near(`the gradient of ${name}`, results[`gradient:${name}`]!, wanted, 1e-5)
  }
  for (const [name, found] of Object.entries(parameterGradients(run, results))) {
    const value = run.params[name] as ParamValue
    const wanted = await differences(typeof value === 'number' ? [value] : value, (moved) => ({
      params: { ...run.params, [name]: typeof value === 'number' ? moved[0]! : moved },
    }))
    near(`the gradient of ${name}`, found, wanted, 1e-5)
  }
}

/** The neuron without `detach` and with a smooth step: then its gradient is a true one, by all of its parameters. */
function smoothed({ definition, params }: Neuron) {
  const own = definition.surrogate
  const surrogate = own?.smooth === undefined ? fastSigmoid({ slope: 5 }) : own
  const open = { ...definition, surrogate, equations: definition.equations.replaceAll(/\bdetach\s*\(/g, '(') }
  return {
    kernels: kernels(open, Object.keys(params)),
    backend: oracle({ heaviside: surrogateFunction(surrogate, 'smooth') }),
  }
}

/** The derivative of `loss` by each of the values, by differences of the fourth order. */
async function slopes(values: readonly number[], loss: (values: number[]) => Promise<number>): Promise<number[]> {
  const found: number[] = []
  for (const [i, value] of values.entries()) {
    const h = 1e-5 * Math.max(0.1, Math.abs(value))
    const at = (k: number) => loss(values.with(i, value + k * h))
    found.push((8 * ((await at(1)) - (await at(-1))) - ((await at(2)) - (await at(-2)))) / (12 * h))
  }
  return found
}

const dot = (a: readonly number[], b: ArrayLike<number>): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)

/** Fails unless all differences are within `tolerance` of the largest magnitude wanted, or of 1 where that is less. */
function near(what: string, found: readonly number[], wanted: readonly number[], tolerance: number): void {
  const allowed = tolerance * Math.max(1, ...wanted.map(Math.abs))
  const at = wanted.findIndex((value, i) => !(Math.abs((found[i] as number) - value) <= allowed))
  check(at < 0 && found.length === wanted.length, `${what}: value ${at} is ${found[at]}, not ${wanted[at]}`)
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message)
}
