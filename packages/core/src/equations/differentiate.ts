import { HillockError } from '../errors.ts'
import type { Compiled } from './compile.ts'
import type { Surrogate } from './definition.ts'
import { copyNode, createGraph, finish, type Graph, type Node, type Program } from './graph.ts'
import { lowerSurrogate } from './lower.ts'
import { type Adjoint, isPointwise, operations } from './ops.ts'

/** A step turned around: adjoints of what it gave in, adjoints of what it took out. */
export interface Reversed {
  /**
   * Leaves of the step, and an `adjoint` leaf for each of its outputs (named alike). What the step multiplies by a matrix `m` is not
   * multiplied again but comes in, as `#m`. Outputs, by name: the adjoint of every input, of these too, of every state (that at t-1), and
   * of each setup value that depends on a learnable parameter.
   */
  readonly step: Program
  /** From `param` leaves and `adjoint` leaves named like the setup's outputs; outputs: the adjoints of the learnable ones, by name. */
  readonly setup: Program
}

/** Differentiates a compiled definition with respect to its inputs, its states and the parameters named in `learn`. */
export function reverse(
  compiled: Compiled,
  options: {
    readonly learn?: readonly string[]
    readonly simplify?: boolean
    /** No derivative goes through products, from neuron to neuron. Default: false. */
    readonly within?: boolean
  } = {},
): Reversed {
  const { surrogate } = compiled.definition
  const { within = false } = options
  const learn = new Set(options.learn ?? [])
  const simplify = options.simplify ?? true
  const isLearned = (node: Node) => node.op === 'param' && learn.has(node.name as string)
  const live = dependents(compiled.setup.nodes, isLearned)
  const liveNames = new Set(
    Object.entries(compiled.setup.outputs).flatMap(([name, node]) => (live[node] ? [name] : [])),
  )
  const isDynamic = ({ op, name }: Node) =>
    op === 'input' || op === 'state' || (op === 'setup' && liveNames.has(name as string))
  const { inputs, state } = compiled.definition
  const names = [...inputs, ...Object.keys(state)]
  return {
    step: complete(differentiate(compiled.step, { wrt: isDynamic, surrogate, simplify, within }), names),
    setup: differentiate(compiled.setup, { wrt: isLearned, surrogate, simplify }),
  }
}

/** The program with an output 0 for each name it does not have: what the step does not read has no effect. */
function complete({ nodes, outputs }: Program, names: readonly string[]): Program {
  const zero: Node = { op: 'constant', args: [], value: 0 }
  const missing = names.filter((name) => !Object.hasOwn(outputs, name)).map((name) => [name, nodes.length])
  return missing.length === 0
    ? { nodes, outputs }
    : { nodes: [...nodes, zero], outputs: { ...outputs, ...Object.fromEntries(missing) } }
}

/** What a step has multiplied by a matrix, as its programs call it. */
export const productName = (matrix: string): string => `#${matrix}`

/** Which nodes carry a derivative from a leaf that `wrt` accepts. */
function dependents(nodes: readonly Node[], wrt: (node: Node) => boolean): boolean[] {
  const active: boolean[] = []
  nodes.forEach((node, i) => {
    const [condition, ...rest] = node.args
    const args = node.op === 'where' ? rest : node.op === 'winners' ? [] : [condition, ...rest]
    active[i] = wrt(node) || (node.op !== 'detach' && args.some((arg) => arg !== undefined && active[arg]))
  })
  return active
}

/**
 * Reverse-mode derivative of a program. The forward nodes stand in the result too (it recomputes from what went in); the
 * adjoint of the output `o` is the leaf `adjoint o`; each result is named after the leaf that it belongs to.
 */
export function differentiate(
  program: Program,
  {
    wrt,
    surrogate,
    simplify = true,
    within = false,
  }: { wrt: (node: Node) => boolean; surrogate: Surrogate | undefined; simplify?: boolean; within?: boolean },
): Program {
  const g = createGraph({ simplify })
  const forward: number[] = []
  const products = new Map<number, Node>()
  program.nodes.forEach((node, i) => {
    const args = node.args.map((arg) => forward[arg] as number)
    if (node.op === 'product') {
      forward[i] = g.leaf('input', productName(node.name as string))
      products.set(forward[i], { ...node, args })
    } else forward[i] = copyNode(g, node, args)
  })
  const count = g.nodes.length
  const active = dependents(g.nodes, wrt)
  const adjoints = new Array<number | undefined>(count)
  const receive = (node: number, value: number) => {
    if (!active[node]) return
    const sum = adjoints[node]
    adjoints[node] = sum === undefined ? value : g.emit('add', sum, value)
  }
  for (const [name, i] of Object.entries(program.outputs)) {
    const node = forward[i] as number
    if (active[node]) receive(node, g.leaf('adjoint', name))
  }
  const chosen = choices(g, count)
  for (let i = count - 1; i >= 0; i--) {
    const y = adjoints[i]
    if (y === undefined) continue
    const node = products.get(i) ?? (g.nodes[i] as Node)
    const [a, b, c] = node.args as [number, number, number]
    if (node.op === 'heaviside') {
      if (surrogate === undefined) noSurrogate()
      receive(a, g.emit('mul', y, lowerSurrogate(g, surrogate as Surrogate, a)))
    } else if (node.op === 'total') {
      receive(a, g.emit('total', y))
    } else if (node.op === 'product') {
      if (!within && active[a]) receive(a, g.product('productTransposed', y, node.name as string))
    } else if (isPointwise(node.op)) {
      const guard = (value: number) =>
        chosen(y) ? g.emit('where', g.emit('eq', y, g.constant(0)), g.constant(0), value) : value
      const at: Adjoint = { g, y, r: i, args: [a, b, c], guard }
      operations[node.op].adjoints.forEach((rule, k) => {
        const arg = node.args[k] as number
        if (rule !== null && active[arg]) receive(arg, rule(at))
      })
    }
  }
  const outputs: Record<string, number> = {}
  for (let i = 0; i < count; i++) {
    const node = g.nodes[i] as Node
    if (wrt(node)) outputs[node.name as string] = adjoints[i] ?? g.constant(0)
  }
  return finish(g.nodes, outputs, { simplify })
}

/** Whether an adjoint has passed through a choice (`where`, `min`, `max`), so that it may be 0 where a branch was not taken. */
function choices(g: Graph, from: number): (node: number) => boolean {
  const chosen = new Array<boolean>(from).fill(false)
  return (wanted) => {
    for (let i = chosen.length; i <= wanted; i++) {
      const { op, args } = g.nodes[i]!
      chosen[i] = op === 'where' || args.some((arg) => chosen[arg])
    }
    return chosen[wanted]!
  }
}

function noSurrogate(): never {
  throw new HillockError('HILLOCK_EQUATION', 'heaviside is differentiated but no surrogate is given', {
    hint: "give the neuron a surrogate, for instance 'surrogate: fastSigmoid()'",
  })
}
