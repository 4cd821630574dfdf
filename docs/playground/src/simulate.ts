import { explain, HillockError, type Neuron, neuron } from '@hillock/core'
import { evaluateSetup, evaluateTimeVarying } from '@hillock/core/backend'
import { interpret } from '@hillock/core/equations'
import { choices } from '@hillock/core/errors'
import {
  arctan,
  boxcar,
  fastSigmoid,
  gaussian,
  type Surrogate,
  sigmoid,
  straightThrough,
  triangular,
} from '@hillock/core/surrogates'
import { heightsOf, levels } from './drawn.ts'
import { type CurrentKind, type SurrogateName, surrogates } from './settings.ts'

/** Where a text is wrong, from 0; undefined where no place is told. */
export interface Fault {
  readonly message: string
  readonly at: { readonly line: number; readonly column: number } | undefined
}

export interface Simulated {
  /** Every state and the spikes, [T]. */
  readonly traces: Readonly<Record<string, Float64Array>>
  readonly explained: string
}

/**
 * `a=1, b=2` as a table of what `read` makes of the values. Throws HILLOCK_OPTION if a part is not a name with a value, or if `read` makes nothing of
 * the value.
 */
function entriesOf<T>(text: string, read: (value: string) => T | undefined): Record<string, T> {
  const parts = text.split(',').filter((part) => part.trim() !== '')
  const entries = parts.map((part) => {
    const [name = '', value = ''] = part.split('=').map((each) => each.trim())
    const found = name === '' || value === '' ? undefined : read(value)
    if (found === undefined) {
      const hint = 'write names and numbers: beta=0.9, threshold=1'
      throw new HillockError('HILLOCK_OPTION', `'${part.trim()}' is no name with a number`, { hint })
    }
    return [name, found]
  })
  return Object.fromEntries(entries)
}

const numberOf = (value: string) => (Number.isFinite(Number(value)) ? Number(value) : undefined)

/** Parameters: `a=1, b=2` as a table. Throws HILLOCK_OPTION if a part is not a name with a number. */
export const tableOf = (text: string): Record<string, number> => entriesOf(text, numberOf)

/**
 * States at the start, which may be expressions of parameters and of earlier states: `v=-65, u=b * v`. Throws HILLOCK_OPTION if a part is not a name
 * with a value.
 */
export const startsOf = (text: string): Record<string, number | string> =>
  entriesOf<number | string>(text, (value) => numberOf(value) ?? value)

const makers: Readonly<Record<SurrogateName, (options: never) => Surrogate>> = {
  fastSigmoid,
  arctan,
  sigmoid,
  gaussian,
  triangular,
  boxcar,
  straightThrough,
}

/** A surrogate as a recipe has it. */
export type SurrogateSpec = { readonly name: SurrogateName } & Readonly<Record<string, number | string>>

/**
 * `sigmoid slope=0.1` as a recipe has it. Throws HILLOCK_OPTION if there is no surrogate of that name, or if an option is not a name with a number.
 */
export function surrogateOf(text: string): SurrogateSpec {
  const [, name = '', options = ''] = /^\s*(\w*)(.*)$/s.exec(text) ?? []
  if (!Object.hasOwn(makers, name)) {
    throw new HillockError('HILLOCK_OPTION', `there is no surrogate '${name}'`, { hint: choices(name, surrogates) })
  }
  return { name: name as SurrogateName, ...tableOf(options) }
}

/** The current at each of `steps` steps, about `level`. Poisson: the same random numbers each time. Drawn: up to twice `level`. */
export function currentOf(kind: CurrentKind, level: number, steps: number, drawn = ''): Float64Array {
  if (kind === 'drawn')
    return Float64Array.from(heightsOf(drawn, steps), (height) => (2 * level * height) / (levels - 1))
  let random = 1
  const uniform = () => {
    random = (random * 16807) % 2147483647
    return random / 2147483647
  }
  return Float64Array.from({ length: steps }, (_, t) => {
    if (kind === 'steps') return Math.floor((4 * t) / steps) % 2 === 1 ? level : level / 2
    if (kind === 'ramp') return (2 * level * t) / steps
    return uniform() < 0.3 ? level / 0.3 : 0
  })
}

