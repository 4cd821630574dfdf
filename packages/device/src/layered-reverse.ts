import type { Kernel, ReverseBindings } from '@hillock/core/backend'
import { elementary, type Node, splitPhases } from '@hillock/core/equations'
import { addTerms, bindBackward, timeOf, zero } from './bind.ts'
import { build } from './build.ts'
import { R, real, U } from './expressions.ts'
import type { Real } from './ir.ts'
import { layerOf, manyThreads, scratch } from './layered.ts'
import { lower, type Result } from './lower.ts'
import { randomNumbers } from './random.ts'
import { forgetAt } from './reverse.ts'
import { at, type Call, kernelName } from './scan.ts'

/** Backward in time with operations that see whole layers; `rows` as for `layeredScan`. */
export function layeredReverse(kernel: Kernel, x: ReverseBindings): Call & { readonly rows: number } {
  const bound = bindBackward(kernel.states, x)
  const { phases, rows } = splitPhases(elementary(kernel.program))
  const { states } = kernel
  const stateRow = (state: string) => rows + states.indexOf(state)
  const sumRow = (output: string) => rows + states.length + bound.sums.indexOf(output)
  const all = Math.max(1, rows + states.length + bound.sums.length)
  const given = { ...bound.binding.given, [scratch]: 'reals' as const }
  const make = () =>
    build(kernelName('layer_reverse', kernel), manyThreads, given, (b, args) => {
      const layer = layerOf(b, args, bound, all)
      const { place, eachLive, get, put } = layer
      const key = bound.key(args)
      const window = bound.window(args)
      eachLive((own) => {
        for (const state of states) put(stateRow(state), own, bound.final(b, state, at(own, zero)))
        for (const output of bound.sums) put(sumRow(output), own, real(0))
      })
      b.for(0, place.steps, 1, (done) => {
        const t = b.let(U.sub(U.sub(place.steps, 1), done))
        b.barrier()
        forgetAt(b, window, t, () =>
          eachLive((own) => {
            for (const state of states) put(stateRow(state), own, real(0))
          }),
        )
        for (const { calls, program, rows } of phases) {
          layer.call(calls)
          layer.each((own) => {
            const now = at(own, t)
            const leaf = (node: Node): Real => {
              const { op, name } = node
              if (op === 'row') return get(Number(name), own)
              if (op === 'state') return bound.before(b, name!, now)
              if (op === 'uniform')
                return randomNumbers(b, key!, own.n, own.sample).uniform(name!, b.let(timeOf(key, t)))
              if (op !== 'adjoint') return bound.leaf(b, node, now)
              const carry = states.includes(name!) ? get(stateRow(name!), own) : undefined
              return addTerms([bound.signal(b, name!, now), carry])
            }
            const stores: (() => void)[] = []
            const store = (row: number, result: Result) => {
              const value = b.let(result.number())
              stores.push(() => put(row, own, value))
            }
            const write = (output: string, result: Result) => {
              const value = b.let(result.number())
              const write = bound.step(output)
              if (states.includes(output)) stores.push(() => put(stateRow(output), own, value))
              if (write) stores.push(() => write(b, now, value))
              if (bound.sums.includes(output))
                stores.push(() => put(sumRow(output), own, R.add(get(sumRow(output), own), value)))
            }
            lower(b, program, leaf, write, rows, store)
            b.if(own.live, () => {
              for (const store of stores) store()
            })
          })
        }
      })
      b.barrier()
      eachLive((own) =>
        bound.end(b, at(own, zero), {
          state: (name) => get(stateRow(name), own),
          sum: (output) => get(sumRow(output), own),
        }),
      )
    })
  return { binding: bound.binding, groups: x.batch, make, rows: all }
}
