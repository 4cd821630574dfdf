import { HillockError, type Layer } from '@hillock/core'
import { evaluateSetup, type Kernels, kernels } from '@hillock/core/backend'
import type { Wiring } from '@hillock/core/connections'
import { interpret, type Program, transition } from '@hillock/core/equations'
import type { Runtime } from '@hillock/core/learner'
import { themselves } from './synapses.ts'

/**
 * How the traces of a layer change in a step. The states of a neuron answer to an input i by a vector eps = A eps + B x_i, where A and B are
 * the derivatives of the states by those of the step before and by the current: equations 14, 24 and 25 of Bellec et al. 2020, for any neuron.
 */
export interface Traces {
  /** States that something answers to. */
  readonly states: readonly string[]
  /** States of the readout, as spikes of the neurons drive them; by how much one does. None where errors of its output are enough. */
  readonly heard: ReadonlyMap<string, () => number>
  /** Those whose A and B are the same for all neurons at all times: one trace for each input serves every neuron. */
  readonly shared: readonly string[]
  /** The others, which have a trace for each synapse. */
  readonly own: readonly string[]
  /** By current: traces of shared states, from an input `x`. */
  readonly ofInput: Readonly<Record<string, Kernels>>
  /** By current: traces of the others, from `x` and from those of shared states in the step before. */
  readonly ofSynapse: Readonly<Record<string, Kernels>>
  /** Traces of all states for what each neuron has one of, as a bias, from what that adds to them: x0, x1, ... */
  readonly ofNeuron: Kernels
  /** What A and B are made of. */
  readonly terms: readonly Term[]
  /** Each neuron reaches itself. */
  readonly itself: Wiring
  /** The values of those that are numbers, by their names, for the parameters as learnt so far. */
  readonly numbers: () => Readonly<Record<string, number>>
}

/** The derivative of a state by a state of the step before, or by a current. */
export interface Term {
  /** What kernels call it. */
  readonly name: string
  readonly of: string
  readonly by: string
  /** Whether it is one number for the whole layer, at all times. */
  readonly isNumber: boolean
}

/** What kernels call the trace of a state. */
export const traceOf = ({ states }: Pick<Traces, 'states'>, state: string): string => `e${states.indexOf(state)}`

/**
 * With `readout`, the traces of the output layer, there are traces of what its states make of the spikes: the low-pass filter of a leaky readout
 * (Bellec et al. 2020, equation 28). Throws HILLOCK_UNSUPPORTED if neurons know the time, draw random numbers or see their whole layer.
 */
export function tracesOf(runtime: Runtime, layer: Layer, readout?: Traces): Traces {
  const { neuron, name, size } = layer
  const { definition, kernels: own } = neuron
  const { program, layerScope } = own.reverseWithin()
  const aware = own.forward.program.nodes.some(({ op }) => op === 'timeVarying' || op === 'uniform')
  if (layerScope || aware) {
    const what = layerScope ? 'sees its whole layer within a step' : 'knows the time or draws random numbers'
    throw new HillockError('HILLOCK_UNSUPPORTED', `eligibility online: ${name} (${neuron.name}) ${what}`, {
      hint: "use mode: 'algebraic'",
    })
  }
  const rows = transition(program, definition)
  const heard = readout ? heardBy(readout) : new Map<string, () => number>()
  const states = [...Object.keys(rows), ...heard.keys()]
  const setup = () => evaluateSetup(own.compiled, runtime.params(layer), size)
  const values = setup()
  const terms = states.flatMap((of, i) =>
    [...states, ...definition.inputs].flatMap((by, j): (Term & { readonly value?: (now: Setup) => number })[] => {
      const term = { of, by, name: `d${i}_${j}` }
      if (heard.has(of)) {
        if (!heard.has(by)) return [{ ...term, isNumber: false }]
        const value = readoutNumber(readout!, of, by)
        return value ? [{ ...term, isNumber: true, value }] : []
      }
      const found = rows[of]![by]
      if (found === undefined || isZero(found)) return []
      const value = (now: Setup) => interpret(found, 1, (leaf) => now[leaf.name!]!)[by]![0]!
      return [{ ...term, isNumber: isNumber(found, values), value }]
    }),
  )
  const shared = sharedOf(states, terms, definition.inputs)
  const others = states.filter((state) => !shared.includes(state))

  const trace = (state: string) => traceOf({ states }, state)
  const before = (of: readonly string[]): Factors => of.map((state) => [state, `prev(${trace(state)})`])
  const each = (of: readonly string[], factors: (current: string) => Factors) =>
    Object.fromEntries(
      definition.inputs.map((current) => [current, recurrence(of.map(trace), of, terms, factors(current))]),
    )
  return {
    states,
    shared,
    own: others,
    ofInput: each(shared, (current) => [...before(shared), [current, 'x']]),
    ofSynapse: each(others, (current) => [
      ...before(others),
      ...shared.map((state) => [state, trace(state)] as const),
      [current, 'x'],
    ]),
    ofNeuron: recurrence(states.map(trace), states, terms, before(states), (i) => `x${i}`),
    terms,
    heard,
    itself: themselves(size),
    numbers() {
      const now = setup()
      return Object.fromEntries(terms.flatMap(({ name, isNumber, value }) => (isNumber ? [[name, value!(now)]] : [])))
    },
  }
}

