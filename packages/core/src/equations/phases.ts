import type { Node, Program } from './graph.ts'
import { isLayerOp } from './ops.ts'
import type { LayerOp } from './program.ts'

/** A whole-layer operation, from rows to a row. */
export interface LayerCall {
  /** The operation. */
  readonly op: LayerOp
  /** Rows that it takes. */
  readonly args: readonly number[]
  /** Row that it writes. */
  readonly result: number
  /** The matrix of a product. */
  readonly matrix?: string
}

/** A part of a step that can be computed neuron by neuron, after the operations that see the whole layer. */
export interface Phase {
  /** The whole-layer operations that come before it. */
  readonly calls: readonly LayerCall[]
  /** Reads rows by leaves `row`. */
  readonly program: Program
  /** The rows that it writes, and the nodes that stand in them. */
  readonly rows: readonly (readonly [row: number, node: number])[]
}

/**
 * Splits a program where an operation sees the whole layer. What must wait for a later phase stands in one of `rows` rows, [N] of one
 * sample; parameters and inputs are read again instead. A program without such operations is one phase, without rows.
 */
export function splitPhases({ nodes, outputs }: Program): { readonly phases: readonly Phase[]; readonly rows: number } {
  const phase: number[] = []
  const row = new Map<number, number>()
  const keep = (i: number) => row.set(i, row.get(i) ?? row.size)
  nodes.forEach((node, i) => {
    const layer = isLayerOp(node.op)
    phase[i] = Math.max(0, ...node.args.map((arg) => phase[arg]!)) + (layer ? 1 : 0)
    for (const arg of node.args) if (layer || (phase[arg]! < phase[i] && !lasts(nodes[arg]!))) keep(arg)
    if (layer) keep(i)
  })
  for (const i of Object.values(outputs)) if (isLayerOp(nodes[i]!.op)) keep(i)
  const phases = Array.from({ length: 1 + Math.max(0, ...phase) }, (_, current): Phase => {
    const calls = nodes.flatMap(({ op, args, name }, i) =>
      isLayerOp(op) && phase[i] === current
        ? [{ op, args: args.map((arg) => row.get(arg)!), result: row.get(i)!, ...(name && { matrix: name }) }]
        : [],
    )
    const own: Node[] = []
    const moved = new Map<number, number>()
    // With a stack of its own: a long program is deeper than calls can be.
    const add = (wanted: number): number => {
      const stack = [wanted]
      for (let i = stack.at(-1); i !== undefined; i = stack.at(-1)) {
        const node = nodes[i]!
        const here = !isLayerOp(node.op) && (phase[i] === current || lasts(node))
        const next = here ? node.args.find((arg) => !moved.has(arg)) : undefined
        if (next !== undefined) {
          stack.push(next)
          continue
        }
        stack.pop()
        if (moved.has(i)) continue
        moved.set(i, own.length)
        const args = node.args.map((arg) => moved.get(arg)!)
        own.push(here ? { ...node, args } : { op: 'row', args: [], name: String(row.get(i)) })
      }
      return moved.get(wanted)!
    }
    const rows = nodes.flatMap(({ op }, i) =>
      phase[i] === current && !isLayerOp(op) && row.has(i) ? [[row.get(i)!, add(i)] as const] : [],
    )
    const results = Object.entries(outputs).flatMap(([name, i]) => (phase[i] === current ? [[name, add(i)]] : []))
    return { calls, rows, program: { nodes: own, outputs: Object.fromEntries(results) } }
  })
  return { phases, rows: row.size }
}

/** Whether a leaf says the same in every phase of a step. */
const lasts = ({ op }: Node): boolean => op === 'constant' || op === 'setup' || op === 'timeVarying' || op === 'input'
