import { HillockError, type Layer, type Neuron, recurrent } from '@hillock/core'
import { compile } from '@hillock/core/equations'
import { type Definition, kWinners, type ParamValue } from '@hillock/core/neurons'

/** What the `kWinners` equations read. */
export interface Competition {
  readonly beta: number
  /** One for each neuron. */
  readonly threshold: Float32Array
  readonly drop: number
  readonly inhibition: number
  /** A whole number. */
  readonly k: number
}

/**
 * The competition of a layer of `kWinners`, from its parameters and what training overrides. Throws HILLOCK_OPTION if the layer's
 * equations are not those of `kWinners`, or if parameters other than the threshold differ between neurons.
 */
export function competitionOf(
  { name, size, neuron }: Layer,
  params: Readonly<Record<string, ParamValue>>,
  given: { readonly k?: number | undefined; readonly threshold?: number | undefined },
): Competition {
  if (!isCompetition(neuron)) {
    const found = neuron.name === 'kWinners' ? 'another neuron called kWinners' : neuron.name
    const hint =
      'it computes the equations of kWinners itself, step by step: write dense(n), kWinners({ k }), and so on'
    throw new HillockError('HILLOCK_OPTION', `hebbian cannot train ${name}, a layer of ${found}`, { hint })
  }
  const { threshold } = params
  const number = (param: string): number => {
    const value = params[param]
    if (typeof value === 'number') return value
    throw new HillockError('HILLOCK_OPTION', `hebbian: '${param}' of ${name} differs between neurons`, {
      hint: 'only the threshold may',
    })
  }
  const thresholds = new Float32Array(size)
  if (given.threshold !== undefined) thresholds.fill(given.threshold)
  else if (typeof threshold === 'number') thresholds.fill(threshold)
  // One for each neuron, or for each channel.
  else for (let j = 0; j < size; j += threshold!.length) thresholds.set(threshold!, j)
  return {
    beta: number('beta'),
    threshold: thresholds,
    drop: number('drop'),
    inhibition: number('inhibition'),
    k: Math.floor(given.k ?? number('k')),
  }
}

const judged = new WeakMap<Neuron, boolean>()

/** Whether a neuron, whatever its name, computes what `kWinners` does: its equations compile to the same programs. */
function isCompetition(neuron: Neuron): boolean {
  const known = judged.get(neuron)
  if (known !== undefined) return known
  const own = neuron.recurrence ? recurrent(kWinners()) : kWinners()
  const same =
    programsOf(own.definition, neuron.learn) === programsOf({ ...neuron.definition, record: [] }, neuron.learn)
  judged.set(neuron, same)
  return same
}

function programsOf(definition: Definition, learn: readonly string[]): string {
  const { setup, schedule, step } = compile(definition, { learn })
  return JSON.stringify([setup, schedule, step])
}

/**
 * A step of the equations of `kWinners` for neurons `first` to `last - 1`: membranes take their currents in, the k most excited of those
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
    v[j] = beta * v[j]! + current[j]!
    excess[j] = v[j]! - threshold[j]!
    if (excess[j]! > 0) above++
  }
  if (above === 0 || k < 1) return 0
  const least = above <= k ? 0 : excess.slice(first, last).sort().at(-k)!
  let ties = k
  for (let j = first; j < last; j++) if (excess[j]! > least) ties--
  let count = 0
  for (let j = first; j < last; j++) {
    const value = excess[j]!
    if (value > least || (value > 0 && value === least && ties-- > 0)) winners[count++] = j
  }
  for (let i = 0; i < count; i++) v[winners[i]!]! -= drop
  if (inhibition > 0) for (let j = first; j < last; j++) v[j]! *= 1 - inhibition
  return count
}
