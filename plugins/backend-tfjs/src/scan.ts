import { type Kernel, placeOf, type ScanBindings } from '@hillock/core/backend'
import type { Held } from './store.ts'
import type { TfTensor } from './tf.ts'
import type { Tools } from './tools.ts'

/** Ends what is carried from step to step when the next is there, but for what is an array's or goes on as it is. */
export function endOf(carried: ReadonlyMap<string, TfTensor>, after: ReadonlyMap<string, TfTensor>): void {
  const kept = new Set(after.values())
  for (const tensor of carried.values()) if (!tensor.kept && !kept.has(tensor)) tensor.dispose()
}

/** Runs a program forward in time, a step after the other on tensors [B, N]. */
export function scan({ tf, store, bindings, walk, draw }: Tools, kernel: Kernel, x: ScanBindings): void {
  const { steps, batch, size, outputs, final = {} } = x
  const shape = [batch, size]
  const names = Object.keys(outputs)
  const isStill = (name: string) => placeOf(outputs[name]!, steps) === 'still'
  const leaves = bindings.leavesOf(x)
  const { program, alone } = draw(kernel, x, shape, leaves)
  if (alone && names.length === 1 && !isStill(names[0]!)) {
    store.setHost(outputs[names[0]!] as Held, alone)
    return
  }
  const wanted = [...new Set([...names, ...kernel.states])]
  let states = bindings.initialOf(kernel, x)
  for (const name of kernel.states) leaves.set(`state ${name}`, () => states.get(name)!)
  const rows = new Map(names.map((name): [string, TfTensor[]] => [name, []]))
  for (let at = 0; at < steps; at++) {
    const made = tf.tidy(() => {
      const results = walk.run(program, wanted, shape, bindings.leafAt(leaves, at))
      for (const [name, kept] of rows) {
        // An output of one step keeps the last.
        if (isStill(name)) kept.pop()?.dispose()
        kept.push(store.keep(results[name]!))
      }
      return results
    })
    const after = new Map(kernel.states.map((name) => [name, made[name]!]))
    endOf(states, after)
    states = after
  }
  for (const [name, kept] of rows) store.setKept(outputs[name] as Held, kept)
  for (const [name, tensor] of Object.entries(final)) store.setWhole(tensor as Held, states.get(name)!)
}
