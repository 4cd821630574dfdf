import { suggestion } from '@hillock/core/errors'
import { damaged, unsupported } from './errors.ts'
import { type Data, isTree, type Tree } from './hdf5/tree.ts'

/** A node of a NIR graph: what it computes, and the arrays that it does that with. */
export interface NirNode {
  /** 'LIF', 'Affine', ... */
  readonly type: string
  readonly fields: ReadonlyMap<string, Data>
}

/** Nodes by their names, and which gives what it has to which; what reaches a node adds up. */
export interface NirGraph {
  readonly nodes: ReadonlyMap<string, NirNode>
  readonly edges: readonly Edge[]
}

export type Edge = readonly [from: string, to: string]

/** More than any network has; a path through all of them fits on the stack. */
const mostNodes = 2000

/**
 * The graph in the tree of a file, graphs within it laid open: node 'b' of graph 'a' becomes 'a.b'. Throws HILLOCK_DATA_DAMAGED if a part is
 * missing, or an edge names no node.
 */
export function graphOf(tree: Tree): NirGraph {
  const root = tree.get('node')
  if (!isTree(root)) throw damaged("it has no group 'node'", 'give a .nir file')
  const nodes = new Map<string, NirNode>()
  const edges: Edge[] = []
  lay(root, '', nodes, edges)
  return { nodes, edges }
}

/** Where edges to and from a graph lead within it. */
interface Ports {
  readonly first: string
  readonly last: string
}

/** Adds nodes and edges of a graph. */
function lay(graph: Tree, prefix: string, nodes: Map<string, NirNode>, edges: Edge[]): Ports | undefined {
  const parts = graph.get('nodes')
  const where = prefix === '' ? 'it' : `'${prefix.slice(0, -1)}'`
  if (!isTree(parts)) throw damaged(`${where} has no group 'nodes'`)
  const ports = new Map<string, Ports>()
  for (const [name, part] of parts) {
    const own = prefix + name
    const type = isTree(part) ? textOf(part.get('type')) : undefined
    if (type === undefined) throw damaged(`the node '${own}' says no type`)
    if (type === 'NIRGraph') ports.set(name, lay(part as Tree, `${own}.`, nodes, edges) ?? lacksPorts(own))
    else {
      const fields = [...(part as Tree)].filter(([field]) => field !== 'type')
      nodes.set(own, { type, fields: new Map(fields.filter((field): field is [string, Data] => !isTree(field[1]))) })
      ports.set(name, { first: own, last: own })
    }
    if (nodes.size > mostNodes) throw unsupported(`the network has more than ${mostNodes} nodes`, 'use a smaller one')
  }
  const known = [...ports.keys()]
  const end = (name: string, edge: Edge): Ports => {
    const found = ports.get(name)
    if (found !== undefined) return found
    const hint = suggestion(name, known) ?? `there is ${known.slice(0, 20).join(', ')}`
    throw damaged(`an edge goes from '${edge[0]}' to '${edge[1]}', and ${where} has no node '${name}'`, hint)
  }
  const seen = new Set<string>()
  for (const edge of edgesOf(graph, where)) {
    const made: Edge = [end(edge[0], edge).last, end(edge[1], edge).first]
    if (!seen.has(JSON.stringify(made))) edges.push(made)
    seen.add(JSON.stringify(made))
  }
  if (prefix === '') return undefined
  const only = (type: string) => {
    const found = known.filter((name) => nodes.get(prefix + name)?.type === type)
    return found.length === 1 ? prefix + found[0] : undefined
  }
  const [first, last] = [only('Input'), only('Output')]
  return first === undefined || last === undefined ? undefined : { first, last }
}

function lacksPorts(name: string): never {
  throw unsupported(`the graph '${name}' has not one Input and one Output`, 'lay it open before it is written')
}

function edgesOf(graph: Tree, where: string): Edge[] {
  const edges = graph.get('edges')
  if (edges === undefined) return []
  const flat = isTree(edges) || ArrayBuffer.isView(edges.values) ? undefined : edges.values
  if (flat === undefined || flat.length % 2 !== 0) throw damaged(`the edges of ${where} are not pairs of names`)
  return Array.from({ length: flat.length / 2 }, (_, i): Edge => [flat[2 * i]!, flat[2 * i + 1]!])
}

/** A single text. */
export function textOf(data: Data | Tree | undefined): string | undefined {
  if (data === undefined || isTree(data) || ArrayBuffer.isView(data.values)) return undefined
  return data.values.length === 1 ? data.values[0] : undefined
}
