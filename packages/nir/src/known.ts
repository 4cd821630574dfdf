import {
  HillockError,
  type Layer,
  leakyIntegrator,
  lif,
  type Network,
  type Neuron,
  recurrent,
  type Snapshot,
  synaptic,
} from '@hillock/core'
import { integrateAndFire, linear } from '@hillock/core/neurons'
import { unsupported } from './errors.ts'
import { stepIn } from './meaning.ts'
import { kinds, nirNeuron } from './neurons.ts'
import type { NirOptions } from './options.ts'

/** Neurons in the words of NIR: the node, a value of each field for each neuron, and how they run. */
export interface Known {
  /** undefined for neurons that only pass on what they get. */
  readonly type: string | undefined
  readonly fields: Readonly<Record<string, Float64Array>>
  readonly runs: Partial<Pick<NirOptions, 'method' | 'reset' | 'charge'>>
}

/** Values of a parameter, one for each neuron. */
type Values = (param: string) => Float64Array
/** How time is written: `dt`, `timeUnit` and `method` as `readNir` takes them. */
export type WriteOptions = Pick<NirOptions, 'dt' | 'timeUnit' | 'method'>

/** Neurons of a kind, and what their parameters are in NIR. */
interface Candidate {
  readonly neuron: Neuron
  readonly runs: Known['runs']
  readonly say: (values: Values, time: WriteOptions, name: string) => Pick<Known, 'type' | 'fields'>
}

const resets = ['zero', 'subtract'] as const

/**
 * What a layer's neurons are in NIR: those whose equations are the same, whatever they are called. Throws HILLOCK_UNSUPPORTED if NIR has no such
 * neurons, or if a leak has no time constant; HILLOCK_OPTION if the neurons were read with another step than is written.
 */
export function known(layer: Layer, snapshot: Snapshot, time: WriteOptions): Known {
  const { name, neuron, size } = layer
  const found = candidates().find((one) => sameEquations(neuron, one.neuron))
  if (found === undefined) {
    const hint =
      'NIR has lif, synaptic, integrateAndFire, leakyIntegrator and linear, reset within the step by zero or subtract, firing above the threshold'
    throw unsupported(`${name} (${neuron.name}): NIR has no such neuron`, hint)
  }
  const values: Values = (param) => {
    const given = snapshot.get(`${name}.${param}`)?.values ?? neuron.params[param]!
    const list = typeof given === 'number' ? [given] : Array.from(given)
    return Float64Array.from({ length: size }, (_, n) => list[n % list.length]!)
  }
  return { ...found.say(values, time, name), runs: found.runs }
}

/** The step, in the unit of its file, and the method with which a network was read; nothing of one that was not. */
export function timeOf({ layers }: Network): Partial<Pick<WriteOptions, 'dt' | 'method'>> {
  for (const { neuron } of layers) {
    const { dt } = neuron.params
    const method = candidates().find((one) => sameEquations(neuron, one.neuron))?.runs.method
    if (typeof dt === 'number' && method !== undefined) return { dt, method }
  }
  return {}
}

function sameEquations({ definition: own, recurrence }: Neuron, plain: Neuron): boolean {
  const { inputs } = plain.definition
  if (recurrence !== undefined && recurrence.current !== inputs[0]) return false
  const other = (recurrence === undefined ? plain : recurrent(plain, { to: recurrence.to })).definition
  const told = ({ equations, state, inputs }: typeof own) => JSON.stringify([equations, state, inputs])
  return own.equations.length === other.equations.length && told(own) === told(other)
}

let made: readonly Candidate[] | undefined
function candidates(): readonly Candidate[] {
  made ??= [...ofNir(), ...ofCore()]
  return made
}

function ofNir(): Candidate[] {
  const fields = Object.fromEntries(
    Object.values(kinds).flatMap((kind) => [...kind.fields, 'dt'].map((field) => [field, 1])),
  )
  return Object.entries(kinds).flatMap(([type, kind]) =>
    (['euler', 'exact'] as const).flatMap((method) =>
      resets.flatMap((reset) =>
        (['step', 'time'] as const).map((charge): Candidate => {
          const neuron = nirNeuron(type, { method, reset, charge }, fields)
          const has = (word: string) => neuron.definition.equations.includes(word)
          const [timed, fires] = [has('dt'), has('v_reset')]
          return {
            neuron,
            runs: {
              ...(has('lost') && { method }),
              ...(fires && { reset }),
              ...(type.startsWith('I') && { charge }),
            },
            say(values, time, name) {
              if (timed) checkSame(name, values('dt')[0]!, stepIn(time))
              return { type, fields: Object.fromEntries(kind.fields.map((field) => [field, values(field)])) }
            },
          }
        }),
      ),
    ),
  )
}

