import type { Backend } from '@hillock/core'
import type { Events, Values } from '@hillock/core/backend'
import { owned, type Use } from './exchange.ts'
import { map } from './map.ts'
import { withinMemory } from './memory.ts'
import { matmul, slice, sum } from './products.ts'
import { reverse } from './reverse.ts'
import { scan } from './scan.ts'
import type { Held } from './store.ts'
import type { Tools } from './tools.ts'
import { largest, wiredProduct } from './wired.ts'

/** hillock's contract in operations of tfjs; `use` selects the backend of tfjs that all of it runs on. */
export function createBackend(name: string, tools: Tools, use: Use): Backend {
  const { tf, store, walk } = tools
  /** All that is not kept ends with the call. */
  const call = (work: () => void) => withinMemory(() => use(() => tf.tidy(work)))
  return {
    name,
    supports: { layerScope: true, exact: false, wiring: true },
    alloc: (shape, kind) => owned(store.alloc(shape, kind), { tf, store, use }),
    write: (tensor, values) => store.setHost(tensor as Held, Float32Array.from(values)),
    read: (tensor) => use(() => store.read(tensor as Held)),
    readEvents: async (tensor) => eventsOf(await use(() => store.read(tensor as Held)), tensor.shape.at(-1) ?? 1),
    free: (tensor) => store.free(tensor as Held),
    scan: (kernel, x) => call(() => scan(tools, kernel, x)),
    reverse: (kernel, x) => call(() => reverse(tools, kernel, x)),
    map: (kernel, x) => call(() => map(tools, kernel, x)),
    matmul(a, b, out, options = {}) {
      const { wiring } = options
      const given = [a as Held, b as Held, out as Held] as const
      call(() => (wiring ? wiredProduct(tools, ...given, { ...options, wiring }) : matmul(tools, ...given, options)))
    },
    sum: (a, out) => call(() => sum(tools, a as Held, out as Held)),
    slice: (a, from, out) => call(() => slice(tools, a as Held, from, out as Held)),
    largest: (a, wiring, out, adjoint) => call(() => largest(tools, a as Held, wiring, out as Held, adjoint)),
    async dispose() {
      store.freeAll()
      walk.dispose()
    },
  }
}

function eventsOf(spikes: Values, width: number): Events {
  const rows = width === 0 ? 0 : spikes.length / width
  const start = new Int32Array(rows + 1)
  const index: number[] = []
  for (let row = 0; row < rows; row++) {
    for (let n = 0; n < width; n++) if (spikes[row * width + n] !== 0) index.push(n)
    start[row + 1] = index.length
  }
  return { start, index: Int32Array.from(index) }
}
