import { copyNode, createGraph, finish, type Node, type Program, reachable } from './graph.ts'
import { isLayerOp } from './ops.ts'

/** The name of the output. */
export const activeMaskName = '#active'

/**
 * Adds the output `#active` to a forward program: 1 where the adjoint of `spike` has an effect in the backward program. With a surrogate of
 * compact support that is the case near threshold only. Returns undefined if it may be the case everywhere.
 */
export function withActiveMask(forward: Program, backward: Program): Program | undefined {
  const factors = factorsOf(backward.nodes)
  if (factors === undefined || !factors.every((factor) => mayVanish(backward.nodes, factor))) return undefined
  const g = createGraph()
  const copied: number[] = []
  for (const node of forward.nodes)
    copied.push(
      copyNode(
        g,
        node,
        node.args.map((arg) => copied[arg]!),
      ),
    )
  const wanted = reachable(backward.nodes, factors)
  const cone: number[] = []
  backward.nodes.forEach((node, i) => {
    if (!wanted[i]) return
    // What the forward program has multiplied by a matrix comes in here.
    const product = node.op === 'input' ? forward.outputs[node.name!] : undefined
    cone[i] =
      product === undefined
        ? copyNode(
            g,
            node,
            node.args.map((arg) => cone[arg]!),
          )
        : copied[product]!
  })
  const conditions = factors.map((factor) => g.emit('ne', cone[factor]!, g.constant(0)))
  const any = conditions.reduce((either, condition) => g.emit('max', either, condition))
  const outputs = Object.entries(forward.outputs).map(([name, node]) => [name, copied[node]!] as const)
  return finish(g.nodes, { ...Object.fromEntries(outputs), [activeMaskName]: any })
}

/** What the adjoint of `spike` is multiplied by, wherever it goes; undefined where it goes on as it is. */
function factorsOf(nodes: readonly Node[]): number[] | undefined {
  const backward: boolean[] = []
  nodes.forEach(({ op, args }, i) => {
    backward[i] = op === 'adjoint' || args.some((arg) => backward[arg])
  })
  const carriers = new Set(nodes.flatMap(({ op, name }, i) => (op === 'adjoint' && name === 'spike' ? [i] : [])))
  const factors = new Set<number>()
  for (const [i, { op, args }] of nodes.entries()) {
    if (!args.some((arg) => carriers.has(arg))) continue
    const other = args.find((arg) => !carriers.has(arg))
    if (op === 'add' || op === 'sub' || op === 'neg') carriers.add(i)
    else if (op === 'mul' && other !== undefined && !backward[other]) factors.add(other)
    else return undefined
  }
  return factors.size === 0 ? undefined : [...factors]
}

/** Whether a value can be exactly 0 over a range: it is made by a comparison or a limit, and of nothing that sees the whole layer. */
function mayVanish(nodes: readonly Node[], factor: number): boolean {
  const wanted = reachable(nodes, [factor])
  const cone = nodes.filter((_, i) => wanted[i])
  const limits = ['where', 'lt', 'le', 'eq', 'ne', 'min', 'max', 'heaviside']
  return cone.some(({ op }) => limits.includes(op)) && !cone.some(({ op }) => isLayerOp(op) || op === 'uniform')
}
