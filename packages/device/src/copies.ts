import { build } from './build.ts'
import type { Heap } from './device.ts'
import { group, thread, U, whole } from './expressions.ts'
import { threads } from './frame.ts'
import type { DeviceKernel } from './ir.ts'

/** to[i] = from[i] */
export function copy(heap: Heap): DeviceKernel {
  // for the builder both are numbers; what is loaded is stored as it is
  const given = { from: heap, to: heap, count: 'u32' } as { from: 'words'; to: 'words'; count: 'u32' }
  return build(`copy_${heap}`, threads, given, (b, g) => {
    const i = b.let(U.add(U.mul(group, threads), thread))
    b.if(U.lt(i, g.count), () => b.store(g.to, i, b.load(g.from, i)))
  })
}

/** to[i] = 0 */
export function clear(): DeviceKernel {
  return build('clear', threads, { to: 'words', count: 'u32' } as const, (b, g) => {
    const i = b.let(U.add(U.mul(group, threads), thread))
    b.if(U.lt(i, g.count), () => b.store(g.to, i, whole(0)))
  })
}
