import type { Node, Program } from '@hillock/core'
import { createOperations, isCondition } from './operations.ts'
import type { Tf, TfTensor } from './tf.ts'

/** Gives the value of a leaf: a number for all, [N], or [B, N]. */
export type Leaf = (node: Node) => TfTensor

export type Walk = ReturnType<typeof createWalk>

/** Runs programs operation by operation on tensors of tfjs: those of one time step, or of a map. */
export function createWalk(tf: Tf) {
  const constants = new Map<number | '-0', TfTensor>()
  const orders = new WeakMap<Program, Map<string, readonly number[]>>()

  /** A number that stands in programs is made a tensor once. */
  function constant(value: number): TfTensor {
    const key = Object.is(value, -0) ? '-0' : value
    const made = constants.get(key) ?? tf.keep(tf.scalar(value, 'float32'))
    constants.set(key, made)
    return made
  }
  const operations = createOperations(tf, constant)

  /** The nodes that some of the outputs need, in order. */
  function orderOf(program: Program, wanted: readonly string[]): readonly number[] {
    const known = orders.get(program) ?? new Map<string, readonly number[]>()
    orders.set(program, known)
    const key = wanted.join()
    const found = known.get(key)
    if (found) return found
    const { nodes, outputs } = program
    const needed = new Set(wanted.map((name) => outputs[name]!))
    for (let i = nodes.length - 1; i >= 0; i--) if (needed.has(i)) for (const arg of nodes[i]!.args) needed.add(arg)
    const order = [...needed].sort((a, b) => a - b)
    known.set(key, order)
    return order
  }

  return {
    /** The outputs that are wanted, each of the shape given; the layer's operations need that it is [B, N]. */
    run(program: Program, wanted: readonly string[], shape: readonly number[], leaf: Leaf): Record<string, TfTensor> {
      const { nodes, outputs } = program
      const values: TfTensor[] = []
      const numbers: TfTensor[] = []
      const spread = (x: TfTensor) => (String(x.shape) === String(shape) ? x : tf.broadcastTo(x, [...shape]))
      // A condition stays one until its number is asked for.
      const number = (i: number): TfTensor => {
        if (!isCondition(nodes[i]!.op)) return values[i]!
        numbers[i] ??= operations.toNumbers(values[i]!)
        return numbers[i]!
      }
      const condition = (i: number): TfTensor =>
        isCondition(nodes[i]!.op) ? values[i]! : operations.isTrue(values[i]!)

      function compute(node: Node): TfTensor {
        const { op, args, value } = node
        const [a, b, c] = args as [number, number, number]
        switch (op) {
          case 'constant':
            return constant(value!)
          case 'heaviside':
            return operations.heaviside(number(a), value!)
          case 'where':
            return operations.choose(condition(a), number(b), number(c))
          case 'winners':
            return operations.winners(spread(number(a)), spread(number(b)))
          case 'total':
            return operations.total(spread(number(a)))
          default:
            return args.length === 0 ? leaf(node) : operations.apply(op, args.map(number))
        }
      }

      for (const i of orderOf(program, wanted)) values[i] = compute(nodes[i]!)
      return Object.fromEntries(wanted.map((name) => [name, spread(number(outputs[name]!))]))
    },
    dispose(): void {
      for (const made of constants.values()) made.dispose()
      constants.clear()
    },
  }
}
