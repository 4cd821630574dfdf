import type { Kernel, ScanBindings } from '@hillock/core/backend'
import { elementary, splitPhases } from '@hillock/core/equations'
import { bindForward, timeOf, zero } from './bind.ts'
import { build } from './build.ts'
import type { Real } from './ir.ts'
import { layerOf, manyThreads, scratch } from './layered.ts'
import { lower, type Result } from './lower.ts'
import { randomNumbers } from './random.ts'
import { at, type Call, kernelName, storeOutputs } from './scan.ts'

/** Forward in time with operations that see whole layers. `rows` of [N] are needed for each sample, behind the argument `scratch`. */
export function layeredScan(kernel: Kernel, x: ScanBindings): Call & { readonly rows: number } {
  const bound = bindForward(kernel.states, x)
  const { phases, rows } = splitPhases(elementary(kernel.program))
  // What stands in a row of its own: states, and other outputs of which the last step is stored.
  const kept = [...new Set([...kernel.states, ...bound.last.map(([name]) => name)])]
  const all = Math.max(1, rows + kept.length)
  const rowOf = (name: string) => rows + kept.indexOf(name)
  const given = { ...bound.binding.given, [scratch]: 'reals' as const }
  const make = () =>
    build(kernelName('layer_scan', kernel), manyThreads, given, (b, args) => {
      const layer = layerOf(b, args, bound, all)
      layer.eachLive((own) => {
        for (const [state, first] of bound.initial) layer.put(rowOf(state), own, first(b, at(own, zero)))
      })
      b.for(0, layer.place.steps, 1, (t) => {
        for (const { calls, program, rows } of phases) {
          layer.call(calls)
          layer.each((own) => {
            const now = at(own, t)
            const key = bound.key(args)
            const results = new Map<string, Result>()
            const puts: (readonly [number, Real])[] = []
            lower(
              b,
              program,
              (node) => {
                if (node.op === 'state') return layer.get(rowOf(node.name!), own)
                if (node.op === 'row') return layer.get(Number(node.name), own)
                if (node.op !== 'uniform') return bound.leaf(b, node, now)
                return randomNumbers(b, key!, own.n, own.sample).uniform(node.name!, b.let(timeOf(key, t)))
              },
              (output, result) => results.set(output, result),
              rows,
              (row, result) => puts.push([row, b.let(result.number())]),
            )
            storeOutputs(b, bound, own, now, results)
            for (const [output, result] of results)
              if (kept.includes(output)) puts.push([rowOf(output), b.let(result.number())])
            b.if(own.live, () => {
              for (const [row, value] of puts) layer.put(row, own, value)
            })
          })
        }
        b.barrier()
      })
      layer.eachLive((own) => {
        for (const [name, store] of bound.last) store(b, at(own, zero), layer.get(rowOf(name), own))
      })
    })
  return { binding: bound.binding, groups: x.batch, make, rows: all }
}
