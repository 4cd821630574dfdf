import { type Network, type Neuron, network, neurons, recurrent, type Snapshot } from '@hillock/core'
import { type Connection, identity } from '@hillock/core/connections'
import type { Input, Population } from '@hillock/core/network'
import { linear } from '@hillock/core/neurons'
import { sizeOf } from '@hillock/core/options'
import { damaged, unsupported } from './errors.ts'
import { type Fields, fieldsOf, spread } from './fields.ts'
import { graphOf, type NirGraph } from './graph.ts'
import { readHdf5 } from './hdf5/read.ts'
import { denseRows } from './layout.ts'
import { unroll } from './loops.ts'
import { checkMeaning, stepIn } from './meaning.ts'
import { kinds, neutral, nirNeuron } from './neurons.ts'
import { type Made, makers, type Wire } from './nodes.ts'
import type { NirOptions } from './options.ts'
import { channelsLast, inOrder, orderOf, sameOrder } from './order.ts'
import { type Note, notesOf } from './report.ts'
import { valuesOf } from './values.ts'

/** What stood in a file. */
export interface ReadNir {
  /** Its layers are named after the nodes of their neurons. The input is channels last: [34, 34, 2] where the file says [2, 34, 34]. */
  readonly network: Network
  /** Values of all that the network can learn: `createSession({ network, snapshot, ... })`. */
  readonly snapshot: Snapshot
  /** Fields that were not used or were changed, one note per field of a node. */
  readonly notes: readonly Note[]
}

/** As many as two polarities of a camera of two million pixels. */
const mostInputs = 2 ** 22

/** What comes out of a node: connections behind each other from where they begin. */
interface Chain extends Wire {
  readonly from: Input | Population
  readonly connections: readonly Connection[]
}

/**
 * Reads a NIR file (neuroir.org) as a network and its weights. Neurons are equations whose parameters are the fields of their nodes, one value
 * for each neuron where the file has that. Neurons that feed themselves through a Linear, an Affine or a Scale are recurrent, one step later; the
 * bias of that Affine joins the one of their input. Graphs within graphs are laid open.
 *
 * Throws HILLOCK_OPTION if an option is missing or wrong, HILLOCK_DATA_DAMAGED if the file is not valid (an edge names no node, shapes do not go
 * together), HILLOCK_UNSUPPORTED if a part of the network cannot be run: unknown nodes, loops through several neurons. The message names that part.
 */
export function readNir(bytes: Uint8Array, options: NirOptions): ReadNir {
  checkMeaning('readNir', options)
  return ofGraph(graphOf(readHdf5(bytes)), options)
}

