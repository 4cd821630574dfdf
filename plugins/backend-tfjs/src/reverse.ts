import { type Kernel, placeOf, type ReverseBindings } from '@hillock/core/backend'
import { endOf } from './scan.ts'
import type { Held } from './store.ts'
import type { TfTensor } from './tf.ts'
import type { Tools } from './tools.ts'

/** Runs a backward program from the last time step to the first. */
export function reverse({ tf, store, bindings, walk, draw }: Tools, kernel: Kernel, x: ReverseBindings): void {
  const { steps, batch, size, outputs, window, final = {} } = x
  const shape = [batch, size]
  const leaves = bindings.leavesOf(x)
  bindings.statesBefore(kernel, x, leaves)
  const signals = bindings.signalsOf(x)
  const { program } = draw(kernel, x, shape, leaves)
  let carry = new Map(Object.entries(final).map(([name, t]) => [name, store.wholeOf(t as Held)]))
  for (const { op, name } of program.nodes) {
    if (op !== 'adjoint') continue
    leaves.set(`${op} ${name}`, (at) => {
      const [given, left] = [signals.get(name!)?.(at), carry.get(name!)]
      return given && left ? tf.add(given, left) : (given ?? left ?? tf.scalar(0, 'float32'))
    })
  }
  const isState = (name: string) => kernel.states.includes(name)
  const perStep = Object.keys(outputs).filter((name) => !isState(name))
  const wanted = [...new Set([...perStep, ...kernel.states])]
  const rows = new Map(perStep.map((name): [string, TfTensor[]] => [name, []]))
  for (let at = steps - 1; at >= 0; at--) {
    if (window !== undefined && (at + 1) % window === 0) carry = new Map()
    const made = tf.tidy(() => {
      const results = walk.run(program, wanted, shape, bindings.leafAt(leaves, at))
      for (const [name, kept] of rows) {
        const before = kept[0]
        if (before === undefined || placeOf(outputs[name]!, steps) === 'moving')
          kept.unshift(store.keep(results[name]!))
        else {
          kept[0] = tf.keep(tf.add(before, results[name]!))
          before.dispose()
        }
      }
      return results
    })
    const before = new Map(kernel.states.map((name) => [name, made[name]!]))
    endOf(carry, before)
    carry = before
  }
  for (const [name, tensor] of Object.entries(outputs)) {
    const left = carry.get(name)
    if (!isState(name)) store.setKept(tensor as Held, rows.get(name)!)
    else store.setWhole(tensor as Held, left ?? tf.zeros(shape))
  }
}
