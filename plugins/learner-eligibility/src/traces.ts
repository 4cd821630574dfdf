import { HillockError, type Layer } from '@hillock/core'
import { evaluateSetup, type Kernels, kernels } from '@hillock/core/backend'
import { constantTransition, interpret, type Node } from '@hillock/core/equations'
import type { Runtime } from '@hillock/core/learner'

/** How the traces of a layer's inputs change in a step: for each current, equations over the neuron's states. */
export interface Traces {
  readonly kernels: Kernels
  readonly params: Readonly<Record<string, number>>
  /** The trace of each state of the neuron. */
  readonly names: Readonly<Record<string, string>>
  /** The sum of what each state says, m0, m1, ..., by weights w0, w1, ...; of [B, N]. */
  readonly sum: Kernels
  /** The traces of an input that is always 1, from those of the step before: what biases go by. */
  readonly ofOne: (before: readonly number[]) => number[]
}

/**
 * The traces of a layer, one set for each of its currents. A state of the neuron answers to an input i by the vector eps of all its
 * states, eps = A eps + B x_i. Where A and B are the same for all neurons at all times, so is eps, and one trace for each input serves
 * every neuron: also those of spikes that come back by a matrix, and of all sites of a convolution. Throws HILLOCK_UNSUPPORTED where they are
 * not, or where what is learnt reaches the neurons by a way that changes in time.
 */
export function tracesOf(runtime: Runtime, layer: Layer): Readonly<Record<string, Traces>> {
  const { neuron, name, size, sources } = layer
  const { definition, kernels: own } = neuron
  const refuse = (what: string, hint: string): never => {
    throw new HillockError('HILLOCK_UNSUPPORTED', `eligibility online: ${name} ${what}`, { hint })
  }
  for (const { parts } of sources) {
    if (parts.some(({ link }) => link.dropped?.each === 'step'))
      refuse('drops other values at each step', "use dropout(share, { each: 'example' }), or mode: 'algebraic'")
    if (parts.some(({ link }) => link.wiring?.lag)) refuse('delays spikes', "omit delays, or use mode: 'algebraic'")
    const learns = parts.findIndex(({ weight, bias }) => weight ?? bias)
    const other = parts.findIndex(({ link }, k) => k > learns && (link.largest || link.dropped))
    if (learns < 0 || other < 0) continue
    const [first, later] = [parts[learns]!, parts[other]!].map(({ connection }) => connection.kind)
    refuse(
      `has ${later} behind ${first}`,
      `put neurons or nothing between them, ${later} in front, or use mode: 'algebraic'`,
    )
  }
  const transition = constantTransition(own.reverseWithin().program, definition)
  if (transition === undefined) {
    const hint = "use a neuron whose reset subtracts a constant, such as lif() or synaptic(), or mode: 'algebraic'"
    return refuse(`(${neuron.name}) has a trace for each synapse, not for each input`, hint)
  }
  if (neuron.learn.length > 0)
    refuse(`(${neuron.name}) learns ${neuron.learn.join(', ')}`, "omit 'learn', or use mode: 'algebraic'")
  if (own.forward.program.nodes.some(({ op }) => op === 'schedule' || op === 'uniform'))
    refuse(`(${neuron.name}) knows the time or draws random numbers`, "use mode: 'algebraic'")
  const setup = evaluateSetup(own.compiled, runtime.params(layer), size)
  const leaf = ({ name }: Node) => {
    const value = setup[name as string]
    if (typeof value === 'number') return value
    return refuse(`(${neuron.name}) has a '${name}' for each neuron`, 'give one for all of them')
  }
  const rows = Object.entries(transition).map(([state, row]) => [state, interpret(row, 1, leaf)] as const)
  const values = Object.fromEntries(rows)
  const entry = (of: string, by: string) => values[of]?.[by]?.[0] ?? 0
  return Object.fromEntries(definition.inputs.map((input) => [input, traces(Object.keys(transition), input, entry)]))
}

function traces(states: readonly string[], input: string, entry: (of: string, by: string) => number): Traces {
  const params: Record<string, number> = {}
  const term = (param: string, value: number, factor: string) => {
    if (value === 0) return []
    params[param] = value
    return [`${param} * ${factor}`]
  }
  const lines = states.map((state, a) => {
    const terms = [
      ...states.flatMap((other, b) => term(`a${a}_${b}`, entry(state, other), `prev(e${b})`)),
      ...term(`b${a}`, entry(state, input), 'x'),
    ]
    return `e${a} = ${terms.join(' + ') || '0'}`
  })
  const names = Object.fromEntries(states.map((state, i) => [state, `e${i}`]))
  const made = kernels({
    name: `traces of ${input}`,
    equations: lines.join('\n'),
    inputs: ['x'],
    params: Object.keys(params),
    state: Object.fromEntries(states.map((_, i) => [`e${i}`, 0])),
    outputs: [],
    record: [],
  })
  const ofOne = (before: readonly number[]) =>
    states.map((state) =>
      states.reduce((sum, other, b) => sum + entry(state, other) * (before[b] ?? 0), entry(state, input)),
    )
  return { kernels: made, params, names, sum: sumOf(states.length), ofOne }
}

function sumOf(count: number): Kernels {
  const each = Array.from({ length: count }, (_, i) => i)
  return kernels({
    name: 'sum of traces',
    equations: `sum = ${['sum', ...each.map((i) => `w${i} * m${i}`)].join(' + ')}`,
    inputs: each.map((i) => `m${i}`),
    params: each.map((i) => `w${i}`),
    state: { sum: 0 },
    outputs: [],
    record: [],
  })
}
