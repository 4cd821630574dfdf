import { HillockError } from '../errors.ts'
import { heaviside, isPointwise, operations } from './ops.ts'
import type { Graph, LeafOp, Node, Op, ProductOp, Program } from './program.ts'

export type { Graph, Node, Program } from './program.ts'

/** Enough for the derivative of 200 long lines; hostile text grows further still, as where powers are written out. */
export const most = 2 ** 15

/** Thrown where equations, or what is derived of them, take too many operations. */
export class TooLong extends HillockError {}

/**
 * Makes an empty graph. Equal operations are merged, constants folded, and identities that keep every bit of a finite
 * number applied (x + 0, x * 1, a + (-b) = a - b, ...); nothing is re-associated. `simplify: false` keeps the text as written.
 * Throws HILLOCK_EQUATION if it is too large.
 */
export function createGraph({ simplify = true } = {}): Graph {
  const nodes: Node[] = []
  const known = new Map<string | number, number>()

  function add(node: Node, merge: boolean): number {
    const key = keyOf(node)
    const found = merge ? known.get(key) : undefined
    if (found !== undefined) return found
    if (nodes.length === most) {
      throw new TooLong('HILLOCK_EQUATION', `the equations take more than ${most} operations`, {
        hint: 'compute once what several lines share, or make several neurons of it',
      })
    }
    nodes.push(node)
    known.set(key, nodes.length - 1)
    return nodes.length - 1
  }

  const graph: Graph = {
    nodes,
    constant: (value) => add({ op: 'constant', args: [], value }, true),
    leaf: (op, name) => add({ op, args: [], name }, true),
    product: (op, x, name) =>
      simplify && graph.known(x) === 0 ? graph.constant(0) : add({ op, args: [x], name }, simplify),
    known: (node) => (nodes[node]?.op === 'constant' ? (nodes[node].value as number) : undefined),
    heaviside(x, atZero) {
      const value = graph.known(x)
      if (simplify && value !== undefined) return graph.constant(heaviside(value, atZero))
      return add({ op: 'heaviside', args: [x], value: atZero }, simplify)
    },
    emit(op, ...args) {
      if (!simplify) return add({ op, args }, false)
      const simpler = reduced(graph, op, args)
      if (simpler !== undefined) return simpler
      const [a, b] = args as [number, number]
      const ordered = a > b && isPointwise(op) && operations[op].commutes ? [b, a] : args
      return add({ op, args: ordered }, true)
    },
  }
  return graph
}

const codes = new Map<Op, number>()

/** The same for nodes that say the same. Operations are a number: their texts would take most of the time of a long program. */
function keyOf({ op, args: [a = 0, b = 0, c = 0], name, value }: Node): string | number {
  if (name !== undefined) return `${op} ${name} ${a}`
  if (value !== undefined) return `${op} ${a} ${Object.is(value, -0) ? '-0' : value}`
  if (!codes.has(op)) codes.set(op, codes.size)
  return ((codes.get(op)! * most + a) * most + b) * most + c
}

/** A node that already says the same, or undefined. */
function reduced(g: Graph, op: Exclude<Op, LeafOp | ProductOp>, args: readonly number[]): number | undefined {
  const [a, b, c] = args as [number, number, number]
  const values = args.map(g.known)
  const [va, vb] = values
  if (isPointwise(op) && op !== 'detach' && values.every((value) => value !== undefined)) {
    const [x, y, z] = values as [number, number, number]
    return g.constant(operations[op].value(x, y, z))
  }
  const negated = (node: number) => (g.nodes[node]?.op === 'neg' ? g.nodes[node].args[0] : undefined)
  const [na, nb] = args.map(negated)
  switch (op) {
    case 'add':
      if (va === 0) return b
      if (vb === 0) return a
      if (nb !== undefined) return g.emit('sub', a, nb)
      return na !== undefined ? g.emit('sub', b, na) : undefined
    case 'sub':
      if (vb === 0) return a
      if (va === 0) return g.emit('neg', b)
      return nb !== undefined ? g.emit('add', a, nb) : undefined
    case 'mul':
      if (va === 0 || vb === 0) return g.constant(0)
      if (va === 1) return b
      if (vb === 1) return a
      if (va === -1) return g.emit('neg', b)
      if (vb === -1) return g.emit('neg', a)
      return na !== undefined && nb !== undefined ? g.emit('mul', na, nb) : undefined
    case 'div':
      return vb === 1 ? a : undefined
    case 'neg':
      return na
    case 'where':
      if (va !== undefined) return va !== 0 ? b : c
      return b === c ? b : undefined
    case 'pow':
      return vb !== undefined && Number.isInteger(vb) && Math.abs(vb) <= 64 ? product(g, a, vb) : undefined
    default:
      return undefined
  }
}

