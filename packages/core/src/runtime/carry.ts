import type { Tensor } from '../backend.ts'
import { alarmName } from '../equations/alarm.ts'
import { HillockError } from '../errors.ts'
import type { Network } from '../network/layer.ts'
import { longestLag } from '../wiring.ts'
import type { Runtime } from './contract.ts'

/**
 * Where a network stands between two spans of time: the states of every layer, [B, N], by the index of the layer. A value: a span goes on from
 * one, and puts where it ends into another.
 */
export type Carry = readonly Readonly<Record<string, Tensor>>[]

/**
 * Room for a carry of so many samples. With `alarm` it also takes along what neurons have met of NaN and infinity, so that it is enough to
 * watch the last of the spans. Throws HILLOCK_UNSUPPORTED where spikes of one span would arrive in the next.
 */
export function newCarry(runtime: Runtime, batch: number, { alarm = false }: { readonly alarm?: boolean } = {}): Carry {
  checkCarried(runtime.network)
  return runtime.network.layers.map(({ neuron, size }) => {
    const states = neuron.kernels.watched().states.filter((state) => alarm || state !== alarmName)
    return Object.fromEntries(states.map((state) => [state, runtime.temporary([batch, size])]))
  })
}

/** Throws HILLOCK_UNSUPPORTED where spikes of one span of time would arrive in the next. */
export function checkCarried({ layers }: Network): void {
  for (const { name, sources } of layers) {
    const links = sources.flatMap(({ parts }) => parts.map(({ link }) => link))
    if (!links.some(({ wiring }) => wiring && longestLag(wiring) > 0)) continue
    const hint =
      'run the whole time at once: bptt() without recompute among learners, session.predict in place of a stream'
    const found = `spikes into ${name} are delayed beyond a part of the time`
    throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint })
  }
}