function checkSame(name: string, found: number, given: number): void {
  if (found === given) return
  const hint = `give the dt and timeUnit with which the network was read`
  throw new HillockError(
    'HILLOCK_OPTION',
    `${name} runs by steps of ${found}, and dt is ${given} in the unit of the file`,
    { hint },
  )
}

function ofCore(): Candidate[] {
  const zeros = (like: Float64Array) => new Float64Array(like.length)
  const ones = (like: Float64Array) => zeros(like).fill(1)
  const firing = (values: Values) => ({ v_threshold: values('threshold'), v_reset: zeros(values('threshold')) })
  const membrane = (values: Values, time: WriteOptions, name: string, tau: string) => {
    const leak = leakOf(values('beta'), time, `${name}: 'beta'`)
    return { [tau]: leak.tau, r: leak.gain, v_leak: zeros(leak.tau) }
  }
  const integrates = (values: Values) => values('beta').every((beta) => beta === 1)
  const common: Candidate[] = [
    { neuron: linear(), runs: {}, say: () => ({ type: undefined, fields: {} }) },
    {
      neuron: leakyIntegrator(),
      runs: { charge: 'step' },
      say: (values, time, name) =>
        integrates(values)
          ? { type: 'I', fields: { r: ones(values('beta')) } }
          : { type: 'LI', fields: membrane(values, time, name, 'tau') },
    },
  ]
  const fires = resets.flatMap((reset) =>
    [true, false].flatMap((detach): Candidate[] => {
      const runs = { reset, charge: 'step' } as const
      return [
        {
          neuron: integrateAndFire({ reset, detach }),
          runs,
          say: (values) => ({ type: 'IF', fields: { r: ones(values('threshold')), ...firing(values) } }),
        },
        {
          neuron: lif({ reset, detach }),
          runs,
          say: (values, time, name) =>
            integrates(values)
              ? { type: 'IF', fields: { r: ones(values('beta')), ...firing(values) } }
              : { type: 'LIF', fields: { ...membrane(values, time, name, 'tau'), ...firing(values) } },
        },
        {
          neuron: synaptic({ reset, detach }),
          runs,
          say(values, time, name) {
            const { tau, gain } = leakOf(values('alpha'), time, `${name}: 'alpha'`)
            const fields = { tau_syn: tau, w_in: gain, ...membrane(values, time, name, 'tau_mem'), ...firing(values) }
            return { type: 'CubaLIF', fields }
          },
        },
      ]
    }),
  )
  return [...common, ...fires]
}

/** The time constants of which a step leaves these shares, and what undoes the scaling of the input by the leak. */
function leakOf(
  kept: Float64Array,
  time: WriteOptions,
  what: string,
): { readonly tau: Float64Array; readonly gain: Float64Array } {
  const { method } = time
  const step = stepIn(time)
  const leftOf = (tau: number) => (method === 'euler' ? 1 - step / tau : Math.exp(-step / tau))
  const tau = kept.map((share) => {
    if (share >= 1 || (share <= 0 && method === 'exact')) {
      const hint = share >= 1 ? 'let none of the layer leak, or all' : "write it with method: 'euler'"
      throw unsupported(`${what} is ${share}, which has no time constant`, hint)
    }
    const first = method === 'euler' ? step / (1 - share) : -step / Math.log(share)
    // What is read back is to be the same number in f32.
    const near = [0, 1, -1, 2, -2].map((ulps) => first * (1 + ulps * Number.EPSILON))
    return near.find((one) => Math.fround(leftOf(one)) === Math.fround(share)) ?? first
  })
  return { tau, gain: tau.map((one) => 1 / (method === 'euler' ? step / one : 1 - leftOf(one))) }
}