/** A whole power as products, by repeated squaring. */
function product(g: Graph, base: number, exponent: number): number {
  if (exponent < 0) return g.emit('div', g.constant(1), product(g, base, -exponent))
  if (exponent === 0) return g.constant(1)
  if (exponent === 1) return base
  const half = product(g, base, exponent >> 1)
  const square = g.emit('mul', half, half)
  return exponent % 2 === 1 ? g.emit('mul', square, base) : square
}

/** Which nodes the given ones depend on, themselves included. */
export function reachable(nodes: readonly Node[], from: Iterable<number>): boolean[] {
  const needed = new Array<boolean>(nodes.length).fill(false)
  for (const node of from) needed[node] = true
  for (let i = nodes.length - 1; i >= 0; i--) if (needed[i]) for (const arg of nodes[i]?.args ?? []) needed[arg] = true
  return needed
}

/** Copies one node into another graph, its arguments already copied. */
export function copyNode(g: Graph, node: Node, args: readonly number[]): number {
  switch (node.op) {
    case 'constant':
      return g.constant(node.value as number)
    case 'heaviside':
      return g.heaviside(args[0] as number, node.value as number)
    case 'product':
    case 'productTransposed':
      return g.product(node.op, args[0] as number, node.name as string)
    case 'param':
    case 'input':
    case 'state':
    case 'setup':
    case 'timeVarying':
    case 'adjoint':
    case 'uniform':
    case 'drawn':
    case 'row':
      return g.leaf(node.op, node.name as string)
    default:
      return g.emit(node.op, ...args)
  }
}

/** Only what the results need, simplified again; `detach` is dropped when there is nothing left to differentiate. */
export function finish(
  nodes: readonly Node[],
  outputs: Readonly<Record<string, number>>,
  options: { simplify?: boolean; keepDetach?: boolean } = {},
): Program {
  let program: Program = { nodes, outputs }
  // Folding may orphan operations that were still needed when it began, hence the second pass.
  for (let pass = 0; pass < 2; pass++) {
    const g = createGraph({ simplify: options.simplify ?? true })
    const needed = reachable(program.nodes, Object.values(program.outputs))
    const copied: number[] = []
    program.nodes.forEach((node, i) => {
      if (!needed[i]) return
      const args = node.args.map((arg) => copied[arg] as number)
      copied[i] = node.op === 'detach' && !options.keepDetach ? (args[0] as number) : copyNode(g, node, args)
    })
    const entries = Object.entries(program.outputs).map(([name, node]) => [name, copied[node] as number])
    program = { nodes: g.nodes, outputs: Object.fromEntries(entries) }
    if (g.nodes.length === needed.filter(Boolean).length) break
  }
  return prune(program)
}

function prune(program: Program): Program {
  const needed = reachable(program.nodes, Object.values(program.outputs))
  const moved: number[] = []
  const nodes: Node[] = []
  program.nodes.forEach((node, i) => {
    if (!needed[i]) return
    moved[i] = nodes.length
    nodes.push({ ...node, args: node.args.map((arg) => moved[arg] as number) })
  })
  const entries = Object.entries(program.outputs).map(([name, node]) => [name, moved[node] as number])
  return { nodes, outputs: Object.fromEntries(entries) }
}
