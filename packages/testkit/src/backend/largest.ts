import { type Backend, maxPool } from '@hillock/core'
import { type Wiring, wiring } from '@hillock/core/connections'
import type { Tensor } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'
import { expectSame } from '../assert.ts'
import { holding, noise } from '../rig.ts'
import type { Part } from './part.ts'

/** What is tried: overlapping windows, padding, channels around the widths of vectors and words, and a site that nothing reaches. */
const tables: Readonly<Record<string, Wiring>> = {
  'windows of 2': maxPool(2).connect([5, 4, 3]).wiring!,
  'windows of 2 of 32 channels': maxPool(2).connect([4, 4, 32]).wiring!,
  'windows of 3 by 2 steps, padded': maxPool(3, { stride: 2, padding: 1 }).connect([5, 5, 12]).wiring!,
  'windows that overlap': maxPool(2, { stride: 1 }).connect([7, 33]).wiring!,
  'windows of 1 channel': maxPool(2).connect([9, 9, 1]).wiring!,
  'any sites': wiring(
    { from: { count: 3, width: 5 }, to: { count: 3, width: 5 }, slots: 1, diagonal: true },
    (q, add) => [[2, 0, 2], [], [1]][q]!.forEach((site) => void add(site)),
  ),
}

/** Few values, so that many are alike. */
const few = (count: number, seed: number) => noise(count, seed).map((x) => Math.round(3 * x) / 2)
const spikes = (count: number, seed: number) => noise(count, seed).map((x) => +(x > 0.4))

/** The largest of each site and channel, and where the first of them stands (-1: nowhere). */
function define({ from, to, start, site }: Wiring, a: readonly number[], rows: number) {
  const [found, places] = [[] as number[], [] as number[]]
  for (let row = 0; row < rows; row++) {
    for (let q = 0; q < to.count; q++) {
      for (let c = 0; c < to.width; c++) {
        const seen = Array.from(site.subarray(start[q], start[q + 1]), (p) => (row * from.count + p) * from.width + c)
        const best = Math.max(...seen.map((at) => a[at]!))
        found.push(seen.length === 0 ? 0 : best)
        places.push(seen.find((at) => a[at] === best) ?? -1)
      }
    }
  }
  return { found, places }
}

async function both(backend: Backend, table: Wiring, leading: readonly number[], kind: Tensor['kind']) {
  const rows = sizeOf(leading)
  const [inputs, outputs] = [table.from, table.to].map(({ count, width }) => count * width) as [number, number]
  const a = (kind === 'spikes' ? spikes : few)(rows * inputs, 1)
  const signal = few(rows * outputs, 2)
  const held = holding(backend)
  const x = held.put([...leading, inputs], a, kind)
  const out = held.put([...leading, outputs], undefined, kind)
  const into = held.put([...leading, inputs], few(rows * inputs, 3))
  backend.largest!(x, table, out)
  const given = { signal: held.put([...leading, outputs], signal), into }
  backend.largest!(x, table, out, given)
  const results = [await backend.read(out), await backend.read(into), await backend.read(x)]
  held.free()
  const { found, places } = define(table, a, rows)
  const adjoint = a.map(() => 0)
  for (const [i, at] of places.entries()) if (at >= 0) adjoint[at]! += signal[i]!
  return { results, wanted: [found, adjoint, a] }
}

/** Max pooling and its adjoint. */
export const largest: Part = (check) => {
  for (const kind of ['real', 'spikes'] as const) {
    check(`the largest of ${kind === 'real' ? 'reals' : 'spikes'}, and its adjoint`, async (backend) => {
      if (!backend.supports.wiring) return
      for (const [title, table] of Object.entries(tables)) {
        for (const leading of [[5, 3], [1, 2], [35, 1], [4], [0, 3]]) {
          const { results, wanted } = await both(backend, table, leading, kind)
          for (const [i, what] of ['the largest', 'the adjoint', 'the argument'].entries())
            expectSame(`${what}, ${title} of [${leading}]`, results[i]!, wanted[i]!)
        }
      }
    })
  }
}
