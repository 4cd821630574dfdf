import { fastSigmoid, HillockError, type Layer, type Network, type Neuron } from '@hillock/core'
import { longestLag } from '@hillock/core/backend'
import type { Conv, Dense, Pool } from '@hillock/core/connections'
import type { SourcePart } from '@hillock/core/network'
import type { Part } from './recipe.ts'

type Spec = Record<string, unknown>

/**
 * The `network` of a recipe for a network that is there: `buildNetwork` makes the same of it, with the same names of weights. Neurons are written
 * as equations. Throws HILLOCK_UNSUPPORTED if recipes have no word for a connection: delays of single synapses, own ones.
 */
export function networkParts({ layers }: Network): Part[] {
  const words = new Map<object, string>()
  const wordOf = (shared: object): string => {
    const word = words.get(shared) ?? `shared${words.size + 1}`
    words.set(shared, word)
    return word
  }
  const nameOf = (from: number | 'input') => (from === 'input' ? from : layers[from]!.name)
  return layers.flatMap((layer): Part[] => [
    ...sourcesOf(layer).flatMap(({ from, parts }) =>
      parts.map((part, i) => {
        const { shared } = part.connection
        const share = shared && { share: wordOf(shared) }
        const { quantized } = part.link
        const few = quantized && { quantized }
        return { ...connectionSpec(layer.name, part), ...few, ...share, ...(i === 0 && { from: nameOf(from) }) } as Part
      }),
    ),
    neuronSpec(layer),
  ])
}

/** Each source once: neurons with several currents have it for each of them. */
function sourcesOf({ name, sources, neuron }: Layer): Layer['sources'] {
  if (neuron.definition.inputs.length === 1) return sources
  throw unsupported(name, 'neurons of several currents')
}

function connectionSpec(layer: string, part: SourcePart): Spec {
  const { connection, link } = part
  const { kind } = connection
  const bias = { bias: connection.bias !== null }
  if (kind === 'dense') return { dense: (connection as Dense).units, ...bias }
  if (/^conv\dd$/.test(kind)) return { ...convSpec(connection as Conv), ...bias }
  if (kind === 'avgPool' || kind === 'sumPool' || kind === 'maxPool') {
    const { kernel, stride, padding } = connection as Pool
    return { [kind]: kernel, stride, padding }
  }
  if (kind === 'oneToOne') return { oneToOne: true, ...bias }
  if (kind === 'identity') return { identity: true }
  const { wiring, constant } = link
  if (kind === 'delayed' && constant === 1 && wiring && longestLag(wiring) > 0 && isToItself(wiring)) {
    const { lag, from } = wiring
    return { identity: true, delayed: from.count === 1 ? { steps: lag![0] } : { perInput: [...lag!] } }
  }
  throw unsupported(layer, connection.text ?? kind)
}

const isToItself = ({ site, from, to }: NonNullable<SourcePart['link']['wiring']>): boolean =>
  from.count === to.count && site.length === from.count && site.every((p, q) => p === q)

function convSpec({ kind, channels, kernel, stride, padding, dilation, groups }: Conv): Spec {
  const even = padding.every(([before, after]) => before === after)
  return {
    [kind]: channels,
    kernel,
    stride,
    padding: even ? padding.map(([zeros]) => zeros) : 'same',
    dilation,
    groups,
  }
}

function neuronSpec({ name, neuron }: Layer): Part {
  const { definition, recurrence } = recurrentApart(neuron)
  const { equations, inputs, bounds, state, surrogate = fastSigmoid(), record } = definition
  const learn = neuron.learn.filter((param) => definition.params.includes(param))
  // What is learnt goes on as many values as it has.
  const given = (param: string) => {
    const value = neuron.params[param]!
    return learn.includes(param) && typeof value !== 'number' ? Array.from(value) : alike(value)
  }
  const params = Object.fromEntries(definition.params.map((param) => [param, given(param)]))
  const usual = JSON.stringify(surrogate) === JSON.stringify(fastSigmoid())
  return {
    neuron: { name: definition.name, equations, params, state, inputs, ...(bounds && { bounds: finite(bounds) }) },
    name,
    ...(learn.length > 0 && { learn }),
    ...(record.length > 0 && { record }),
    ...(!usual && { surrogate: { name: surrogate.name, ...surrogate.params } }),
    ...(recurrence && { recurrent: recurrence }),
  } as Part
}

/** Bounds without ends that are infinite, which JSON does not have. */
function finite(bounds: NonNullable<Neuron['definition']['bounds']>): Spec {
  const isEnd = ([, end]: [string, unknown]) => Math.abs(Number(end)) !== Infinity
  return Object.fromEntries(
    Object.entries(bounds).map(([param, range]) => {
      const words = Array.isArray(range) ? { from: range[0], to: range[1] } : { ...range }
      return [param, Object.fromEntries(Object.entries(words).filter(isEnd))]
    }),
  )
}

/** One number where all neurons have the same: what they compute is the same. */
function alike(value: number | ArrayLike<number>): number | number[] {
  if (typeof value === 'number') return value
  const list = Array.from(value)
  return list.every((one) => one === list[0]) ? list[0]! : list
}

/** A neuron as it was before `recurrent` wrote its lines around it. */
function recurrentApart({ definition, recurrence }: Neuron) {
  if (recurrence === undefined) return { definition, recurrence }
  const { weight, diagonal, to, current, quantized } = recurrence
  const lines = definition.equations.split('\n')
  const [driven, past] = [/^\w+/.exec(lines[0]!)![0], /^\w+/.exec(lines.at(-1)!)![0]]
  const { [past]: _, ...state } = definition.state
  const equations = lines
    .slice(1, -1)
    .map((line) => line.replace(/^[^#]*/, (code) => code.replace(new RegExp(`\\b${driven}\\b`, 'g'), current)))
    .join('\n')
  const params = definition.params.filter((param) => param !== 'recurrent')
  const name = definition.name.replace(/^recurrent /, '')
  return {
    definition: { ...definition, name, equations, state, params },
    recurrence: { weight, diagonal, to, current, ...(quantized && { quantized }) },
  }
}

function unsupported(layer: string, what: string): HillockError {
  const hint = 'save the weights with writeSafetensors, and build the network in a program'
  return new HillockError('HILLOCK_UNSUPPORTED', `${layer}: recipes have no word for ${what}`, { hint })
}
