import type { Definition } from './definition.ts'
import { copyNode, createGraph, finish, type Graph, type Node, type Program } from './graph.ts'
import { isLayerOp } from './ops.ts'

/** What is known of a program: setup values and states before the first step are finite. */
export interface Known {
  /** Whether inputs are finite, too. */
  readonly input: boolean
  /** Whether time-varying values are. */
  readonly timeVarying: boolean
  /** Whether `spike` is graded; it is then looked at elsewhere. */
  readonly graded: boolean
}

/** The name of the output, and of the state in which it is added up where no state of the neuron keeps it; that begins at 0. */
export const alarmName = '#alarm'

/** Whether a program adds its alarm up in a state of its own. */
export const keepsAlarm = ({ nodes }: Program): boolean =>
  nodes.some(({ op, name }) => op === 'state' && name === alarmName)

/**
 * Adds the output `#alarm` to a forward program. In the last step it is NaN or infinite if in any step a state was, or a comparison met
 * NaN, which no result shows. A branch of `where` that is not taken does not count. Undefined if none of that can happen, or a graded
 * `spike` shows it.
 *
 * Few values are looked at, as NaN and infinity survive sums and products: one value shows what it was made of, and mostly a state
 * that was once not finite never is again. Otherwise the values are added up, in a state.
 */
export function withAlarm(program: Program, definition: Definition, known: Known): Program | undefined {
  const { nodes, outputs } = program
  const showingOf = shower(nodes)
  const states = Object.keys(definition.state)
  const after = (state: string) => outputs[state]!
  const leaves = new Map(nodes.flatMap(({ op, name }, i) => (op === 'state' ? [[name!, i] as const] : [])))
  const shownBy = (watched: readonly string[]) =>
    showingOf([...(known.graded ? [outputs.spike!] : []), ...watched.map(after)])
  const sure = certainties(nodes, new Set(), known).finite
  let watched = states.filter((state) => !sure[after(state)])
  for (const state of watched) {
    const others = watched.filter((other) => other !== state)
    const seen = shownBy(others)
    // What others do not show in this step they may show in the next.
    const isShown = (name: string) => sure[after(name)] || seen.has(after(name)) || seen.has(leaves.get(name) ?? -1)
    if (states.every((name) => others.includes(name) || isShown(name))) watched = others
  }
  const shown = shownBy(watched)
  const { quiet } = certainties(nodes, shown, known)
  const hidden = nodes.flatMap((node, by) => comparedBy(node).flatMap((value) => (quiet[value] ? [] : [{ value, by }])))
  if (watched.length + hidden.length === 0) return undefined
  const lasts = hidden.length === 0 && watched.every((state) => shown.has(leaves.get(state) ?? -1))

  const g = createGraph()
  const copied: number[] = []
  const copy = (arg: number) => copied[arg]!
  for (const node of nodes) copied.push(copyNode(g, node, node.args.map(copy)))
  const demand = demands(g, nodes, [...definition.outputs, ...states].map(after), copied)
  const terms = [
    ...watched.map((state) => copy(after(state))),
    ...hidden.map(({ value, by }) => {
      const bad = g.emit('mul', demand[by]!, g.emit('ne', copy(value), copy(value)))
      return g.emit('where', bad, copy(value), g.constant(0))
    }),
  ]
  const now = [...new Set(terms)].reduce((sum, term) => g.emit('add', sum, term))
  if (g.known(now) === 0) return undefined
  const results = Object.fromEntries(Object.entries(outputs).map(([name, node]) => [name, copy(node)]))
  return finish(g.nodes, { ...results, [alarmName]: lasts ? now : g.emit('add', g.leaf('state', alarmName), now) })
}

/** What a node compares: the result tells nothing of NaN. A value that is compared with itself is so to find NaN. */
function comparedBy({ op, args }: Node): readonly number[] {
  if (op === 'lt' || op === 'le' || op === 'eq' || op === 'ne') return args[0] === args[1] ? [] : args
  return op === 'heaviside' || op === 'winners' ? args : op === 'where' ? args.slice(0, 1) : []
}

/** Above this size what both branches of a choice show is not found: it would take too long, and only saves work. */
const large = 500

