import {
  constantTransition,
  evaluateSetup,
  HillockError,
  interpret,
  type Kernels,
  kernels,
  type Layer,
  type Node,
  type Runtime,
} from '@hillock/core'

/** How the traces of a layer's inputs change in a step: for each current, equations over all the neuron's states. */
export interface Traces {
  readonly kernels: Kernels
  readonly params: Readonly<Record<string, number>>
  /** The trace of each state of the neuron. */
  readonly names: Readonly<Record<string, string>>
}

/**
 * The traces of a layer, one set for each of its currents. A state of the neuron answers to an input i by the vector eps of all its
 * states, eps = A eps + B x_i. Where A and B are the same for all neurons at all times, so is eps, and one trace for each input serves
 * every neuron. Errors: HILLOCK_UNSUPPORTED where they are not.
 */
export function tracesOf(runtime: Runtime, layer: Layer): Readonly<Record<string, Traces>> {
  const { neuron, name, size } = layer
  const { definition, kernels: own } = neuron
  const refuse = (what: string, hint: string): never => {
    throw new HillockError('HILLOCK_UNSUPPORTED', `eligibility online: ${name} (${neuron.name}) ${what}`, { hint })
  }
  const states = Object.keys(definition.state)
  const transition = constantTransition(own.reverse().program, definition)
  if (transition === undefined) {
    const hint = "take a neuron whose reset subtracts a constant, such as lif() or synaptic(), or mode: 'algebraic'"
    return refuse('has a trace for each synapse, not for each input', hint)
  }
  if (neuron.learn.length > 0)
    refuse(`learns ${neuron.learn.join(', ')}`, "leave 'learn' out, or take mode: 'algebraic'")
  if (own.forward.program.nodes.some(({ op }) => op === 'schedule' || op === 'uniform'))
    refuse('knows the time or draws random numbers', "take mode: 'algebraic'")
  const setup = evaluateSetup(own.compiled, runtime.params(layer), size)
  const leaf = ({ name }: Node) => {
    const value = setup[name as string]
    return typeof value === 'number' ? value : refuse(`has a '${name}' for each neuron`, 'give one for all of them')
  }
  const rows = Object.entries(transition).map(([state, row]) => [state, interpret(row, 1, leaf)] as const)
  const values = Object.fromEntries(rows)
  const entry = (of: string, by: string) => values[of]?.[by]?.[0] ?? 0
  return Object.fromEntries(definition.inputs.map((input) => [input, traces(states, input, entry)]))
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
  return { kernels: made, params, names }
}
