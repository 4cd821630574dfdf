import type { MapBindings } from '@hillock/core/backend'
import type { Node } from '@hillock/core/equations'
import type { Tensor } from '@hillock/core/learner'
import { bindKey, each } from './bind.ts'
import type { Builder } from './build.ts'
import { type Args, type Binding, collect, realOf, realsOf, wholeOf } from './collect.ts'
import { real } from './expressions.ts'
import type { Real, Whole } from './ir.ts'
import type { Key } from './random.ts'

/** What a map reads at element i, and where its results go. */
export interface BoundMap {
  readonly binding: Binding
  readonly count: (args: Args) => Whole
  readonly key: (args: Args) => Key | undefined
  readonly leaf: (b: Builder, node: Node, args: Args, i: Whole) => Real
  readonly write: (b: Builder, output: string, args: Args, i: Whole, result: Real) => void
}

export function bindMap(x: MapBindings, count: number): BoundMap {
  const to = collect()
  const counted = to.add('u32', count, 'count')
  const bound = new Map<string, { readonly id: string; readonly isNumber: boolean }>()
  const add = (role: string, record: Readonly<Record<string, number | Tensor>>) =>
    each(record, (name, given) => {
      const isNumber = typeof given === 'number'
      const id = to.add(isNumber ? 'f32' : 'reals', isNumber ? Math.fround(given) : given, `${role} ${name}`)
      bound.set(`${role} ${name}`, { id, isNumber })
    })
  add('input', x.inputs)
  add('setup', x.setup)
  add('state', x.states)
  const key = bindKey(to, x.random)
  return {
    binding: to.binding(),
    count: (args) => wholeOf(args, counted),
    key,
    leaf(b, { op, name }, args, i) {
      const found = bound.get(`${op} ${name}`)
      if (found === undefined) return real(0)
      return found.isNumber ? realOf(args, found.id) : b.load(realsOf(args, found.id), i)
    },
    write(b, output, args, i, result) {
      const found = bound.get(`state ${output}`)
      if (found !== undefined) b.store(realsOf(args, found.id), i, result)
    },
  }
}
