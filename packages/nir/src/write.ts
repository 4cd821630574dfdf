import { HillockError, type Layer, type Network, type Snapshot } from '@hillock/core'
import { type Check, checkOptions, is } from '@hillock/core/options'
import { unsupported } from './errors.ts'
import type { Edge } from './graph.ts'
import type { Data, Tree } from './hdf5/tree.ts'
import { writeHdf5 } from './hdf5/write.ts'
import { type Known, known, type WriteOptions } from './known.ts'
import { denseColumns } from './layout.ts'
import type { Wire } from './nodes.ts'
import { foldOf } from './norm.ts'
import type { NirOptions } from './options.ts'
import { channelsFirst, orderOf, outOfOrder, sameOrder } from './order.ts'
import { asUsed, nodesOf, reals, wholes, word } from './out.ts'

/** A file, and the settings that it does not contain. */
export interface WrittenNir {
  /** The .nir file. */
  readonly bytes: Uint8Array
  /** With these `readNir` reads the same network: NIR does not say how long a step is, nor how neurons reset. */
  readonly options: NirOptions
}

/** The nodes that together give what a layer gives out, and how it lies. */
interface End {
  readonly nodes: readonly string[]
  readonly wire: Wire
}

const isNetwork: Check = is.made('a network: sequential(...)', 'layers', 'shape')
const isValues: Check = is.made('what session.snapshot() gave', 'get', 'has')

/** The version of NIR that is written. */
const version = '1.0'

/**
 * Writes a network as a NIR file: every parameter as one value for each neuron, the shapes of the input and the output, and `v_reset`. What is
 * read back gives the same spikes, bit for bit; weights that hillock shares, sparse ones and those of `linear()` layers may have other names. Batch norm,
 * as it runs outside of training, becomes part of the weights and biases before it; currents then differ by rounding.
 *
 * Throws HILLOCK_OPTION if an option is missing or wrong, HILLOCK_SHAPE if the snapshot lacks a value, and HILLOCK_UNSUPPORTED, naming it, if the
 * network has something that NIR cannot express: other neurons, resets a step later, max pools, batch norm of each step or without weights before it,
 * layers that reset in different ways.
 */