function ofGraph({ nodes, edges }: NirGraph, options: NirOptions): ReadNir {
  const { into, fanOut, loops, input, output } = unroll({ nodes, edges })
  const step = stepIn(options)
  const brought = new Map<Connection | Neuron, Pick<Made, 'weight' | 'bias'>>()
  const { names, note, notes } = notesOf(nodes)
  const fields = new Map([...nodes].map(([name, node]) => [name, fieldsOf(name, node)]))
  const known = new Map<string, Chain>()

  const shape = [...fields.get(input)!.numbers('shape')]
  if (shape.length > 3 || !(sizeOf(shape) <= mostInputs))
    throw unsupported(`the network has an input of [${shape}]`, `up to three axes and ${mostInputs} values are read`)
  const net = network(channelsLast(shape), (start) => {
    known.set(input, { from: start, connections: [], shape, order: orderOf(shape) })
    const last = chainOf(output)
    return last.connections.length === 0 && last.from !== start
      ? (last.from as Population)
      : joined(output, [last]).made
  })

  function chainOf(name: string): Chain {
    const found = known.get(name)
    if (found !== undefined) return found
    const chain = made(name)
    known.set(name, chain)
    return chain
  }

  function made(name: string): Chain {
    const own = fields.get(name)!
    const sources = into.get(name)!.map(chainOf)
    if (Object.hasOwn(kinds, own.type)) return neuronsOf(own, sources)
    const chain = sources.length === 1 ? sources[0]! : joined(name, sources).chain
    if (own.type === 'Input' || own.type === 'Output') return passed(own, chain)
    const { connection, wire, weight, bias, note: found } = makers[own.type]!(own, chain, step)
    if (found !== undefined) note(name, undefined, found)
    brought.set(connection, { ...(weight && { weight }), ...(bias && { bias }) })
    const longer = { ...wire, from: chain.from, connections: [...chain.connections, connection] }
    // Where paths part, they come from one place.
    return fanOut.get(name)! > 1 && longer.connections.some((one) => one.weight !== null)
      ? joined(name, [longer]).chain
      : longer
  }

  function passed(own: Fields, chain: Chain): Chain {
    const told = own.has('shape') ? [...own.numbers('shape')] : chain.shape
    if (String(told) !== String(chain.shape))
      note(own.name, 'shape', `it says [${told}], and the network gives [${chain.shape}]`)
    return chain
  }

  /** A layer that passes on the sum of what it gets. */
  function joined(name: string, sources: readonly Chain[]): { readonly made: Population; readonly chain: Chain } {
    const wire = alike(name, sources)
    const population = neurons(linear(), ...texts(sources), { name: names(`${name}_sum`) })
    return { made: population, chain: { ...wire, from: population, connections: [] } }
  }

  function neuronsOf(own: Fields, sources: readonly Chain[]): Chain {
    const wire = alike(own.name, sources)
    const { neuron: plain, loop } = { neuron: single(own, wire), loop: loops.get(own.name) }
    const neuron = loop === undefined ? plain : looped(plain, own.name, fields.get(loop)!, wire, sources)
    const population = neurons(neuron, ...texts(sources), { name: names(own.name) })
    return { ...wire, from: population, connections: [] }
  }

  function single(own: Fields, wire: Wire): Neuron {
    const { type, name } = own
    const ignored = (field: string) => options.ignore?.includes(`${type}.${field}`)
    const { fields: wanted, usual = {} } = kinds[type]!
    const values = wanted.map((field) => {
      if (ignored(field)) return [field, neutral[`${type}.${field}`]!] as const
      if (!own.has(field) && usual[field] !== undefined) return [field, usual[field]] as const
      const given = spread(`'${field}' of '${name}'`, own.array(field), wire.shape)
      return [field, typeof given === 'number' ? given : inOrder(given, wire.order)] as const
    })
    if (
      options.scaled === false &&
      (type === 'LIF' || type === 'LI') &&
      values.some(([field, r]) => field === 'r' && [r].flat().some((one) => one !== 1))
    )
      note(name, 'r', 'the input is not scaled')
    return nirNeuron(type, options, { ...Object.fromEntries(values), dt: step })
  }

  function looped(plain: Neuron, name: string, loop: Fields, wire: Wire, sources: readonly Chain[]): Neuron {
    const size = sizeOf(wire.shape)
    if (loop.type !== 'Linear' && loop.type !== 'Affine') {
      const neuron = recurrent(plain, { to: 'itself' })
      const scale = loop.type === 'Scale' ? spread(`'scale' of '${loop.name}'`, loop.array('scale'), wire.shape) : 1
      brought.set(neuron, {
        weight: typeof scale === 'number' ? new Float64Array(size).fill(scale) : inOrder(scale, wire.order),
      })
      return neuron
    }
    const { shape: matrix, values } = loop.array('weight')
    if (wire.shape.length !== 1 || String(matrix) !== String([size, size])) {
      throw damaged(
        `'${loop.name}' leads from '${name}' back to it by weights [${matrix}], and it has the shape [${wire.shape}]`,
      )
    }
    if (wire.order !== undefined) throw unsupported(`'${name}' reaches itself behind a Flatten`, 'put a Linear between')
    const neuron = recurrent(plain)
    brought.set(neuron, { weight: denseRows(values, size, size) })
    if (loop.type === 'Affine') join(name, loop, sources)
    return neuron
  }

  /** The bias of a recurrence goes to the input's, which is there at the same steps. */
  function join(name: string, loop: Fields, sources: readonly Chain[]): void {
    const bias = loop.numbers('bias')
    if (bias.every((one) => one === 0)) return
    const dense = sources.map(({ connections }) => connections.at(-1)).find((one) => one?.kind === 'dense')
    const values = dense && brought.get(dense)
    if (values?.bias === undefined || values.bias.length !== bias.length) {
      throw unsupported(
        `'${loop.name}' has biases, and no Affine before '${name}' takes them`,
        'add them to an Affine there',
      )
    }
    brought.set(dense!, { ...values, bias: Float32Array.from(bias, (one, i) => one + values.bias![i]!) })
    note(loop.name, 'bias', 'it is added to that of the input')
  }

  for (const [name, own] of fields) {
    for (const field of ['weight', 'bias', 'scale'])
      if (own.has(field) && isRounded(own.numbers(field))) note(name, field, 'it is rounded to f32')
    if (!known.has(name) && ![...loops.values()].includes(name))
      note(name, undefined, 'nothing that the output needs comes from it')
    else for (const field of own.unread()) note(name, field, 'it is not used')
  }
  return { network: net, snapshot: valuesOf(net, brought), notes: notes() }
}

/** The shape and order of what adds up. */
function alike(name: string, [first, ...others]: readonly Chain[]): Wire {
  const other = others.find(
    ({ shape, order }) => String(shape) !== String(first!.shape) || !sameOrder(order, first!.order),
  )
  if (other === undefined) return { shape: first!.shape, order: first!.order }
  throw damaged(
    `'${name}' is given [${first!.shape}] and [${other.shape}]`,
    'let what adds up have one shape, and one way to be flattened',
  )
}

const texts = (sources: readonly Chain[]) =>
  sources.map(({ from, connections }) => [...(connections.length === 0 ? [identity()] : connections), from] as const)

const isRounded = (values: ArrayLike<number>): boolean =>
  Array.from(values).some((value) => Math.fround(value) !== value)
