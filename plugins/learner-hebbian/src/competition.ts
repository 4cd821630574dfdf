import { HillockError, type Layer, lif, type Neuron, recurrent } from '@hillock/core'
import { compile } from '@hillock/core/equations'
import { type Definition, kWinners, type ParamValue } from '@hillock/core/neurons'

/** What the equations of `kWinners` read; those of `lif` are the same without a limit to who fires. */
export interface Competition {
  readonly beta: number
  /** One for each neuron. */
  readonly threshold: Float32Array
  readonly drop: number
  readonly inhibition: number
  /** A whole number. */
  readonly k: number
}

/** Neurons that can be trained, from the plainest on. Without a competition, all that pass their threshold fire. */
const trained = { kWinners, lif }

/**
 * The competition of a layer of `kWinners` or `lif`, from its parameters and what training overrides. Throws HILLOCK_OPTION if the layer's
 * equations are not those of either, or if parameters other than the threshold of `kWinners` differ between neurons.
 */
export function competitionOf(
  { name, size, neuron }: Layer,
  params: Readonly<Record<string, ParamValue>>,
  given: { readonly k?: number | undefined; readonly threshold?: number | undefined },
): Competition {
  const kind = kindOf(neuron)
  if (kind === undefined) {
    const found = Object.hasOwn(trained, neuron.name) ? `another neuron called ${neuron.name}` : neuron.name
    const hint =
      'it computes the equations of kWinners and lif itself, step by step: write dense(n), kWinners({ k }), and so on'
    throw new HillockError('HILLOCK_OPTION', `hebbian cannot train ${name}, a layer of ${found}`, { hint })
  }
  const number = (param: string, value = params[param]): number => {
    if (typeof value === 'number') return value
    throw new HillockError('HILLOCK_OPTION', `hebbian: '${param}' of ${name} differs between neurons`, {
      hint: 'only the threshold of kWinners may',
    })
  }
  const threshold = given.threshold ?? params.threshold!
  // One for each neuron, or for each channel.
  const each = typeof threshold === 'number' ? [threshold] : threshold
  const common = {
    beta: number('beta'),
    threshold: Float32Array.from({ length: size }, (_, j) => each[j % each.length]!),
  }
  if (kind === 'lif') return { ...common, drop: number('threshold', threshold), inhibition: 0, k: given.k ?? size }
  return {
    ...common,
    drop: number('resetAmount'),
    inhibition: number('inhibition'),
    k: Math.floor(given.k ?? number('k')),
  }
}

const judged = new WeakMap<Neuron, keyof typeof trained | undefined>()

/** Which neuron a neuron computes, whatever its name: its equations compile to the same programs. */
function kindOf(neuron: Neuron): keyof typeof trained | undefined {
  if (judged.has(neuron)) return judged.get(neuron)
  const own = programsOf({ ...neuron.definition, record: [] }, neuron.learn)
  const kinds = Object.keys(trained) as (keyof typeof trained)[]
  const kind = kinds.find((name) => {
    const made = neuron.recurrence ? recurrent(trained[name]()) : trained[name]()
    // Names of parameters that it has not got cannot be learnt.
    return neuron.learn.every((param) => param in made.params) && programsOf(made.definition, neuron.learn) === own
  })
  judged.set(neuron, kind)
  return kind
}

function programsOf(definition: Definition, learn: readonly string[]): string {
  const { setup, timeVarying, step } = compile(definition, { learn })
  return JSON.stringify([setup, timeVarying, step])
}

/**
 * A step of these equations for neurons `first` to `last - 1`: membranes take their currents in, the k most excited of those
 * above threshold fire, ties going to the lowest index, and reset. Writes how far each is above its threshold to `excess`, and those that fire to
 * `winners`, in order; returns how many.
 */
export function compete(
  { beta, threshold, drop, inhibition, k }: Competition,
  v: Float32Array,
  current: ArrayLike<number>,
  [first, last]: readonly [number, number],
  excess: Float32Array,
  winners: Int32Array,
): number {
  let above = 0
  for (let j = first; j < last; j++) {
    const now = Math.fround(beta * v[j]! + current[j]!)
    v[j] = now
    const beyond = Math.fround(now - threshold[j]!)
    excess[j] = beyond
    if (beyond > 0) above++
  }
  if (above === 0 || k < 1) return 0
  let [least, ties] = [0, 0]
  if (above > k) {
    least = excess.slice(first, last).sort().at(-k)!
    ties = k
    for (let j = first; j < last; j++) if (excess[j]! > least) ties--
  }
  let count = 0
  for (let j = first; j < last; j++) {
    const value = excess[j]!
    if (value > least || (value === least && ties-- > 0)) winners[count++] = j
  }
  for (let i = 0; i < count; i++) v[winners[i]!]! -= drop
  if (inhibition > 0) for (let j = first; j < last; j++) v[j]! *= 1 - inhibition
  return count
}
