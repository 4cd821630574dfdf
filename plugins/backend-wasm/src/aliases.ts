import type { Phase } from '@hillock/core/equations'

/**
 * The phases of a forward program where what waits in a row is often a state as it stood before the step: that stands in the state's own row
 * already, up to the phase that writes the state, and is not copied. `rowOf` gives a state's row.
 */
export function withoutCopies(phases: readonly Phase[], rowOf: (state: string) => number): readonly Phase[] {
  const own = new Map<number, number>()
  for (const { rows, program } of phases) {
    for (const [row, node] of rows) {
      const { op, name } = program.nodes[node]!
      if (op !== 'state') continue
      const written = phases.findIndex(({ program }) => Object.hasOwn(program.outputs, name!))
      if (phases.slice(written + 1).every((phase) => !reads(phase, row))) own.set(row, rowOf(name!))
    }
  }
  const moved = (row: number) => own.get(row) ?? row
  return phases.map(({ calls, program: { nodes, outputs }, rows }) => ({
    calls: calls.map((call) => ({ ...call, args: call.args.map(moved) })),
    program: {
      nodes: nodes.map((node) => (node.op === 'row' ? { ...node, name: String(moved(Number(node.name))) } : node)),
      outputs,
    },
    rows: rows.filter(([row]) => !own.has(row)),
  }))
}

const reads = ({ calls, program: { nodes } }: Phase, row: number): boolean =>
  calls.some(({ args }) => args.includes(row)) || nodes.some(({ op, name }) => op === 'row' && Number(name) === row)
