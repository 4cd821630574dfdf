import {
  type BoundLeaf,
  boundLeaves,
  placeOf,
  type RandomKey,
  type ReverseBindings,
  type ScanBindings,
} from '@hillock/core/backend'
import type { Node } from '@hillock/core/equations'
import type { Tensor } from '@hillock/core/learner'
import type { Builder, Reals, Words } from './build.ts'
import { type Args, type Binding, type Collector, collect, realOf, realsOf, wholeOf, wordsIn } from './collect.ts'
import { R, real, toReal, U, whole, wordsOf } from './expressions.ts'
import type { Real, Whole } from './ir.ts'
import type { Key } from './random.ts'

// How what core binds to a program reaches a kernel.

/** Where a value is read or stored: neuron `n` of a sample at step `t`. */
export interface Position {
  readonly args: Args
  readonly n: Whole
  readonly sample: Whole
  readonly t: Whole
  readonly batch: Whole
  readonly size: Whole
}

export type Reader = (b: Builder, at: Position) => Real
export type Writer = (b: Builder, at: Position, value: Real) => void

/** The place of neuron n in a row of an array of rows. */
export const inRow = (row: Whole, { size, n }: Pick<Position, 'size' | 'n'>): Whole => U.add(U.mul(row, size), n)
/** The row of a sample at a step in [T, B, N]. */
export const rowAt = (t: Whole, { batch, sample }: Pick<Position, 'batch' | 'sample'>): Whole =>
  U.add(U.mul(t, batch), sample)

function bind(to: Collector, name: string, bound: number | Tensor, steps: number, op?: BoundLeaf['op']): Reader {
  const place = placeOf(bound, steps, op)
  if (typeof bound === 'number') {
    const id = to.add('f32', Math.fround(bound), name)
    return (_, at) => realOf(at.args, id)
  }
  const spikes = bound.kind === 'spikes'
  const id = to.add(spikes ? 'words' : 'reals', bound, `${name} ${place}`)
  return (b, at) => {
    if (place === 'clock') return b.load(realsOf(at.args, id), at.t)
    if (place === 'neuron') return b.load(realsOf(at.args, id), at.n)
    const row = place === 'row' || place === 'still' ? at.sample : place === 'timetable' ? at.t : rowAt(at.t, at)
    if (!spikes) return b.load(realsOf(at.args, id), inRow(row, at))
    const word = b.load(wordsIn(at.args, id), U.add(U.mul(row, wordsOf(at.size)), U.shiftRight(at.n, 5)))
    return toReal(U.and(U.shiftRight(word, U.and(at.n, 31)), 1))
  }
}

export const each = <T>(
  record: Readonly<Record<string, T>> | undefined,
  visit: (name: string, bound: T) => void,
): void => {
  for (const [name, bound] of Object.entries(record ?? {})) visit(name, bound)
}

export function bindKey(to: Collector, random: RandomKey | undefined): (args: Args) => Key | undefined {
  if (random === undefined) return () => undefined
  const parts = (['seed', 'stream', 'step', 'place', 'from', 'sample'] as const).map(
    (part) => [part, to.add('u32', random[part] ?? 0, part)] as const,
  )
  return (args) => Object.fromEntries(parts.map(([part, id]) => [part, wholeOf(args, id)])) as unknown as Key
}

/** What scans of both directions share. */
export interface BoundOverTime {
  readonly binding: Binding
  readonly sizes: (args: Args) => { readonly steps: Whole; readonly batch: Whole; readonly size: Whole }
  readonly key: (args: Args) => Key | undefined
  /** The value of an input, setup value or time-varying one; 0 where nothing is bound. */
  readonly leaf: (b: Builder, node: Node, at: Position) => Real
  /** What a product multiplies by, [N, N]. */
  readonly matrix: (args: Args, name: string) => Reals
  /** Whether a leaf stays the same over time. */
  readonly isConstant: (node: Node) => boolean
}

function bindOverTime(to: Collector, x: ScanBindings | ReverseBindings): Omit<BoundOverTime, 'binding'> {
  const [steps, batch, size] = [x.steps, x.batch, x.size].map((count) => to.add('u32', count, 'count')) as [
    string,
    string,
    string,
  ]
  const readers = new Map(
    boundLeaves(x).map(({ op, name, value }) => {
      const leaf = `${op} ${name}`
      return [leaf, bind(to, leaf, value, x.steps, op)]
    }),
  )
  const matrices = new Map<string, string>()
  each(x.matrices, (name, tensor) => matrices.set(name, to.add('reals', tensor, `matrix ${name}`)))
  const key = bindKey(to, x.random)
  return {
    sizes: (args) => ({ steps: wholeOf(args, steps), batch: wholeOf(args, batch), size: wholeOf(args, size) }),
    key,
    leaf: (b, { op, name }, at) => readers.get(`${op} ${name}`)?.(b, at) ?? real(0),
    matrix: (args, name) => realsOf(args, matrices.get(name)!),
    isConstant: ({ op, name }) => op === 'setup' || (op === 'input' && placeOf(x.inputs[name!]!, x.steps) === 'still'),
  }
}

/** Where an output of a forward program goes: into a tensor, into the state of the next step, or both. */
export interface Forward extends BoundOverTime {
  readonly initial: ReadonlyMap<string, Reader>
  /** The word of a row that an output's spikes are stored in, and the tensor. */
  readonly words: (output: string, at: Position) => Words | undefined
  /** Stores an output of each step. */
  readonly reals: (output: string) => Writer | undefined
  /** Outputs of which the last step alone is stored, states after it among them, and what stores them at the end. */
  readonly last: readonly (readonly [output: string, store: Writer])[]
}

