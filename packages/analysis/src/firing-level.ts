import type { Layer, Snapshot } from '@hillock/core'
import { evaluateSetup } from '@hillock/core/backend'
import { compile, type Program } from '@hillock/core/equations'
import type { ParamValue } from '@hillock/core/neurons'

/**
 * What a value of a layer's neurons has to pass for a spike, one for each neuron, with the parameters as learnt. Found in the equations,
 * not by names: the value less something that depends on parameters alone is what a comparison sees. Undefined where there is no such
 * comparison, as where the threshold itself moves.
 */
export function firingLevel(
  { name, size, neuron }: Layer,
  weights: Snapshot,
  shown: string,
): ArrayLike<number> | undefined {
  const { definition, learn } = neuron
  const compiled = compile({ ...definition, record: [shown] }, { learn })
  const { nodes, outputs } = compiled.step
  const level = comparedWith(compiled.step, outputs[shown]!)
  if (level === undefined) return undefined
  const { op, name: leaf, value } = nodes[level]!
  if (op === 'constant') return new Float64Array(size).fill(value!)
  const params: Record<string, ParamValue> = { ...neuron.params }
  for (const param of learn) {
    const learnt = weights.get(`${name}.${param}`)?.values
    if (learnt) params[param] = typeof params[param] === 'number' ? learnt[0]! : learnt
  }
  const found = evaluateSetup(compiled, params, size)[leaf!]!
  return typeof found === 'number' ? new Float64Array(size).fill(found) : found
}

const comparisons = ['heaviside', 'winners', 'max', 'lt', 'le']

/** The node that a value, or what it came of in this step, is compared with; only a leaf that depends on parameters alone. */
function comparedWith({ nodes }: Program, shown: number): number | undefined {
  const pairs = nodes.flatMap(({ op, args }) =>
    comparisons.includes(op)
      ? args.map((arg) => nodes[arg]!).flatMap((node) => (node.op === 'sub' ? [node.args] : []))
      : [],
  )
  const fixed = pairs.filter(([, level]) => nodes[level!]!.op === 'setup' || nodes[level!]!.op === 'constant')
  const direct = fixed.find(([value]) => value === shown)
  const before = fixed.find(([value]) => nodes[value!]!.args.length > 0 && reaches(nodes, shown, value!))
  return (direct ?? before)?.[1]
}

/** Whether a node is computed with the help of another. */
function reaches(nodes: Program['nodes'], from: number, to: number): boolean {
  return from === to || nodes[from]!.args.some((arg) => arg >= to && reaches(nodes, arg, to))
}