/** Finds what cannot be NaN or infinite without one of some nodes being so. */
function shower(nodes: readonly Node[]): (roots: readonly number[]) => ReadonlySet<number> {
  /** What both branches of a choice show. */
  const both = new Map<number, readonly number[]>()
  function shownBy(roots: readonly number[]): Set<number> {
    const found = new Set(roots)
    // What is added to a set while it is gone through is visited, too.
    for (const i of found) {
      const { op, args } = nodes[i]!
      const next = passing.has(op) ? args : op === 'div' ? args.slice(0, 1) : (both.get(i) ?? [])
      for (const node of next) found.add(node)
    }
    return found
  }
  for (const [i, { op, args }] of nodes.entries()) {
    if (op !== 'where' || nodes.length > large) continue
    const second = shownBy([args[2]!])
    both.set(
      i,
      [...shownBy([args[1]!])].filter((node) => second.has(node)),
    )
  }
  return shownBy
}

const passing = new Set(['add', 'sub', 'mul', 'neg', 'abs', 'floor', 'sqrt', 'total'])

/** Which nodes cannot be NaN or infinite without an alarm, as the `shown` ones cannot, and which cannot be NaN. */
function certainties(
  nodes: readonly Node[],
  shown: ReadonlySet<number>,
  known: Known,
): Record<'finite' | 'quiet', boolean[]> {
  const [finite, quiet]: [boolean[], boolean[]] = [[], []]
  for (const [i, node] of nodes.entries()) {
    const { op, args, value } = node
    const [a, b, c] = args as [number, number, number]
    const [allFinite, allQuiet] = [args.every((arg) => finite[arg]), args.every((arg) => quiet[arg])]
    const isFactor = (arg: number) => nodes[arg]!.op === 'constant' && Math.fround(nodes[arg]!.value!) !== 0
    // By operation: whether the result is finite for sure, and whether it is no NaN for sure.
    const [surely, hardly] = ((): readonly [boolean, boolean] => {
      switch (op) {
        case 'constant':
          return [Number.isFinite(Math.fround(value!)), !Number.isNaN(value)]
        case 'input':
        case 'timeVarying':
          return [known[op], known[op]]
        case 'add':
        case 'sub':
          return [false, allQuiet && (finite[a]! || finite[b]!)]
        case 'mul':
          return [false, allFinite || (allQuiet && (isFactor(a) || isFactor(b)))]
        case 'div':
          return [false, quiet[a]! && isFactor(b)]
        case 'where':
          return [finite[b]! && finite[c]!, quiet[b]! && quiet[c]!]
        case 'tanh':
        case 'sigmoid':
          return [allQuiet, allQuiet]
        case 'exp':
          return [false, allQuiet]
        case 'total':
          return [false, allFinite]
        case 'sqrt':
        case 'log':
        case 'pow':
        case 'sin':
        case 'cos':
          return [false, false]
        case 'min':
        case 'max':
        case 'neg':
        case 'abs':
        case 'floor':
          return [allFinite, allQuiet]
        default:
          return [true, true]
      }
    })()
    finite[i] = surely || shown.has(i)
    quiet[i] = hardly || finite[i]
  }
  return { finite, quiet }
}

/** For each node a node of `g` that is 1 where its value has an effect: a branch of `where` that is not taken has none. */
function demands(g: Graph, nodes: readonly Node[], results: readonly number[], copied: readonly number[]): number[] {
  const [never, always] = [g.constant(0), g.constant(1)]
  const either = (a: number, b: number) =>
    a === always || b === never ? a : b === always || a === never ? b : g.emit('max', a, b)
  const demand = nodes.map(() => never)
  for (const node of results) demand[node] = always
  for (let i = nodes.length - 1; i >= 0; i--) {
    const { op, args } = nodes[i]!
    // Where a whole layer is compared or added up, each value counts if any result does.
    if (isLayerOp(op) && demand[i] !== always) demand[i] = g.emit('lt', never, g.emit('total', demand[i]!))
    for (const [k, arg] of args.entries()) {
      const taken = op === 'where' && k > 0 ? g.emit(k === 1 ? 'ne' : 'eq', copied[args[0]!]!, never) : always
      demand[arg] = either(demand[arg]!, g.emit('mul', demand[i]!, taken))
    }
  }
  return demand
}
