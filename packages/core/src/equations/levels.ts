import { copyNode, createGraph, finish, type Node, type Program } from './graph.ts'
import { isLayerOp } from './ops.ts'

/** How often a value is computed: once (parameters alone), once a time step (parameters and t), or for each neuron. */
const setup = 0
const timeVarying = 1
const neuron = 2

interface Levels {
  readonly setup: Program
  readonly timeVarying: Program
  readonly step: Program
}

/**
 * Splits a whole program by how often its values change. What a neuron's step reads of the outer levels becomes `setup` and
 * `timeVarying` leaves; core computes those in f64 and rounds them once, so that no backend's exp or log matters.
 */
export function splitLevels(
  nodes: readonly Node[],
  results: Readonly<Record<string, number>>,
  initial: Readonly<Record<string, number>>,
  { learn = [], simplify = true }: { learn?: readonly string[]; simplify?: boolean },
): Levels {
  const level: number[] = []
  const learned: boolean[] = []
  nodes.forEach((node, i) => {
    learned[i] = (node.op === 'param' && learn.includes(node.name as string)) || node.args.some((arg) => learned[arg])
    const own =
      node.op === 'state' || node.op === 'input' || node.op === 'uniform' || isLayerOp(node.op)
        ? neuron
        : node.op === 'timeVarying'
          ? timeVarying
          : setup
    level[i] = Math.max(own, ...node.args.map((arg) => level[arg] as number))
    // A learnable parameter's gradient is taken inside the scan, where its adjoint meets each step.
    if (level[i] === timeVarying && node.op !== 'timeVarying' && learned[i]) level[i] = neuron
  })

  const g = createGraph({ simplify })
  const setupOutputs: Record<string, number> = { ...initial }
  const timeVaryingOutputs: Record<string, number> = {}
  const leaves = new Map<number, number>()
  /** What the step reads of an outer level: a constant, or a leaf named after its parameter where it is one. */
  const boundary = (i: number): number => {
    const found = leaves.get(i)
    if (found !== undefined) return found
    const node = nodes[i] as Node
    const [op, outputs] =
      level[i] === setup ? (['setup', setupOutputs] as const) : (['timeVarying', timeVaryingOutputs] as const)
    const name = node.name ?? `#${Object.keys(outputs).length}`
    const leaf = node.op === 'constant' ? copyNode(g, node, []) : g.leaf(op, name)
    if (node.op !== 'constant') outputs[name] = i
    leaves.set(i, leaf)
    return leaf
  }
  const moved: number[] = []
  const read = (i: number): number => (level[i] === neuron ? (moved[i] as number) : boundary(i))
  nodes.forEach((node, i) => {
    if (level[i] === neuron) moved[i] = copyNode(g, node, node.args.map(read))
  })
  const step = finish(g.nodes, Object.fromEntries(Object.entries(results).map(([name, i]) => [name, read(i)])), {
    simplify,
    keepDetach: true,
  })
  const needed = (op: 'setup' | 'timeVarying', outputs: Record<string, number>) =>
    Object.fromEntries(
      Object.entries(outputs).filter(
        ([name]) => Object.hasOwn(initial, name) || step.nodes.some((node) => node.op === op && node.name === name),
      ),
    )
  return {
    step,
    setup: finish(nodes, needed('setup', setupOutputs), { simplify, keepDetach: true }),
    timeVarying: finish(nodes, needed('timeVarying', timeVaryingOutputs), { simplify }),
  }
}