/** Values that follow from a layer's parameters. */
type Setup = Readonly<Record<string, number | Float64Array>>

/** The name of a state of the readout among the states of another layer. */
export const nameOf = (state: string): string => `readout ${state}`

function heardBy({ states, terms, numbers }: Traces): ReadonlyMap<string, () => number> {
  const driven = (state: string) => {
    const term = terms.find(({ of, by }) => of === state && !states.includes(by))
    return term ? numbers()[term.name]! : 0
  }
  return new Map(states.map((state) => [nameOf(state), () => driven(state)]))
}

function readoutNumber({ terms, numbers }: Traces, of: string, by: string): (() => number) | undefined {
  const term = terms.find((one) => nameOf(one.of) === of && nameOf(one.by) === by)
  return term && (() => numbers()[term.name]!)
}

/** What each derivative is a factor of, by what it is taken by. */
type Factors = readonly (readonly [by: string, factor: string])[]

/** Equations of the traces of some states. Derivatives that are no numbers are inputs, as is all that is of the same step. */
function recurrence(
  traces: readonly string[],
  of: readonly string[],
  terms: readonly Term[],
  factors: Factors,
  more?: (i: number) => string,
): Kernels {
  const used = new Set<Term>()
  const lines = of.map((state, i) => {
    const sum = factors.flatMap(([by, factor]) => {
      const term = terms.find((one) => one.of === state && one.by === by)
      if (term) used.add(term)
      return term ? [`${term.name} * ${factor}`] : []
    })
    return `${traces[i]} = ${[...sum, ...(more ? [more(i)] : [])].join(' + ') || '0'}`
  })
  const given = factors.flatMap(([, factor]) => (factor.startsWith('prev') ? [] : [factor]))
  const names = (numbers: boolean) => [...used].flatMap(({ name, isNumber }) => (isNumber === numbers ? [name] : []))
  return kernels({
    name: 'traces',
    equations: lines.join('\n'),
    inputs: [...given, ...(more ? of.map((_, i) => more(i)) : []), ...names(false)],
    params: names(true),
    state: Object.fromEntries(traces.map((trace) => [trace, 0])),
    outputs: [],
    record: [],
  })
}

/** States that follow from each other and from what comes in by numbers alone. */
function sharedOf(states: readonly string[], terms: readonly Term[], inputs: readonly string[]): readonly string[] {
  const left = states.filter((state) =>
    terms.every(({ of, by, isNumber }) => of !== state || (isNumber && [...states, ...inputs].includes(by))),
  )
  return left.length === states.length
    ? left
    : sharedOf(
        left,
        terms.filter(({ of }) => left.includes(of)),
        inputs,
      )
}

const isZero = ({ nodes, outputs }: Program): boolean => {
  const { op, value } = nodes[Object.values(outputs)[0]!]!
  return op === 'constant' && value === 0
}

const isNumber = ({ nodes }: Program, setup: Setup): boolean =>
  nodes.every(
    ({ op, args, name }) =>
      args.length > 0 || op === 'constant' || (op === 'setup' && typeof setup[name!] === 'number'),
  )
