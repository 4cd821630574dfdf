import type { Definition } from './definition.ts'
import { copyNode, createGraph, finish, type Program } from './graph.ts'

/**
 * How states follow from the states of the step before and from what comes in, read off a reversed step: for each state its derivatives by
 * each state and input, as programs of what the reversed step reads. States that nothing answers to, as what spikes come back by where no
 * derivative goes through them, are left out. A program of constants and setup values alone gives the same at all times.
 */
export function transition(
  reversed: Program,
  { inputs, state: states }: Pick<Definition, 'inputs' | 'state'>,
): Readonly<Record<string, Readonly<Record<string, Program>>>> {
  const live = Object.keys(states).filter((state) => {
    const { op, value } = reversed.nodes[reversed.outputs[state] as number]!
    return !(op === 'constant' && value === 0)
  })
  const rows = live.map((state) => {
    const g = createGraph()
    const copied: number[] = []
    reversed.nodes.forEach((node, i) => {
      const args = node.args.map((arg) => copied[arg] as number)
      copied[i] = node.op === 'adjoint' ? g.constant(node.name === state ? 1 : 0) : copyNode(g, node, args)
    })
    const derivatives = [...live, ...inputs].map(
      (name) => [name, finish(g.nodes, { [name]: copied[reversed.outputs[name] as number] as number })] as const,
    )
    return [state, Object.fromEntries(derivatives)] as const
  })
  return Object.fromEntries(rows)
}
