import type { Tensor } from '../backend.ts'
import { kept } from '../kernel.ts'
import { type AddPair, type Wiring, wiring } from '../wiring.ts'
import type { Runtime } from './contract.ts'

const gathers = new Map<string, Wiring>()

/** From so many sites to one, channel by channel; from a single one it may be later. */
export function gathered(count: number, width: number, lag?: number): Wiring {
  const shape = { from: { count, width }, to: { count: 1, width }, slots: 1, diagonal: true }
  const all = (_: number, add: AddPair) => {
    for (let site = 0; site < count; site++) add(site)
  }
  const later = lag === undefined ? {} : { lag: Int32Array.of(lag) }
  return kept(gathers, `${count} ${width} ${lag}`, () => ({ ...wiring(shape, all), ...later }))
}

/**
 * Values of channels, [.., N] to [.., size], times a number: summed over sites, where these become fewer, and the same at every site, where they
 * become more. Default of `by`: 1.
 */
export function toSites(runtime: Runtime, x: Tensor, size: number, by = 1): Tensor {
  const own = x.shape.at(-1)!
  if (own === size && by === 1) return x
  const channels = Math.min(own, size)
  const out = runtime.temporary([...x.shape.slice(0, -1), size])
  const options = { wiring: gathered(Math.max(own, size) / channels, channels), transposeB: size > own }
  runtime.backend.matmul(x, runtime.fixed([1, channels], by), out, options)
  return out
}
