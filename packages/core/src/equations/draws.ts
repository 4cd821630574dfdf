import { copyNode, createGraph, finish, type Node, type Program } from './graph.ts'
import { isLayerOp } from './ops.ts'

/** At how many places a program draws: one more than the last of them. */
export function placesOf({ nodes }: Program): number {
  let places = 0
  for (const { op, name } of nodes) if (op === 'uniform') places = Math.max(places, Number(name) + 1)
  return places
}

/** A comparison `uniform() < p` whose p does not change with time: drawn for 16 time steps at a call. */
export interface Draw {
  /** The `name` of the `uniform` node: its place in the text. */
  readonly place: string
  /** Output `p`. */
  readonly probability: Program
}

/**
 * Finds each `uniform() < p` with p constant in time and reads it as the leaf `drawn` number k instead. `isConstant` tells whether a
 * leaf stays the same over time.
 */
export function separateDraws(
  program: Program,
  isConstant: (leaf: Node) => boolean,
): { program: Program; draws: Draw[] } {
  const constant: boolean[] = []
  program.nodes.forEach((node, i) => {
    const leaf = node.name !== undefined || node.op === 'constant'
    const kept = () => !isLayerOp(node.op) && node.args.every((arg) => constant[arg])
    constant[i] = leaf ? node.op === 'constant' || isConstant(node) : kept()
  })
  const g = createGraph()
  const draws: Draw[] = []
  const moved: number[] = []
  program.nodes.forEach((node, i) => {
    const [a, b] = node.args as [number, number]
    const drawn = node.op === 'lt' && program.nodes[a]?.op === 'uniform' && constant[b]
    if (!drawn) {
      moved[i] = copyNode(
        g,
        node,
        node.args.map((arg) => moved[arg]!),
      )
      return
    }
    moved[i] = g.leaf('drawn', String(draws.length))
    draws.push({ place: program.nodes[a]!.name!, probability: finish(program.nodes, { p: b }) })
  })
  const outputs = Object.entries(program.outputs).map(([name, node]) => [name, moved[node]!])
  return { program: finish(g.nodes, Object.fromEntries(outputs)), draws }
}
