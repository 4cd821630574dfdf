import type { Definition } from './definition.ts'
import { copyNode, createGraph, finish, type Program } from './graph.ts'
import { isLayerOp } from './ops.ts'

/**
 * How states follow from the states of the step before and from what comes in, read off a reversed step: for each state a program of
 * setup values, whose outputs are its derivatives by each state and input. States that nothing answers to, as what spikes come back by where
 * no derivative goes through them, are left out. Undefined where a derivative changes with the neuron or with time, as after a reset to zero.
 */
export function constantTransition(
  reversed: Program,
  { inputs, state: states }: Pick<Definition, 'inputs' | 'state'>,
): Readonly<Record<string, Program>> | undefined {
  const live = Object.keys(states).filter((state) => {
    const { op, value } = reversed.nodes[reversed.outputs[state] as number]!
    return !(op === 'constant' && value === 0)
  })
  const by = [...live, ...inputs]
  const rows = live.map((state) => {
    const g = createGraph()
    const copied: number[] = []
    reversed.nodes.forEach((node, i) => {
      const args = node.args.map((arg) => copied[arg] as number)
      copied[i] = node.op === 'adjoint' ? g.constant(node.name === state ? 1 : 0) : copyNode(g, node, args)
    })
    const outputs = by.map((name) => [name, copied[reversed.outputs[name] as number] as number])
    return [state, finish(g.nodes, Object.fromEntries(outputs))] as const
  })
  const constant = ({ nodes }: Program) =>
    nodes.every(({ op, args }) => op === 'constant' || op === 'setup' || (args.length > 0 && !isLayerOp(op)))
  return rows.every(([, program]) => constant(program)) ? Object.fromEntries(rows) : undefined
}
