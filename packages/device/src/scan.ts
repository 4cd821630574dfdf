import type { Kernel, ScanBindings } from '@hillock/core/backend'
import { elementary, type Node, separateDraws } from '@hillock/core/equations'
import { bindForward, type Forward, type Position, rowAt, timeOf, zero } from './bind.ts'
import { type Builder, build } from './build.ts'
import type { Binding } from './collect.ts'
import { real, toReal, U, wordsOf } from './expressions.ts'
import { groupsOfNeurons, neuronPlace, type Place, threads } from './frame.ts'
import type { DeviceKernel, Real, Whole } from './ir.ts'
import { lower, type Result } from './lower.ts'
import { type RandomNumbers, randomNumbers } from './random.ts'

/** A call of a kernel that is made when no kernel of the same layout has been compiled. */
export interface Call {
  readonly binding: Binding
  readonly groups: number
  readonly make: () => DeviceKernel
}

/** Forward in time: a thread for each neuron of each sample, its states in registers. */
export function scan(kernel: Kernel, x: ScanBindings): Call {
  const bound = bindForward(kernel.states, x)
  const { binding } = bound
  const make = () => {
    const { program, draws } = separateDraws(kernel.program, bound.isConstant)
    const written = elementary(program)
    const chances = draws.map(({ place, probability }) => ({ place, probability: elementary(probability) }))
    return build(kernelName('scan', kernel), threads, binding.given, (b, args) => {
      const place = neuronPlace(b, args, bound)
      const key = bound.key(args)
      const numbers = key && randomNumbers(b, key, place.n, place.sample)
      const states = new Map([...bound.initial].map(([state, first]) => [state, b.variable(first(b, at(place, zero)))]))
      const kept = new Map(bound.last.flatMap(([name]) => (states.has(name) ? [] : [[name, b.variable(real(0))]])))
      const masks = chances.map(() => b.variable(zero))
      b.for(0, place.steps, 1, (t) => {
        const now = at(place, t)
        const time = b.let(timeOf(key, t))
        const leaf = (node: Node): Real => {
          if (node.op === 'state') return states.get(node.name!)!
          if (node.op === 'uniform') return numbers!.uniform(node.name!, time)
          if (node.op !== 'drawn') return bound.leaf(b, node, now)
          return toReal(U.and(U.shiftRight(masks[Number(node.name)]!, U.and(t, 15)), 1))
        }
        if (masks.length > 0) b.if(U.eq(U.and(t, 15), 0), () => drawBlocks(b, chances, leaf, numbers!, time, masks))
        const results = new Map<string, Result>()
        lower(b, written, leaf, (output, result) => results.set(output, result))
        storeOutputs(b, bound, place, now, results)
        const next: (readonly [Real, Real])[] = []
        for (const [output, result] of results) {
          const variable = states.get(output) ?? kept.get(output)
          if (variable) next.push([variable, b.let(result.number())])
        }
        for (const [variable, value] of next) b.set(variable, value)
      })
      b.if(place.live, () => {
        for (const [name, store] of bound.last) store(b, at(place, zero), (states.get(name) ?? kept.get(name))!)
      })
    })
  }
  return { binding, groups: groupsOfNeurons(x.batch, x.size), make }
}

export const at = (place: Place, t: Whole): Position => ({ ...place, t })
export const kernelName = (kind: string, { name }: Kernel): string => `${kind}_${name.replace(/\W+/g, '_')}`

/** Draws the spikes of the next 16 steps. */
function drawBlocks(
  b: Builder,
  draws: ReturnType<typeof separateDraws>['draws'],
  leaf: (node: Node) => Real,
  numbers: RandomNumbers,
  time: Whole,
  masks: readonly Whole[],
): void {
  draws.forEach(({ place, probability }, i) => {
    lower(b, probability, leaf, (_, p) => numbers.block(place, time, p.number(), masks[i]!))
  })
}

/** Stores what is asked for of a step: bits by all threads together, numbers by those that have a neuron. */
export function storeOutputs(
  b: Builder,
  bound: Forward,
  place: Place,
  now: Position,
  results: ReadonlyMap<string, Result>,
): void {
  const stores: (() => void)[] = []
  for (const [output, result] of results) {
    const words = bound.words(output, now)
    if (words) {
      const row = U.mul(rowAt(now.t, now), wordsOf(now.size))
      b.storeBit(words, U.add(row, place.word), result.truth(), place.live)
    }
    const write = bound.reals(output)
    if (write) {
      const value = result.number()
      stores.push(() => write(b, now, value))
    }
  }
  if (stores.length === 0) return
  b.if(place.live, () => {
    for (const store of stores) store()
  })
}
