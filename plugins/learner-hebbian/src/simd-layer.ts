import type { Events } from '@hillock/core/backend'
import { addressOf, type Take } from './memory.ts'
import type { Part } from './plastic-layer.ts'
import type { StepRule } from './rule.ts'
import type { SpikeCounts } from './spike-counts.ts'
import { mostWinners } from './stage.ts'

/** Spikes as lists, where `assembly/spikes.ts` reads them. */
export function layOutEvents(take: Take, rows: number, most: number) {
  return { struct: take(Int32Array, 2), start: take(Int32Array, rows + 1), index: take(Int32Array, most) }
}

export function layOutCounts(take: Take, size: number) {
  return { struct: take(Int32Array, 3), counts: take(Float32Array, size), fired: take(Int32Array, size) }
}

type EventArrays = ReturnType<typeof layOutEvents>
type CountArrays = ReturnType<typeof layOutCounts>

export function fillEvents({ struct, start, index }: EventArrays, events?: Events): void {
  struct.set([addressOf(start), addressOf(index)])
  if (events === undefined) return
  start.set(events.start)
  index.set(events.index.subarray(0, index.length))
}

export function fillCounts({ struct, counts, fired }: CountArrays): SpikeCounts {
  struct.set([addressOf(counts), addressOf(fired), 0])
  counts.fill(0)
  return {
    counts,
    fired,
    get length() {
      return struct[2]!
    },
  }
}

// A layer in the order in which `assembly/layer.ts` has it.
const addresses = ['u', 'scales', 'norms', 'common', 'bias', 'threshold', 'v', 'sums', 'excess', 'changes'] as const
const integers = ['stride', 'inputs', 'competes', 'k', 'first', 'last', 'recruit', 'unused'] as const
const numbers = ['beta', 'drop', 'kept', 'shrink', 'right', 'wrong', 'taught', 'left'] as const
const firstInteger = addresses.length + 2
const structIntegers = firstInteger + integers.length
const takingAt = firstInteger + integers.indexOf('first')

export type LayerArrays = ReturnType<typeof layOutLayer>

export function layOutLayer(take: Take, part: Part, steps: number) {
  const { inputs, size } = part.layer
  const stride = (size + 3) & ~3
  return {
    stride,
    struct: take(Int32Array, structIntegers + 2 * numbers.length),
    u: take(Float32Array, inputs * stride),
    scales: take(Float64Array, stride),
    norms: take(Float64Array, stride),
    common: take(Float64Array, 1),
    bias: take(Float32Array, stride),
    threshold: take(Float32Array, stride),
    v: take(Float32Array, stride),
    sums: take(Float32Array, stride),
    excess: take(Float32Array, stride),
    changes: take(Uint32Array, 2 * stride),
    spikes: layOutEvents(take, steps, steps * mostWinners(part)),
    counts: layOutCounts(take, size),
  }
}

const nothing: StepRule = { shrink: 0, right: 0, wrong: 0, taught: 0 }

/** Copies a layer into WebAssembly memory. */
export function fillLayer(arrays: LayerArrays, { layer, rule, upkeep, competition, bias, sources }: Part): void {
  const { u, stride, struct, spikes, counts } = arrays
  const { inputs, size } = layer
  const { weights } = sources[0]!
  if (stride === size) u.set(weights)
  else for (let i = 0; i < inputs; i++) u.set(weights.subarray(i * size, (i + 1) * size), i * stride)
  arrays.bias.set(bias)
  if (competition !== undefined) arrays.threshold.set(competition.threshold)
  const { beta = 0, drop = 0, inhibition = 0, k = 0 } = competition ?? {}
  const competes = competition === undefined ? 0 : 1
  const whole = { stride, inputs, competes, k, first: 0, last: size, recruit: -1, unused: 0 }
  const real = { beta, drop, kept: 1 - inhibition, ...nothing, ...rule.step, left: 1 - upkeep.decay }
  struct.set([
    ...addresses.map((name) => addressOf(arrays[name])),
    addressOf(spikes.struct),
    addressOf(counts.struct),
    ...integers.map((name) => whole[name]),
  ])
  new Float64Array(struct.buffer, addressOf(struct) + 4 * structIntegers).set(numbers.map((name) => real[name]))
  fillEvents(spikes)
}

/** Sets which neurons take part in the next presentation. */
export function setTaking({ struct }: LayerArrays, [first, last]: readonly [number, number], recruit: number): void {
  struct[takingAt] = first
  struct[takingAt + 1] = last
  struct[takingAt + 2] = recruit
}
