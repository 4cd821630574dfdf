import { type Neuron, neuron } from '@hillock/core'
import type { NeuronText, ParamValue } from '@hillock/core/neurons'
import type { NirOptions } from './options.ts'

type Meaning = Omit<NirOptions, 'dt' | 'timeUnit'>

/** A kind of neuron of NIR: the fields that it has, and its equations. */
interface Kind {
  readonly fields: readonly string[]
  /** Values of fields that older files lack. */
  readonly usual?: Readonly<Record<string, number>>
  readonly state: readonly string[]
  readonly equations: (meaning: Meaning) => string
}

/** What a membrane or a current loses in a step, and what it keeps. */
const leak = ({ method }: Meaning, tau: string, lost: string, kept: string): string =>
  method === 'euler'
    ? `${lost} = dt / ${tau}\n${kept} = 1 - ${lost}`
    : `${kept} = exp(-dt / ${tau})\n${lost} = 1 - ${kept}`

/** From `pre`, the membrane before the reset, to what goes out and the membrane after. */
function fire({ reset, atThreshold, multiple }: Meaning): string {
  const once = `heaviside(pre - v_threshold${atThreshold ? ', 1' : ''})`
  const after = reset === 'zero' ? 'where(spike, v_reset, pre)' : 'pre - (v_threshold - v_reset) * detach(spike)'
  return `spike = ${once}${multiple ? ' * max(1, floor(pre / v_threshold))' : ''}\nv = ${after}`
}

/** tau dv/dt = (v_leak - v) + r input */
const membrane = (meaning: Meaning, name: string): string => `${leak(meaning, 'tau', 'lost', 'kept')}
${name} = kept * v + ${meaning.scaled === false ? '' : 'lost * r * '}input + lost * v_leak`

/** tau_syn di/dt = -i + w_in input, then tau_mem dv/dt = (v_leak - v) + r i */
const cuba = (meaning: Meaning, name: string): string => `${leak(meaning, 'tau_syn', 'ebbed', 'stayed')}
i = stayed * i + ebbed * w_in * input${meaning.leakySynapse ? ' + ebbed * v_leak' : ''}
${leak(meaning, 'tau_mem', 'lost', 'kept')}
${name} = kept * v + lost * r * i + lost * v_leak`

/** dv/dt = r input */
const sum = ({ charge }: Meaning, name: string): string => `${name} = v + ${charge === 'time' ? 'dt * ' : ''}r * input`

const firing = ['v_threshold', 'v_reset']
const usual = { v_reset: 0 }

/** The neurons of NIR 1.0 (github.com/neuromorphs/NIR, nir/ir). */
export const kinds: Readonly<Record<string, Kind>> = {
  I: { fields: ['r'], state: ['v'], equations: (meaning) => `${sum(meaning, 'v')}\nspike = v` },
  IF: {
    fields: ['r', ...firing],
    usual,
    state: ['v'],
    equations: (meaning) =>
      `${sum(meaning, 'pre')}\n${fire(meaning)}${meaning.floor ? '\nv = max(v, -v_threshold)' : ''}`,
  },
  LI: {
    fields: ['tau', 'r', 'v_leak'],
    state: ['v'],
    equations: (meaning) => `${membrane(meaning, 'v')}\nspike = v`,
  },
  LIF: {
    fields: ['tau', 'r', 'v_leak', ...firing],
    usual,
    state: ['v'],
    equations: (meaning) => `${membrane(meaning, 'pre')}\n${fire(meaning)}`,
  },
  CubaLI: {
    fields: ['tau_syn', 'tau_mem', 'r', 'v_leak', 'w_in'],
    usual: { w_in: 1 },
    state: ['i', 'v'],
    equations: (meaning) => `${cuba(meaning, 'v')}\nspike = v`,
  },
  CubaLIF: {
    fields: ['tau_syn', 'tau_mem', 'r', 'v_leak', ...firing, 'w_in'],
    usual: { ...usual, w_in: 1 },
    state: ['i', 'v'],
    equations: (meaning) => `${cuba(meaning, 'pre')}\n${fire(meaning)}`,
  },
  Threshold: { fields: ['threshold'], state: [], equations: () => 'spike = heaviside(input - threshold)' },
}

/** Fields that can be ignored: their value then, as of a file that lacks them. */
export const neutral: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(kinds).flatMap(([type, { fields, usual = {} }]) =>
    fields.flatMap((field) => {
      const value = field === 'r' ? 1 : usual[field]
      return value === undefined ? [] : [[`${type}.${field}`, value] as const]
    }),
  ),
)

/** What a neuron of NIR is called here. */
export const nameOf = (type: string): string => `nir${type}`

/** The neuron of a node: its fields are its parameters, and so is the length of a step, in the unit of the file. */
export function nirNeuron(type: string, meaning: Meaning, values: Readonly<Record<string, ParamValue>>): Neuron {
  const { fields, state, equations } = kinds[type]!
  const text = equations(meaning)
  const params = [...fields, 'dt'].filter((name) => new RegExp(`\\b${name}\\b`).test(text))
  const make = neuron({
    name: nameOf(type),
    equations: text,
    params: Object.fromEntries(params.map((name) => [name, 1])),
    bounds: Object.fromEntries(params.filter((name) => /^tau/.test(name)).map((name) => [name, { above: 0 }])),
    state: Object.fromEntries(state.map((name) => [name, 0])),
  } as NeuronText)
  return make(Object.fromEntries(params.map((name) => [name, values[name]!])) as never)
}
