import type { LargestAdjoint } from '../backend.ts'
import type { Wiring } from '../wiring.ts'
import type { ArrayTensor } from './tensor.ts'

/** The largest of the sites that reach a site, channel by channel, or the adjoint of that. */
export function largest(
  a: ArrayTensor,
  { from, to, start, site }: Wiring,
  out: ArrayTensor,
  adjoint: LargestAdjoint | undefined,
): void {
  const { width } = to
  const inputs = from.count * width
  const into = adjoint && (adjoint.into as ArrayTensor)
  if (into) into.events = undefined
  else out.events = undefined
  into?.data.fill(0)
  for (let at = 0, row = 0; at < out.data.length; row += inputs) {
    for (let q = 0; q < to.count; q++) {
      for (let c = 0; c < width; c++, at++) {
        let found = -1
        for (let pair = start[q]!; pair < start[q + 1]!; pair++) {
          const own = row + site[pair]! * width + c
          const [x, best] = [a.data[own]!, a.data[found]!]
          // NaN is larger than all.
          if (found < 0 || x > best || (Number.isNaN(x) && !Number.isNaN(best))) found = own
        }
        if (!into) out.data[at] = found < 0 ? 0 : a.data[found]!
        else if (found >= 0) into.data[found]! += (adjoint!.signal as ArrayTensor).data[at]!
      }
    }
  }
}
