import type { Definition } from '../equations/definition.ts'
import { type Initializer, isInitializer } from '../initializers.ts'
import { assembled, type Neuron, type Recurrence } from '../neuron.ts'
import { checkOptions, checkValue, didYouMean, is } from '../options.ts'
import { optionError } from '../refusals.ts'

/** Options of `recurrent`. */
export interface RecurrentOptions {
  /**
   * How the weights start.
   * @default 'torchLinear'
   */
  readonly weight?: Initializer
  /**
   * Whether a neuron reaches itself; if not, the diagonal of the matrix stays 0.
   * @default true
   */
  readonly diagonal?: boolean
  /**
   * Which neurons a spike reaches: 'layer' for all of the layer, 'itself' for its own neuron alone.
   * @default 'layer'
   */
  readonly to?: Recurrence['to']
  /** Name of the current that the spikes add to. By default the neuron's only one; required where it has several. */
  readonly current?: string
}

/**
 * Neurons that see the spikes of their own layer one step later: `recurrent(lif())` adds `spikes[t-1] V` to the current. The weights
 * are learnt, and named `layer1.recurrent`: V is [from, to], or [N] with `to: 'itself'`. They have no bias of their own.
 *
 * Throws HILLOCK_OPTION if `neuron` is not a neuron, if an option is unknown or wrong, or if the neuron has several currents and `current`
 * names none of them. Throws HILLOCK_NAME if the neuron has a parameter or a state `recurrent`.
 *
 * @example
 * ```ts
 * import { dense, lif, recurrent, sequential } from '@hillock/core'
 *
 * sequential(700, [dense(128), recurrent(lif(), { diagonal: false }), dense(20), lif()])
 * ```
 */
export function recurrent(neuron: Neuron, options: RecurrentOptions = {}): Neuron {
  checkValue(
    'recurrent',
    'neuron',
    neuron,
    is.made('neurons: recurrent(lif())', 'definition', 'params', 'learn', 'kernels'),
  )
  const checks = { weight: isInitializer, diagonal: is.flag, to: is.oneOf('layer', 'itself'), current: is.text }
  checkOptions('recurrent', options, checks)
  const { weight = 'torchLinear', diagonal = true, to = 'layer' } = options
  const { definition, params, learn } = neuron
  const current = currentOf(definition, options.current)
  const [driven, past] = [unused(definition, 'driven'), unused(definition, 'past')]
  const whole = to === 'layer'
  const equations = [
    `${driven} = ${current} + ${whole ? `product(${past}, recurrent)` : `recurrent * ${past}`}`,
    ...definition.equations.split('\n').map((line) => renamed(line, current, driven)),
    `${past} = spike`,
  ].join('\n')
  const { name, state, params: names } = definition
  const rewritten = { ...definition, name: `recurrent ${name}`, equations, state: { ...state, [past]: 0 } }
  const made = whole
    ? assembled({ ...rewritten, matrices: [...(definition.matrices ?? []), 'recurrent'] }, params, learn)
    : assembled({ ...rewritten, params: [...names, 'recurrent'] }, { ...params, recurrent: 0 }, [...learn, 'recurrent'])
  return { ...made, recurrence: { weight, diagonal, to, current } }
}

/** Which of its currents the spikes add to. */
function currentOf({ name, inputs }: Definition, current: string | undefined): string {
  if (current === undefined && inputs.length === 1) return inputs[0]!
  if (current !== undefined && inputs.includes(current)) return current
  const found = current === undefined ? `${name} has ${inputs.length} currents` : `${name} has no current '${current}'`
  const hint = didYouMean(current, inputs, `give current: '${inputs.join("' or '")}'`)
  throw optionError(`recurrent: ${found}`, hint)
}

/** A name like this that the definition does not use. */
function unused({ equations, params, state, inputs }: Definition, name: string): string {
  const used = [equations, ...params, ...Object.keys(state), ...inputs].join(' ')
  let free = name
  while (new RegExp(`\\b${free}\\b`).test(used)) free += '_'
  return free
}

/** A line of equations with a name replaced, but not in the comment. */
const renamed = (line: string, from: string, to: string): string =>
  line.replace(/^[^#]*/, (code) => code.replace(new RegExp(`\\b${from}\\b`, 'g'), to))
