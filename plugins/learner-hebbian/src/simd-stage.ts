import type { Events } from '@hillock/core/backend'
import { compile } from './compile.ts'
import { lazyWeights } from './lazy-weights.ts'
import { addressOf, layOut } from './memory.ts'
import type { Part } from './plastic-layer.ts'
import { fillCounts, fillEvents, fillLayer, layOutCounts, layOutEvents, layOutLayer, setTaking } from './simd-layer.ts'
import { plasticLayers, type Room, type Stage } from './stage.ts'

/** See `assembly/index.ts`. */
interface Exports {
  readonly memory: WebAssembly.Memory
  takeWeights(layer: number): void
  normalizeAll(layer: number, epsilon: number): void
  giveWeights(layer: number, limit: number): void
  play(
    layers: number,
    count: number,
    input: number,
    seen: number,
    row: number,
    stride: number,
    steps: number,
    label: number,
    teacher: number,
    scratch: number,
  ): void
}

/** Whether WebAssembly can play these layers: one matrix in f32 between each and the one below, and rules that are data. */
export const canPlay = (parts: readonly Part[]): boolean =>
  parts.every(({ sources: [source, ...more], rule }, l) => {
    const { weights, from, pools, wiring } = source!
    const chained = from === (l === 0 ? 'input' : l - 1) && pools.length === 0 && !wiring && more.length === 0
    return chained && weights.BYTES_PER_ELEMENT === 4 && typeof rule.step !== 'function'
  })

/**
 * Makes stages in WebAssembly SIMD, all in the memory of one instance: the last one made is valid. A presentation is one call. It does
 * what `plainStage` defines, but for rounding.
 */
export async function simdStages(): Promise<(parts: readonly Part[], input: Events, steps: number) => Stage> {
  const { exports } = await WebAssembly.instantiate(await compile())
  const { memory, ...run } = exports as unknown as Exports
  return (parts, input, steps) => {
    const { inputs } = parts[0]!.layer
    const arrays = layOut(memory, (take) => ({
      layers: parts.map((part) => layOutLayer(take, part, steps)),
      addresses: take(Uint32Array, parts.length),
      input: layOutEvents(take, input.start.length - 1, input.start.at(-1)!),
      seen: layOutCounts(take, inputs),
      teacher: take(Uint8Array, steps),
      scratch: take(Uint32Array, Math.max(...parts.map(({ layer }) => layer.inputs))),
    }))
    const { addresses, teacher, scratch } = arrays
    addresses.set(arrays.layers.map(({ struct }) => addressOf(struct)))
    let pre = fillCounts(arrays.seen)
    const rooms = arrays.layers.map((layer, l): Room => {
      const address = addresses[l]!
      fillLayer(layer, parts[l]!)
      run.takeWeights(address)
      const weights = lazyWeights(layer, parts[l]!.layer.size)
      const normalizeAll = (epsilon: number) => run.normalizeAll(address, epsilon)
      const membranes = layer.v.subarray(0, parts[l]!.layer.size)
      const sources = [{ weights: { ...weights, normalizeAll }, pre }]
      pre = fillCounts(layer.counts)
      return { sources, spikes: layer.spikes, counts: pre, learners: pre, membranes }
    })
    const layers = plasticLayers(parts, rooms)
    fillEvents(arrays.input, input)
    const [given, counted] = [addressOf(arrays.input.struct), addressOf(arrays.seen.struct)]
    return {
      layers,
      play({ row, stride, label, teacher: taught }) {
        for (const [l, { taking, recruit }] of layers.entries()) setTaking(arrays.layers[l]!, taking, recruit)
        teacher.set(taught)
        const [places, told] = [addressOf(addresses), addressOf(teacher)]
        run.play(places, parts.length, given, counted, row, stride, taught.length, label, told, addressOf(scratch))
      },
      weights(l, _, limit) {
        const { u, stride } = arrays.layers[l]!
        const { size } = parts[l]!.layer
        run.giveWeights(addresses[l]!, limit)
        return stride === size ? u : withoutPadding(u, stride, size)
      },
    }
  }
}

function withoutPadding(padded: Float32Array, stride: number, size: number): Float32Array {
  const values = new Float32Array((padded.length / stride) * size)
  for (let from = 0, to = 0; from < padded.length; from += stride, to += size) {
    for (let j = 0; j < size; j++) values[to + j] = padded[from + j]!
  }
  return values
}
