import type { Node, Program } from '@hillock/core/equations'
import { createOperations, isCondition } from './operations.ts'
import type { Tf, TfTensor } from './tf.ts'

/** Gives the value of a leaf: a number for all, [N], or [B, N]; of a product its matrix, transposed if it multiplies by that. */
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
      const numbers: TfTensor[] = []
      const conditions: TfTensor[] = []
      const spread = (x: TfTensor) => operations.spread(x, shape)

      // A condition is what is asked for: a number, truth values, or both.
      function number(i: number): TfTensor {
        const { op, args, value } = nodes[i]!
        numbers[i] ??=
          op === 'heaviside' && value === 0
            ? operations.step(number(args[0]!))
            : isCondition(op)
              ? operations.toNumber(condition(i))
              : compute(nodes[i]!)
        return numbers[i]!
      }

      function condition(i: number): TfTensor {
        const { op, args, value } = nodes[i]!
        const [a, b] = args as [number, number]
        if (!isCondition(op)) return operations.isTrue(number(i))
        conditions[i] ??=
          op === 'heaviside'
            ? operations.isAbove(number(a), value === 1)
            : op === 'winners'
              ? operations.winners(spread(number(a)), spread(number(b)))
              : operations.apply(op, [number(a), number(b)])
        return conditions[i]!
      }

      function compute(node: Node): TfTensor {
        const { op, args, value } = node
        const [a, b, c] = args as [number, number, number]
        switch (op) {
          case 'constant':
            return constant(value!)
          case 'where':
            return operations.choose(condition(a), number(b), number(c))
          case 'total':
            return operations.total(spread(number(a)))
          case 'product':
          case 'productTransposed':
            return tf.matMul(spread(number(a)), leaf(node))
          default:
            return args.length === 0 ? leaf(node) : operations.apply(op, args.map(number))
        }
      }

      // One after another, so that a long program is no deep recursion.
      for (const i of orderOf(program, wanted)) if (!isCondition(nodes[i]!.op)) number(i)
      return Object.fromEntries(wanted.map((name) => [name, spread(number(outputs[name]!))]))
    },
    dispose(): void {
      for (const made of constants.values()) made.dispose()
      constants.clear()
    },
  }
}
