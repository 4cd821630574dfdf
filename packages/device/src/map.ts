import type { Kernel, MapBindings } from '@hillock/core/backend'
import { elementary } from '@hillock/core/equations'
import { sizeOf } from '@hillock/core/options'
import { zero } from './bind.ts'
import { bindMap } from './bind-map.ts'
import { build } from './build.ts'
import { group, thread, U } from './expressions.ts'
import { groupsFor, threads } from './frame.ts'
import { lower } from './lower.ts'
import { randomNumbers } from './random.ts'
import { type Call, kernelName } from './scan.ts'

/** Once over arrays of one shape: a thread for each element. */
export function map(kernel: Kernel, x: MapBindings): Call {
  const [first] = [...Object.values(x.states), ...Object.values(x.inputs)]
  const count = sizeOf(first?.shape ?? [])
  const bound = bindMap(x, count)
  const { binding } = bound
  const make = () =>
    build(kernelName('map', kernel), threads, binding.given, (b, args) => {
      const i = b.let(U.add(U.mul(group, threads), thread))
      b.if(U.lt(i, bound.count(args)), () => {
        const key = bound.key(args)
        const stores: (() => void)[] = []
        lower(
          b,
          elementary(kernel.program),
          (node) => {
            if (node.op !== 'uniform') return bound.leaf(b, node, args, i)
            return randomNumbers(b, key!, i, zero).uniform(node.name!, zero)
          },
          (output, result) => {
            const value = b.let(result.number())
            stores.push(() => bound.write(b, output, args, i, value))
          },
        )
        for (const store of stores) store()
      })
    })
  return { binding, groups: groupsFor(count), make }
}