export function bindForward(states: readonly string[], x: ScanBindings): Forward {
  const to = collect()
  const shared = bindOverTime(to, x)
  const initial = new Map(states.map((state) => [state, bind(to, `first ${state}`, x.initial[state]!, x.steps)]))
  const stored = new Map<string, { readonly id: string; readonly spikes: boolean }>()
  const last: (readonly [string, Writer])[] = []
  const keep = (role: string, name: string, tensor: Tensor) => {
    const id = to.add('reals', tensor, `${role} ${name}`)
    last.push([name, (b, at, value) => b.store(realsOf(at.args, id), inRow(at.sample, at), value)])
  }
  each(x.outputs, (name, tensor) => {
    const spikes = tensor.kind === 'spikes'
    if (placeOf(tensor, x.steps) === 'still') keep('last', name, tensor)
    else stored.set(name, { id: to.add(spikes ? 'words' : 'reals', tensor, `out ${name}`), spikes })
  })
  each(x.final, (name, tensor) => keep('after', name, tensor))
  return {
    ...shared,
    binding: to.binding(),
    initial,
    last,
    words(output, at) {
      const found = stored.get(output)
      return found?.spikes ? wordsIn(at.args, found.id) : undefined
    },
    reals(output) {
      const found = stored.get(output)
      if (found === undefined || found.spikes) return undefined
      return (b, at, result) => b.store(realsOf(at.args, found.id), inRow(rowAt(at.t, at), at), result)
    },
  }
}

/** What a backward program reads and where its outputs go. */
export interface Backward extends BoundOverTime {
  readonly window: (args: Args) => Whole
  /** A state as it was before the step. */
  readonly before: (b: Builder, state: string, at: Position) => Real
  /** The signal that is given for an output of the forward program. */
  readonly signal: (b: Builder, name: string, at: Position) => Real | undefined
  readonly final: (b: Builder, state: string, at: Position) => Real
  /** Outputs that are summed over time. */
  readonly sums: readonly string[]
  /** Stores an output of each step. */
  readonly step: (output: string) => Writer | undefined
  /** Stores what is left at the end: the adjoints of states by `state`, sums by `sum`. */
  readonly end: (b: Builder, at: Position, left: { state(name: string): Real; sum(output: string): Real }) => void
}

export function bindBackward(states: readonly string[], x: ReverseBindings): Backward {
  const to = collect()
  const shared = bindOverTime(to, x)
  const before = new Map<string, { readonly first: Reader; readonly rest: string }>()
  for (const state of states) {
    const trajectory = x.states[state]
    if (trajectory === undefined) continue
    const first = bind(to, `first ${state}`, x.initial[state]!, x.steps)
    before.set(state, { first, rest: to.add('reals', trajectory, `rest ${state}`) })
  }
  const signals = new Map<string, Reader>()
  each(x.signals, (name, tensor) => signals.set(name, bind(to, `signal ${name}`, tensor, x.steps)))
  const final = new Map<string, Reader>()
  each(x.final, (state, tensor) => final.set(state, bind(to, `final ${state}`, tensor, x.steps)))
  const outputs = new Map<string, { readonly id: string; readonly how: 'step' | 'sum' | 'state' }>()
  each(x.outputs, (name, tensor) => {
    const how = states.includes(name) ? 'state' : placeOf(tensor, x.steps) === 'moving' ? 'step' : 'sum'
    outputs.set(name, { id: to.add('reals', tensor, `${how} ${name}`), how })
  })
  const window = to.add('u32', x.window ?? 0, 'window')
  return {
    ...shared,
    binding: to.binding(),
    window: (args) => wholeOf(args, window),
    before(b, state, at) {
      const { first, rest } = before.get(state)!
      const result = b.variable(real(0))
      const earlier = (t: Whole) => b.load(realsOf(at.args, rest), inRow(rowAt(t, at), at))
      b.if(
        U.eq(at.t, 0),
        () => b.set(result, first(b, at)),
        () => b.set(result, earlier(U.sub(at.t, 1))),
      )
      return result
    },
    signal: (b, name, at) => signals.get(name)?.(b, at),
    final: (b, state, at) => final.get(state)?.(b, at) ?? real(0),
    sums: [...outputs].filter(([, { how }]) => how === 'sum').map(([name]) => name),
    step(output) {
      const found = outputs.get(output)
      if (found?.how !== 'step') return undefined
      return (b, at, result) => b.store(realsOf(at.args, found.id), inRow(rowAt(at.t, at), at), result)
    },
    end(b, at, left) {
      for (const [name, { id, how }] of outputs) {
        if (how === 'step') continue
        const result = how === 'sum' ? left.sum(name) : left.state(name)
        b.store(realsOf(at.args, id), inRow(at.sample, at), result)
      }
    },
  }
}

/** The time of a step as a random key counts it. */
export const timeOf = (key: Key | undefined, t: Whole): Whole => (key === undefined ? t : U.add(t, key.from))

/** A signal and what is carried, added. */
export const addTerms = (terms: readonly (Real | undefined)[]): Real => {
  const given = terms.filter((term) => term !== undefined)
  return given.length === 2 ? R.add(given[0]!, given[1]!) : (given[0] ?? real(0))
}

export const zero = whole(0)
