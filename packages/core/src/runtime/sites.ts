import type { Tensor } from '../backend.ts'
import { type Wiring, wiring } from '../wiring.ts'
import type { Runtime } from './contract.ts'

const gathers = new Map<string, Wiring>()

/** From so many sites to one, channel by channel. */
function gathered(count: number, width: number): Wiring {
  const key = `${count} ${width}`
  const shape = { from: { count, width }, to: { count: 1, width }, slots: 1, diagonal: true }
  const made =
    gathers.get(key) ??
    wiring(shape, (_, add) => {
      for (let site = 0; site < count; site++) add(site)
    })
  gathers.set(key, made)
  return made
}

/** The sum over sites: [.., N] to [.., channels]. */
export function overSites(runtime: Runtime, x: Tensor, channels: number): Tensor {
  const size = x.shape.at(-1)!
  if (size === channels) return x
  const out = runtime.temporary([...x.shape.slice(0, -1), channels])
  runtime.backend.matmul(x, runtime.fixed([1, channels], 1), out, { wiring: gathered(size / channels, channels) })
  return out
}

/** The same at every site: [.., channels] to [.., size]. */
export function toSites(runtime: Runtime, x: Tensor, size: number): Tensor {
  const channels = x.shape.at(-1)!
  if (size === channels) return x
  const out = runtime.temporary([...x.shape.slice(0, -1), size])
  const options = { transposeB: true, wiring: gathered(size / channels, channels) }
  runtime.backend.matmul(x, runtime.fixed([1, channels], 1), out, options)
  return out
}