/** The neuron of a text. Throws what its equations and its surrogate throw. */
export const neuronOf = (
  equations: string,
  params: Record<string, number>,
  state: Record<string, number | string>,
  { name, ...options }: SurrogateSpec,
): Neuron => neuron({ name: 'neuron', equations, params, state, surrogate: makers[name](options as never) })()

/** Runs neurons side by side, an operation at a time, in f64: `input(t)` gives the current of each. Calls `look` after every step. */
function run(
  { kernels: { compiled }, params, definition }: Neuron,
  { size, steps, start = {} }: { size: number; steps: number; start?: Readonly<Record<string, ArrayLike<number>>> },
  input: (t: number) => ArrayLike<number>,
  look: (t: number, found: Readonly<Record<string, Float64Array>>) => void,
): void {
  const setup = evaluateSetup(compiled, params, 1)
  const timeVarying = evaluateTimeVarying(compiled, params, steps, 1)
  let state: Readonly<Record<string, number | ArrayLike<number>>> = { ...setup, ...start }
  for (let t = 0; t < steps; t++) {
    const found = interpret(compiled.step, size, ({ op, name = '' }) => {
      if (op === 'input') return input(t)
      if (op === 'state') return state[name]!
      if (op === 'timeVarying') return timeVarying[name]!.values[t]!
      return op === 'uniform' ? 0.5 : setup[name]!
    })
    state = { ...setup, ...Object.fromEntries(Object.keys(definition.state).map((name) => [name, found[name]!])) }
    look(t, found)
  }
}

export const statesOf = ({ definition }: Neuron): string[] => Object.keys(definition.state)

/** What one neuron does with a current. */
export function simulate(made: Neuron, current: Float64Array): Simulated {
  const names = [...statesOf(made), 'spike']
  const traces = Object.fromEntries(names.map((name) => [name, new Float64Array(current.length)]))
  const look = (t: number, found: Readonly<Record<string, Float64Array>>) => {
    for (const name of names) traces[name]![t] = found[name]![0]!
  }
  run(made, { size: 1, steps: current.length }, (t) => [current[t]!], look)
  return { traces, explained: explain(made) }
}

/** The f-I curve: spikes over steps for each of the currents, held for `steps`. */
export function ratesFor(made: Neuron, currents: Float64Array, steps: number): Float64Array {
  const rates = new Float64Array(currents.length)
  const look = (_: number, { spike }: Readonly<Record<string, Float64Array>>) => {
    for (let n = 0; n < rates.length; n++) rates[n]! += spike![n]! / steps
  }
  run(made, { size: currents.length, steps }, () => currents, look)
  return rates
}

/** Where one step leads from each point of a plane of two states, under one current. */
export function stepFrom(
  made: Neuron,
  points: readonly (readonly [number, number])[],
  current: number,
): readonly (readonly [number, number])[] {
  const [a = '', b = ''] = statesOf(made)
  const start = { [a]: points.map(([x]) => x), [b]: points.map(([, y]) => y) }
  let ends: [number, number][] = []
  const look = (_: number, found: Readonly<Record<string, Float64Array>>) => {
    ends = points.map((_, n) => [found[a]![n]!, found[b]![n]!])
  }
  run(made, { size: points.length, steps: 1, start }, () => points.map(() => current), look)
  return ends
}

/** An error of equations with its place, taken from the words that every such message has. */
export function faultOf(error: unknown): Fault {
  const { message } = error as Error
  const place = /\(line (\d+), column (\d+)\)/.exec(message)
  return { message, at: place ? { line: Number(place[1]) - 1, column: Number(place[2]) - 1 } : undefined }
}
