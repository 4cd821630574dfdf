import { elementary, type Kernel, type ScanBindings, splitPhases } from '@hillock/core'
import { bindForward, timeOf, zero } from './bind.ts'
import { build } from './build.ts'
import { R, real } from './expressions.ts'
import type { Real } from './ir.ts'
import { layerOf, manyThreads, scratch } from './layered.ts'
import { lower, type Result } from './lower.ts'
import { randomNumbers } from './random.ts'
import { at, type Call, kernelName, storeOutputs } from './scan.ts'

/** Forward in time with operations that see whole layers. `rows` of [N] are needed for each sample, behind the argument `scratch`. */
export function layeredScan(kernel: Kernel, x: ScanBindings): Call & { readonly rows: number } {
  const bound = bindForward(kernel.states, x)
  const { phases, rows } = splitPhases(elementary(kernel.program))
  const summed = [...bound.sums.keys()]
  const all = Math.max(1, rows + kernel.states.length + summed.length)
  const rowOf = (state: string) => rows + kernel.states.indexOf(state)
  const sumRow = (output: string) => rows + kernel.states.length + summed.indexOf(output)
  const given = { ...bound.binding.given, [scratch]: 'reals' as const }
  const make = () =>
    build(kernelName('layer_scan', kernel), manyThreads, given, (b, args) => {
      const layer = layerOf(b, args, bound, all)
      layer.eachLive((own) => {
        for (const [state, first] of bound.initial) layer.put(rowOf(state), own, first(b, at(own, zero)))
        for (const output of summed) layer.put(sumRow(output), own, real(0))
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
            const puts: (readonly [number, Real])[] = []
            for (const [output, result] of results) {
              const row = rowIn(output) ?? stateRow(bound.stateOf(output), rowOf)
              if (row !== undefined) puts.push([row, b.let(result.number())])
              const sum = sumRow(output)
              if (summed.includes(output)) puts.push([sum, b.let(R.add(layer.get(sum, own), result.number()))])
            }
            b.if(own.live, () => {
              for (const [row, value] of puts) layer.put(row, own, value)
            })
          })
        }
        b.barrier()
      })
      layer.eachLive((own) => {
        for (const [output, store] of bound.sums) store(b, at(own, zero), layer.get(sumRow(output), own))
      })
    })
  return { binding: bound.binding, groups: x.batch, make, rows: all }
}

const stateRow = (state: string | undefined, rowOf: (state: string) => number): number | undefined =>
  state === undefined ? undefined : rowOf(state)

/** The row that an output of a phase waits in for a later one. */
export const rowIn = (output: string): number | undefined =>
  output.startsWith('row:') ? Number(output.slice('row:'.length)) : undefined