export function writeNir(network: Network, snapshot: Snapshot, options: WriteOptions): WrittenNir {
  const problem = isNetwork(network) ?? isValues(snapshot)
  if (problem !== undefined)
    throw new HillockError('HILLOCK_OPTION', 'writeNir needs a network and its snapshot', { hint: problem })
  const checks = { dt: is.above(0), timeUnit: is.oneOf('s', 'ms', 'step'), method: is.oneOf('euler', 'exact') }
  checkOptions('writeNir', options, checks, ['dt', 'timeUnit', 'method'])
  const nodes = new Map<string, Tree>()
  const edges = new Set<string>()
  const ends = new Map<number | 'input', End>()
  const runs = agreed(options)

  const free = (name: string): string =>
    nodes.has(name) || network.layers.some((one) => one.name === name) ? free(`${name}_`) : name
  function add(name: string, type: string, fields: Readonly<Record<string, Data>>): string {
    nodes.set(name, new Map([...Object.entries(fields), ['type', word(type)]]))
    return name
  }
  function join(from: readonly string[], to: string): void {
    for (const one of from) {
      const edge = JSON.stringify([one, to])
      if (edges.has(edge)) throw unsupported(`'${one}' gives to '${to}' twice`, 'put a oneToOne() into one of the ways')
      edges.add(edge)
    }
  }

  const shape = channelsFirst(network.shape)
  ends.set('input', {
    nodes: [add(free('input'), 'Input', { shape: wholes(shape) })],
    wire: { shape, order: orderOf(shape) },
  })
  for (const layer of network.layers) ends.set(layer.index, write(layer))
  const last = network.layers.at(-1)!
  const { nodes: given, wire } = ends.get(last.index)!
  join(given, add(free('output'), 'Output', { shape: wholes(wire.shape) }))

  function write(layer: Layer): End {
    const { name } = layer
    const own = known(layer, snapshot, options)
    runs.add(name, own.runs)
    let part = 0
    const given = layer.sources.map(({ from, parts }) => {
      let { nodes: before, wire } = ends.get(from)!
      for (const { weight, bias, statistics } of parts)
        checkValues(name, [weight, bias, statistics?.mean, statistics?.variance], snapshot)
      const folds = parts.map((part, i) => part.link.normalized && foldOf(name, parts[i - 1], part, snapshot))
      for (const [i, one] of parts.entries()) {
        if (folds[i]) continue
        const { [i + 1]: fold } = folds
        for (const { type, fields, wire: next } of nodesOf(name, one, wire, snapshot, { time: options, fold })) {
          const node = add(free(`${name}.${part++}`), type, fields)
          join(before, node)
          before = [node]
          wire = next
        }
      }
      return { before, wire }
    })
    const { wire } = given[0]!
    if (given.some((other) => !sameOrder(other.wire.order, wire.order)))
      throw unsupported(`${name} adds up what lies in different orders`, 'flatten its sources alike')
    if (own.type === undefined) {
      const all = given.flatMap(({ before }) => before)
      if (layer.neuron.recurrence || new Set(all).size < all.length)
        throw unsupported(
          `${name}: NIR has no linear neurons that are driven so`,
          'take leakyIntegrator({ beta: 0 }) there',
        )
      return { nodes: all, wire }
    }
    const fields = Object.entries(own.fields).map(([field, values]) => [
      field,
      reals(outOfOrder(values, wire.order), wire.shape),
    ])
    add(name, own.type, Object.fromEntries(fields))
    for (const { before } of given) join(before, name)
    if (layer.neuron.recurrence) loop(layer, wire)
    return { nodes: [name], wire }
  }

  function loop({ name, neuron, size }: Layer, wire: Wire): void {
    checkValues(name, [`${name}.recurrent`], snapshot)
    const values = asUsed(snapshot.get(`${name}.recurrent`)!.values, neuron.recurrence!)
    const node = free(`${name}.recurrent`)
    if (neuron.recurrence!.to === 'itself') {
      add(node, 'Scale', { scale: reals(outOfOrder(values, wire.order), wire.shape) })
    } else if (wire.shape.length > 1) {
      throw unsupported(
        `${name}: NIR has no recurrence of a layer [${wire.shape}]`,
        "use recurrent(neuron, { to: 'itself' })",
      )
    } else add(node, 'Linear', { weight: reals(denseColumns(values, size, size, wire.order), [size, size]) })
    join([name], node)
    join([node], name)
  }

  const pairs = [...edges].map((edge) => JSON.parse(edge) as Edge)
  const root: Tree = new Map<string, Data | Tree>([
    ['edges', { shape: [pairs.length, 2], values: pairs.flat() }],
    ['nodes', nodes],
    ['type', word('NIRGraph')],
  ])
  const bytes = writeHdf5(
    new Map<string, Data | Tree>([
      ['node', root],
      ['version', word(version)],
    ]),
  )
  return { bytes, options: runs.all() }
}

/** Collects how layers run, which is one for all of a file. */
function agreed(options: WriteOptions) {
  const found: Partial<Record<keyof Known['runs'], { readonly layer: string; readonly value: string }>> = {}
  return {
    add(layer: string, runs: Known['runs']): void {
      const own = Object.entries(runs) as [keyof Known['runs'], string][]
      for (const [what, value] of own) {
        const first = what === 'method' ? { layer: 'the file', value: options.method } : found[what]
        if (first !== undefined && first.value !== value) {
          const message = `${layer} has ${what} '${value}', and ${first.layer} '${first.value}'`
          throw unsupported(message, 'NIR says neither: let them be the same in the whole network')
        }
        found[what] = { layer, value }
      }
    },
    all: (): NirOptions => ({
      ...options,
      reset: (found.reset?.value ?? 'zero') as NirOptions['reset'],
      ...(found.charge?.value === 'time' && { charge: 'time' as const }),
    }),
  }
}

function checkValues(layer: string, names: readonly (string | undefined)[], snapshot: Snapshot): void {
  const missing = names.find((name) => name !== undefined && !snapshot.has(name))
  if (missing === undefined) return
  throw new HillockError('HILLOCK_SHAPE', `${layer}: the snapshot has no '${missing}'`, {
    hint: 'give the snapshot of this network',
  })
}
