import type { Backend } from '@hillock/core'
import type { Events, Values } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'

/** The spikes of a tensor as lists. */
export async function eventsOf(backend: Backend, spikes: Tensor): Promise<Events> {
  return (await backend.readEvents?.(spikes)) ?? listed(await backend.read(spikes), spikes.shape.at(-1)!)
}

/** Lists the ones among zeros, `width` values a row. */
export function listed(spikes: Values, width: number): Events {
  const start = new Int32Array(spikes.length / width + 1)
  const index = new Int32Array(spikes.length)
  let count = 0
  for (let row = 0; row + 1 < start.length; row++) {
    for (let i = 0; i < width; i++) if (spikes[row * width + i] !== 0) index[count++] = i
    start[row + 1] = count
  }
  return { start, index: index.subarray(0, count) }
}
