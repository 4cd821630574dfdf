import type { Tensor } from '../backend.ts'
import { ownKernels } from '../kernel.ts'
import type { Layer, Source, SourcePart } from '../network/layer.ts'
import { longestLag } from '../wiring.ts'
import type { Runtime } from './contract.ts'
import type { Late } from './pass.ts'
import { gathered } from './sites.ts'

/** What a layer goes on from, and takes where it ends: states [B, N], and what went into delays [lag, B, N], by name. */
export interface Ends {
  /** What came before the span, by the names of a carry. */
  readonly before?: Readonly<Record<string, Tensor>> | undefined
  /** Takes the last steps of the span, for the next one. */
  readonly after?: Readonly<Record<string, Tensor>> | undefined
}

/** How far back in time errors go through delays. */
export interface Reach {
  /** No error goes through a delay across a multiple of this many steps. */
  readonly window?: number | undefined
  /** Errors of what went into delays, from a part of the time that came later, by the names of a carry. */
  readonly final?: Readonly<Record<string, Tensor>> | undefined
  /** Takes those for the part before. */
  readonly states?: Readonly<Record<string, Tensor>> | undefined
}

/** By how many steps a connection delays at most. */
export const lagOf = ({ link: { wiring } }: SourcePart): number => (wiring ? longestLag(wiring) : 0)

export const isDelayed = ({ parts }: Source): boolean => parts.some((part) => lagOf(part) > 0)

/** Connections of a layer that delay, what a carry calls what goes into each, and of which shape [lag, B, N] that is. */
export const latecomers = ({ sources }: Layer, batch: number) =>
  sources
    .flatMap(({ parts }) => parts)
    .flatMap((part, k) => {
      const { wiring } = part.link
      const lag = lagOf(part)
      if (lag === 0) return []
      const { count, width } = wiring!.from
      return [{ part, name: `#late${k}`, shape: [lag, batch, count * width] }]
    })

/** What comes into a connection that delays, behind what came before the span; undefined for another. */
export function lateOf(
  runtime: Runtime,
  layer: Layer,
  part: SourcePart,
  input: Tensor,
  { before, after }: Ends,
): Late | undefined {
  const [steps, batch, size] = input.shape as [number, number, number]
  const found = latecomers(layer, batch).find((one) => one.part === part)
  if (found === undefined) return undefined
  const { name, shape } = found
  const [past, next] = [before?.[name], after?.[name]]
  if (past === undefined && next === undefined) return { name, values: undefined }
  const lag = shape[0]!
  const all = later(runtime, input, lag, lag + steps)
  if (past) addLater(runtime, past, 0, all)
  if (next) runtime.backend.slice(all, steps, next)
  if (input.kind === 'real') return { name, values: all }
  const values = runtime.temporary(all.shape, 'spikes')
  const bindings = { steps: lag + steps, batch, size, setup: {}, timeVarying: {}, initial: {} }
  runtime.backend.scan(spiking().forward, { ...bindings, inputs: { x: all }, outputs: { spike: values } })
  return { name, values }
}

const spiking = ownKernels('spiking', 'spike = x > 0.5', { inputs: ['x'], outputs: ['spike'] })

/** The same so many steps later, in so many steps; 0 before. */
export function later(runtime: Runtime, x: Tensor, lag: number, steps: number): Tensor {
  const out = runtime.temporary([steps, ...x.shape.slice(1)])
  shift(runtime, x, lag, out)
  return out
}

/** Adds to `out` what `x` holds, so many steps later. */
export const addLater = (runtime: Runtime, x: Tensor, lag: number, out: Tensor): void =>
  shift(runtime, x, lag, out, { accumulate: true })

function shift(runtime: Runtime, x: Tensor, lag: number, out: Tensor, options: { accumulate?: boolean } = {}): void {
  const size = x.shape.at(-1)!
  const weights = runtime.fixed([1, size], 1)
  runtime.backend.matmul(x, weights, out, { ...options, wiring: gathered(1, size, lag) })
}

/** Some steps of a tensor. */
export function stepsOf(runtime: Runtime, x: Tensor, from: number, steps: number): Tensor {
  const part = runtime.temporary([steps, ...x.shape.slice(1)], x.kind)
  runtime.backend.slice(x, from, part)
  return part
}

/** Whether errors meet those of another part of the time in a delay, or stop in it. */
export const reaches = ({ name }: Late, { window, final, states }: Reach, { shape }: Tensor): boolean =>
  (window !== undefined && window < shape[0]!) || [final, states].some((carried) => carried?.[name])

/**
 * The adjoint of what came into a connection that delays, [T, B, N], from that of what it made. `adjoint` makes the one of the other for a span
 * of time by itself.
 */
export function adjointOfLate(
  runtime: Runtime,
  lag: number,
  late: Late,
  delta: Tensor,
  { window, final, states }: Reach,
  adjoint: (delta: Tensor) => Tensor,
): Tensor {
  const steps = delta.shape[0]!
  if (window === undefined || window >= steps) {
    const [error, before] = [final?.[late.name], states?.[late.name]]
    if (!error && !before) return adjoint(delta)
    const all = adjoint(later(runtime, delta, lag, lag + steps))
    if (error) addLater(runtime, error, steps, all)
    if (before) runtime.backend.slice(all, 0, before)
    return stepsOf(runtime, all, lag, steps)
  }
  let whole: Tensor | undefined
  for (let from = 0; from < steps; from += window) {
    const count = Math.min(window, steps - from)
    const ends = { ...(from === 0 && { states }), ...(from + count === steps && { final }) }
    const part = adjointOfLate(runtime, lag, late, stepsOf(runtime, delta, from, count), ends, adjoint)
    if (whole) addLater(runtime, part, from, whole)
    else whole = later(runtime, part, 0, steps)
  }
  return whole!
}
