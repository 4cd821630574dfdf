import type { Kernel, ReverseBindings } from '@hillock/core/backend'
import { elementary, type Node } from '@hillock/core/equations'
import { addTerms, bindBackward, timeOf, zero } from './bind.ts'
import { type Builder, build } from './build.ts'
import { R, real, U } from './expressions.ts'
import { groupsOfNeurons, neuronPlace, threads } from './frame.ts'
import type { Real, Whole } from './ir.ts'
import { lower } from './lower.ts'
import { randomNumbers } from './random.ts'
import { at, type Call, kernelName } from './scan.ts'

/** Backward in time: a thread for each neuron of each sample, the adjoints of its states in registers. */
export function reverse(kernel: Kernel, x: ReverseBindings): Call {
  const bound = bindBackward(kernel.states, x)
  const { binding } = bound
  const make = () =>
    build(kernelName('reverse', kernel), threads, binding.given, (b, args) => {
      const place = neuronPlace(b, args, bound)
      const key = bound.key(args)
      const numbers = key && randomNumbers(b, key, place.n, place.sample)
      const last = at(place, zero)
      const carried = new Map(kernel.states.map((state) => [state, b.variable(bound.final(b, state, last))]))
      const sums = new Map(bound.sums.map((output) => [output, b.variable(real(0))]))
      const window = bound.window(args)
      b.for(0, place.steps, 1, (done) => {
        const t = b.let(U.sub(U.sub(place.steps, 1), done))
        const now = at(place, t)
        forgetAt(b, window, t, () => {
          for (const adjoint of carried.values()) b.set(adjoint, real(0))
        })
        const leaf = (node: Node): Real => {
          const { op, name } = node
          if (op === 'state') return bound.before(b, name!, now)
          if (op === 'uniform') return numbers!.uniform(name!, b.let(timeOf(key, t)))
          if (op !== 'adjoint') return bound.leaf(b, node, now)
          return addTerms([bound.signal(b, name!, now), carried.get(name!)])
        }
        const stores: (() => void)[] = []
        const next: (readonly [Real, Real])[] = []
        lower(b, elementary(kernel.program), leaf, (output, result) => {
          const value = result.number()
          const [adjoint, sum] = [carried.get(output), sums.get(output)]
          const write = bound.step(output)
          if (adjoint) next.push([adjoint, b.let(value)])
          if (sum) next.push([sum, b.let(R.add(sum, value))])
          if (write) stores.push(() => write(b, now, value))
        })
        b.if(place.live, () => {
          for (const store of stores) store()
        })
        for (const [variable, value] of next) b.set(variable, value)
      })
      b.if(place.live, () =>
        bound.end(b, last, { state: (name) => carried.get(name)!, sum: (output) => sums.get(output)! }),
      )
    })
  return { binding, groups: groupsOfNeurons(x.batch, x.size), make }
}

/** Truncation: what is carried is forgotten where the step after t begins a window. */
export function forgetAt(b: Builder, window: Whole, t: Whole, forget: () => void): void {
  b.if(U.ne(window, 0), () => b.if(U.eq(U.rem(U.add(t, 1), window), 0), forget))
}
