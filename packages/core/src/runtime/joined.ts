import type { Tensor } from '../backend.ts'
import type { Link } from '../connections/connection.ts'
import { kept } from '../kernel.ts'
import type { Source, SourcePart } from '../network/layer.ts'
import { type Wiring, weightsOf, wiring } from '../wiring.ts'
import type { Runtime } from './contract.ts'

interface Joint {
  readonly link: Link
  readonly sums: {
    /** Shape of the weights that are learnt. */
    readonly weights: readonly number[]
    /** For each matrix of the product those that it is the sum of. */
    readonly of: readonly (readonly number[])[]
    /** What their sum is multiplied by. */
    readonly by: number
    /** What a bias is multiplied by. */
    readonly bias: number
  }
}

/** A connection, or a convolution joined with the sums behind it. */
export type Part = SourcePart & Partial<Joint>

/** Tables come from at most so many pairs, and sums are taken by at most so many numbers. */
const most = 2 ** 22

const joints = new WeakMap<Wiring, Joint | false>()

/**
 * The connections of a source as they are computed. A convolution and sums over windows of what it makes are one product, by larger windows of
 * its input: for 5x5 and sums over 2x2 there are 36 matrices for each sum in place of 4 times 25.
 */
export function partsOf({ parts }: Source): readonly Part[] {
  const [first, pool, more] = parts
  const key = pool?.link.wiring
  if (!key || more) return parts
  const joint = kept(joints, key, () => join(first!.link, key, pool.link))
  return joint ? [{ ...first!, ...joint }] : parts
}

function join(link: Link, windows: Wiring, { constant, to }: Link): Joint | false {
  const { wiring: own, weights: learnt } = link
  if (!own || own.diagonal || own.lag || own.to.count !== windows.from.count) return false
  if (!constant || !windows.diagonal || windows.lag) return false
  const area = windows.site.length / windows.to.count
  if (own.site.length * area > most || windows.start.some((at, q) => at !== q * area)) return false
  const of: number[][] = []
  const slots = new Map<string, number>()
  const table = wiring({ from: own.from, to: windows.to, slots: most }, (q, add) => {
    const met = new Map<number, number[]>()
    for (const place of windows.site.subarray(q * area, (q + 1) * area))
      for (let pair = own.start[place]!; pair < own.start[place + 1]!; pair++)
        kept(met, own.site[pair]!, () => []).push(own.slot[pair]!)
    for (const [site, matrices] of met) {
      const slot = kept(slots, String(matrices), () => of.push(matrices) - 1)
      add(site, slot)
    }
  })
  const made = { ...table, slots: of.length }
  const weights = weightsOf(made)
  if (made.site.length >= own.site.length || weights[0] * learnt[0]! > most) return false
  return {
    link: { ...link, to, wiring: made, weights },
    sums: { weights: learnt, of, by: constant, bias: area * constant },
  }
}

/** The matrices of a part's product, from the weights that are learnt; `back`: from the gradient of those to that of these, added to `into`. */
export function joined(runtime: Runtime, { link, sums }: Part, x: Tensor, back = false, into?: Tensor): Tensor {
  if (!sums) return x
  const { weights, of, by } = sums
  const [rows] = link.weights as [number]
  const [columns] = weights as [number]
  const { width } = link.wiring!.from
  const share = (i: number) => {
    const row = Math.floor(i / columns)
    const column = i % columns
    if (row % width !== column % width) return 0
    return by * of[Math.floor(row / width)]!.filter((one) => one === Math.floor(column / width)).length
  }
  const shares = runtime.fixed([rows, columns], share, `${by} ${of.join(' ')}`)
  const out = into ?? runtime.temporary(back ? weights : link.weights)
  runtime.backend.matmul(shares, x, out, { transposeA: back, accumulate: into !== undefined })
  return out
}
