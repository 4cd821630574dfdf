import { HillockError, type Layer, leaky, type SavedTensor } from '@hillock/core'
import { spread } from './fields.ts'
import { denseRows } from './layout.ts'
import { channelsFirst, inOrder, orderOf } from './order.ts'
import { type Get, misfit, missing, type Values, wanted } from './torch-dict.ts'

/** What snnTorch calls resets by, in `reset_mechanism_val`. */
const resets = ['subtract', 'zero', 'none'] as const

/** What modules of neurons hold. */
export function readNeurons(
  layer: Layer,
  module: string | undefined,
  input: string | undefined,
  get: Get,
  values: Values,
): void {
  const { name, neuron } = layer
  if (neuron.recurrence !== undefined) readRecurrence(layer, module ?? input, get, values)
  const params = Object.entries(neuron.params).filter(([param]) => param !== 'recurrent')
  for (const [param, own] of params) {
    const found = module === undefined ? undefined : get(`${module}.${param}`)
    const learnt = neuron.learn.includes(param)
    const here = typeof own === 'number' ? [own] : Array.from(own)
    if (found === undefined) {
      if (learnt) missing(`'${param}' of ${name}`, `name its module: neurons: { ${name}: 'lif1' }`)
      continue
    }
    const given = inTorch(layer, found, `${module}.${param}`)
    const at = (list: readonly number[], n: number) => Math.fround(list[n % list.length]!)
    const differs = (list: readonly number[]) => given.findIndex((_, n) => at(given, n) !== at(list, n))
    if (learnt) {
      const own = given.slice(0, here.length)
      if (differs(own) >= 0) misfit(`${module}.${param}`, found.shape, [here.length])
      values.set(`${name}.${param}`, own)
      continue
    }
    const other = differs(here)
    if (other < 0) continue
    const hint = `give ${neuron.name} the values of the state dict, or let it learn '${param}'`
    const differ = `'${module}.${param}' is ${at(given, other)}, and '${param}' of ${name} is ${at(here, other)}`
    throw new HillockError('HILLOCK_OPTION', differ, { hint })
  }
  if (module !== undefined) checkReset(layer, module, get)
}

/** Values of torch for each neuron here: spread over the layer, channels first, as torch does it. */
function inTorch({ shape, size }: Layer, found: SavedTensor, what: string): number[] {
  const own = channelsFirst(shape)
  try {
    const given = spread(what, { shape: found.shape, values: Float64Array.from(found.values) }, own)
    return typeof given === 'number' ? new Array<number>(size).fill(given) : inOrder(given, orderOf(own))
  } catch {
    return misfit(what, found.shape, own)
  }
}

/** `reset_mechanism_val` of snnTorch is 0 for subtract, 1 for zero, 2 for none. */
function checkReset({ name, neuron }: Layer, module: string, get: Get): void {
  const reset = resets[get(`${module}.reset_mechanism_val`)?.values[0] ?? -1]
  const factor = get(`${module}.graded_spikes_factor`)?.values
  if (factor?.some((value) => value !== 1)) {
    const hint = 'multiply the weights of the next layer by it'
    throw new HillockError('HILLOCK_OPTION', `'${module}.graded_spikes_factor' is ${factor[0]}`, { hint })
  }
  const own = resets.find((one) => leaky({ reset: one }).definition.equations === neuron.definition.equations)
  if (reset === undefined || own === undefined || own === reset) return
  const found = `'${module}' resets by '${reset}', and ${name} by '${own}'`
  throw new HillockError('HILLOCK_OPTION', found, { hint: `write leaky({ reset: '${reset}' })` })
}

/** The weights of a recurrence: of snnTorch `recurrent.weight` and `.bias`, or `recurrent.V`; of Norse `recurrent_weights`. */
function readRecurrence(
  { name, neuron, size, sources }: Layer,
  module: string | undefined,
  get: Get,
  values: Values,
): void {
  if (neuron.recurrence!.to === 'itself') {
    const found = get(`${module}.recurrent.V`) ?? get(`${module}.V`)
    if (found === undefined) return
    const { values: given } = found
    if (given.length !== size && given.length !== 1) misfit(`${module}.recurrent.V`, found.shape, [size])
    values.set(`${name}.recurrent`, given.length === size ? given : new Float32Array(size).fill(given[0]!))
    return
  }
  const own = get(`${module}.recurrent_weights`) ? `${module}.recurrent_weights` : `${module}.recurrent.weight`
  values.set(`${name}.recurrent`, denseRows(wanted(get, own, [size, size]), size, size))
  const bias = get(`${module}.recurrent.bias`)?.values
  const at = sources
    .flatMap(({ parts }) => parts)
    .find((part) => part.bias !== undefined && part.link.to.at(-1) === size)
  if (bias === undefined || bias.every((value) => value === 0)) return
  if (at === undefined) {
    const hint = 'make the connection of its input with bias: true'
    throw new HillockError(
      'HILLOCK_SHAPE',
      `the state dict has '${module}.recurrent.bias', and ${name} has no bias for it`,
      { hint },
    )
  }
  values.set(
    at.bias!,
    Array.from(values.get(at.bias!)!, (value, i) => value + bias[i]!),
  )
}
