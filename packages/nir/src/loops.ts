import { damaged, unsupported } from './errors.ts'
import type { Edge, NirGraph } from './graph.ts'
import { kinds } from './neurons.ts'
import { makers } from './nodes.ts'

/** A graph without its loops: how neurons reach themselves stands beside. */
export interface Unrolled {
  /** For each node those that give it something, in the order of the edges. */
  readonly into: ReadonlyMap<string, readonly string[]>
  /** How many nodes it gives something to. */
  readonly fanOut: ReadonlyMap<string, number>
  /** For neurons that reach themselves by way of a node the name of that, or their own. */
  readonly loops: ReadonlyMap<string, string>
  readonly input: string
  readonly output: string
}

const between = ['Linear', 'Affine', 'Scale']

/**
 * Takes loops out of a graph: neurons that reach themselves, one step later, through a matrix, a scale or nothing. Throws HILLOCK_UNSUPPORTED, naming
 * nodes, if there are unknown nodes or other loops, or if there is not one Input and one Output; HILLOCK_DATA_DAMAGED if nothing drives a node.
 */
export function unroll({ nodes, edges }: NirGraph): Unrolled {
  for (const [name, { type }] of nodes) {
    if (type === 'Input' || type === 'Output' || Object.hasOwn(kinds, type) || Object.hasOwn(makers, type)) continue
    const known = [...Object.keys(makers), ...Object.keys(kinds)]
    throw unsupported(`'${name}' is a node of the type '${type}'`, `these are read: ${known.join(', ')}`)
  }
  const only = (type: string) => {
    const found = [...nodes].filter(([name, node]) => node.type === type && isPort(name, edges, type))
    if (found.length === 1) return found[0]![0]
    const names = found.map(([name]) => `'${name}'`).join(', ') || 'none'
    throw unsupported(`the network has ${found.length} nodes ${type} (${names})`, 'one is read')
  }
  const [input, output] = [only('Input'), only('Output')]
  const next = lists(edges)
  const loops = new Map<string, string>()
  for (const [name, { type }] of nodes) {
    if (!Object.hasOwn(kinds, type)) continue
    const ways = (next.get(name) ?? []).filter((way) => way === name || reachesOnly(way, name))
    if (ways.length > 1)
      throw unsupported(`'${name}' reaches itself by ${ways.join(' and ')}`, 'let it do so by one way')
    if (ways.length === 1) loops.set(name, ways[0]!)
  }
  function reachesOnly(way: string, name: string): boolean {
    const given = edges.filter(([, to]) => to === way)
    return between.includes(nodes.get(way)!.type) && String(next.get(way)) === name && given.length === 1
  }
  const inLoop = new Set([...loops].filter(([name, way]) => name !== way).map(([, way]) => way))
  const left = edges.filter(([from, to]) => !inLoop.has(from) && !inLoop.has(to) && from !== to)
  const into = lists(left.map(([from, to]): Edge => [to, from]))
  const fanOut = new Map([...lists(left)].map(([name, to]) => [name, to.length]))
  checkStraight(input, output, into)
  return { into, fanOut, loops, input, output }
}

/** An Input that others feed is that of a graph within, and passes on what it gets; so is an Output that feeds others. */
const isPort = (name: string, edges: readonly Edge[], type: string): boolean =>
  !edges.some(([from, to]) => (type === 'Input' ? to : from) === name)

function lists(edges: readonly Edge[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [from, to] of edges) found.set(from, [...(found.get(from) ?? []), to])
  return found
}

/** Walks back from the output. */
function checkStraight(input: string, output: string, into: ReadonlyMap<string, readonly string[]>): void {
  const [done, path] = [new Set<string>([input]), [] as string[]]
  const visit = (name: string): void => {
    if (done.has(name)) return
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].reverse().join(' -> ')
      const hint = 'neurons may reach themselves through one Linear, Affine or Scale; no other loop can be run'
      throw unsupported(`the network has the loop ${circle}`, hint)
    }
    const sources = into.get(name) ?? []
    if (sources.length === 0) throw damaged(`nothing drives '${name}'`)
    path.push(name)
    sources.forEach(visit)
    path.pop()
    done.add(name)
  }
  visit(output)
}
