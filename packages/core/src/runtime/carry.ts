import type { Tensor } from '../backend.ts'
import { alarmName } from '../equations/alarm.ts'
import type { Runtime } from './contract.ts'
import { latecomers } from './late.ts'

/**
 * Where a network stands between two spans of time: the states of every layer, [B, N], and what delays will bring, [lag, B, N], by the index of
 * the layer. A value: a span goes on from one, and puts where it ends into another.
 */
export type Carry = readonly Readonly<Record<string, Tensor>>[]

/**
 * Room for a carry of so many samples. With `alarm` it also takes along what neurons have met of NaN and infinity, so that it is enough to
 * watch the last of the spans.
 */
export function newCarry(runtime: Runtime, batch: number, { alarm = false }: { readonly alarm?: boolean } = {}): Carry {
  return runtime.network.layers.map((layer) => {
    const { neuron, size } = layer
    const states = neuron.kernels.watched().states.filter((state) => alarm || state !== alarmName)
    const late = latecomers(layer, batch).map(({ name, shape }) => [name, runtime.temporary(shape)] as const)
    return Object.fromEntries([...states.map((state) => [state, runtime.temporary([batch, size])] as const), ...late])
  })
}
