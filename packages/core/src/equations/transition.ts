import { copyNode, createGraph, finish, type Program, reachable } from './graph.ts'

/**
 * How states follow from the states of the step before and from what comes in, read off a reversed step: the derivative of the state
 * `a` by `b` is the output `a:state:b`, by the input `x` it is `a:input:x`. A program of setup values; undefined where a derivative
 * changes with the neuron or with time, as after a reset to zero.
 */
export function constantTransition(reversed: Program, states: readonly string[]): Program | undefined {
  const g = createGraph()
  const outputs: Record<string, number> = {}
  for (const state of states) {
    const copied: number[] = []
    reversed.nodes.forEach((node, i) => {
      const args = node.args.map((arg) => copied[arg] as number)
      copied[i] = node.op === 'adjoint' ? g.constant(node.name === `state:${state}` ? 1 : 0) : copyNode(g, node, args)
    })
    for (const [name, node] of Object.entries(reversed.outputs)) {
      if (/^(state|input):/.test(name)) outputs[`${state}:${name}`] = copied[node] as number
    }
  }
  const program = finish(g.nodes, outputs)
  const needed = reachable(program.nodes, Object.values(program.outputs))
  const constant = program.nodes.every(
    ({ op, args }, i) => !needed[i] || op === 'constant' || op === 'setup' || args.length > 0,
  )
  return constant ? program : undefined
}
