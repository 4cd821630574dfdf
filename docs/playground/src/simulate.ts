import { explain, HillockError, type Neuron, neuron } from '@hillock/core'
import { evaluateSchedule, evaluateSetup } from '@hillock/core/backend'
import { interpret } from '@hillock/core/equations'
import type { CurrentKind } from './settings.ts'

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

/** `a=1, b=2` as a table. Throws HILLOCK_OPTION for what is none. */
export function tableOf(text: string): Record<string, number> {
  const parts = text.split(',').filter((part) => part.trim() !== '')
  const entries = parts.map((part) => {
    const [name = '', value = ''] = part.split('=').map((each) => each.trim())
    if (name === '' || value === '' || !Number.isFinite(Number(value))) {
      const hint = 'write names and numbers: beta=0.9, threshold=1'
      throw new HillockError('HILLOCK_OPTION', `'${part.trim()}' is no name with a number`, { hint })
    }
    return [name, Number(value)]
  })
  return Object.fromEntries(entries)
}

/** The current at each of `steps` steps, about `level`. Poisson: the same random numbers each time. */
export function currentOf(kind: CurrentKind, level: number, steps: number): Float64Array {
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

/** The neuron of a text. Throws what its equations throw. */
export const neuronOf = (equations: string, params: Record<string, number>, state: Record<string, number>): Neuron =>
  neuron({ name: 'neuron', equations, params, state })()

/** Runs one neuron, an operation at a time, in f64. */
export function simulate(made: Neuron, current: Float64Array): Simulated {
  const { compiled } = made.kernels
  const names = Object.keys(made.definition.state)
  const setup = evaluateSetup(compiled, made.params, 1)
  const schedule = evaluateSchedule(compiled, made.params, current.length, 1)
  const traces = Object.fromEntries([...names, 'spike'].map((name) => [name, new Float64Array(current.length)]))
  const state = { ...setup } as Record<string, number | ArrayLike<number>>
  for (let t = 0; t < current.length; t++) {
    const found = interpret(compiled.step, 1, ({ op, name = '' }) => {
      if (op === 'input') return current[t]!
      if (op === 'state') return state[name]!
      if (op === 'schedule') return schedule[name]!.values[t]!
      return op === 'uniform' ? 0.5 : setup[name]!
    })
    for (const name of names) state[name] = found[name]!
    for (const name of [...names, 'spike']) traces[name]![t] = found[name]![0]!
  }
  return { traces, explained: explain(made) }
}

/** An error of equations with its place, taken from the words that every such message has. */
export function faultOf(error: unknown): Fault {
  const { message } = error as Error
  const place = /\(line (\d+), column (\d+)\)/.exec(message)
  return { message, at: place ? { line: Number(place[1]) - 1, column: Number(place[2]) - 1 } : undefined }
}
