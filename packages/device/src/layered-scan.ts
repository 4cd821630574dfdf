import { elementary, type Kernel, type ScanBindings, splitPhases } from '@hillock/core'
import { bindForward, timeOf, zero } from './bind.ts'
import { build } from './build.ts'
import { layerOf, manyThreads, scratch } from './layered.ts'
import { lower, type Result } from './lower.ts'
import { randomNumbers } from './random.ts'
import { at, type Call, kernelName, storeOutputs } from './scan.ts'

/** Forward in time with operations that see whole layers. `rows` of [N] are needed for each sample, behind the argument `scratch`. */
export function layeredScan(kernel: Kernel, x: ScanBindings): Call & { readonly rows: number } {
  const bound = bindForward(kernel.states, x)
  const { phases, rows } = splitPhases(elementary(kernel.program))
  const all = Math.max(1, rows + kernel.states.length)
  const rowOf = (state: string) => rows + kernel.states.indexOf(state)
  const given = { ...bound.binding.given, [scratch]: 'reals' as const }
  const make = () =>
    build(kernelName('layer_scan', kernel), manyThreads, given, (b, args) => {
      const layer = layerOf(b, args, bound, all)
      layer.eachLive((own) => {
        for (const [state, first] of bound.initial) layer.put(rowOf(state), own, first(b, at(own, zero)))
      })
      b.for(0, layer.place.steps, 1, (t) => {
        for (const { calls, program } of phases) {
          layer.call(calls)
          layer.each((own) => {
            const now = at(own, t)
            const key = bound.key(args)
            const results = new Map<string, Result>()
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
            )
            storeOutputs(b, bound, own, now, results)
            const rowsOut = [...results].flatMap(([output, result]) => {
              const row = rowIn(output) ?? stateRow(bound.stateOf(output), rowOf)
              return row === undefined ? [] : [[row, b.let(result.number())] as const]
            })
            b.if(own.live, () => {
              for (const [row, value] of rowsOut) layer.put(row, own, value)
            })
          })
        }
        b.barrier()
      })
    })
  return { binding: bound.binding, groups: x.batch, make, rows: all }
}

const stateRow = (state: string | undefined, rowOf: (state: string) => number): number | undefined =>
  state === undefined ? undefined : rowOf(state)

/** The row that an output of a phase waits in for a later one. */
export const rowIn = (output: string): number | undefined =>
  output.startsWith('row:') ? Number(output.slice('row:'.length)) : undefined
