import { type Check, checkOptions, checkValue, is } from '../options.ts'
import { optionError, shapeError } from '../refusals.ts'
import { sizeOf } from '../shape.ts'
import { checkPairs, type Wiring, weightsOf, wiring } from '../wiring.ts'
import type { Connection, Link, Shape } from './connection.ts'

/** Options of `delayed`, of which one is given. A delay is a whole number of time steps, from 0 for none. */
export interface Delays {
  /** The delay of all alike. */
  readonly steps?: number
  /** The delay of each neuron of the layer below. */
  readonly perInput?: readonly number[]
  /** The delay of each weight, in the order of the weights: for `dense` [inputs, units], row by row. */
  readonly perSynapse?: readonly number[]
}

/**
 * A connection by which spikes arrive some steps later: `delayed(dense(128), { steps: 3 })`. Delays are fixed. Throws HILLOCK_OPTION if
 * not exactly one of `steps`, `perInput` and `perSynapse` is given, if delays are no whole numbers, or if the connection has no weights (`flatten`).
 * Its `connect` throws HILLOCK_SHAPE if there are not as many delays as inputs or weights.
 *
 * @example
 * ```ts
 * import { dense, lif, sequential } from '@hillock/core'
 * import { delayed } from '@hillock/core/connections'
 *
 * sequential(2, [delayed(dense(10), { perInput: [0, 5] }), lif()])
 * ```
 */
export function delayed(connection: Connection, delays: Delays): Connection {
  checkValue('delayed', 'connection', connection, is.made('a connection: dense(128)', 'kind', 'connect'))
  const list: Check = (value) => (Array.isArray(value) ? value.map(steps).find((hint) => hint) : 'give a list of steps')
  checkOptions('delayed', delays, { steps, perInput: list, perSynapse: list })
  if (Object.values(delays).filter((given) => given !== undefined).length !== 1) {
    const hint = 'give one of them: delayed(dense(128), { steps: 3 })'
    throw optionError("delayed takes one of 'steps', 'perInput' and 'perSynapse'", hint)
  }
  return {
    kind: 'delayed',
    text: `${connection.text ?? connection.kind} delayed${delays.steps === undefined ? '' : ` ${delays.steps}`}`,
    weight: connection.weight,
    bias: connection.bias,
    connect(from) {
      const link = connection.connect(from)
      const table = delay(link.wiring ?? whole(connection, from, link), delays)
      return { ...link, wiring: table, weights: weightsOf(table) }
    },
  }
}

const steps = is.whole(0, 2 ** 31 - 1)

/** The wiring of a connection that has none. */
function whole({ kind }: Connection, from: Shape, { to, weights }: Link): Wiring {
  if (weights.length === 0) {
    const hint = 'delay the connection that follows it'
    throw optionError(`delayed: ${kind} passes on what it gets, it cannot be delayed`, hint)
  }
  const [inputs, outputs] = [from, to].map((shape) => ({ count: 1, width: sizeOf(shape) }))
  return wiring({ from: inputs!, to: outputs!, slots: 1 }, (_, add) => add(0))
}

function delay(given: Wiring, { steps = 0, perInput, perSynapse }: Delays): Wiring {
  const { from, diagonal } = given
  if (perInput) {
    expectCount(perInput.length, from.count * from.width, "inputs in 'perInput'")
    return lagging(apart(given, diagonal), (site) => perInput[site]!)
  }
  if (!perSynapse) return lagging(given, () => steps)
  const [rows, columns] = weightsOf(given)
  expectCount(perSynapse.length, rows * columns, "weights in 'perSynapse'")
  return lagging(apart(given, true), (_, slot) => perSynapse[slot]!)
}

/** The same pairs, later. */
function lagging(given: Wiring, delayOf: (site: number, slot: number) => number): Wiring {
  const { start, site, slot, lag } = given
  return wiring(given, (q, add) => {
    for (let pair = start[q]!; pair < start[q + 1]!; pair++) {
      const [p, k] = [site[pair]!, slot[pair]!]
      add(p, k, (lag?.[pair] ?? 0) + delayOf(p, k))
    }
  })
}

/** The same connection by sites of one input each, and if `both` of one output each: matrices become rows, or single weights. */
function apart(given: Wiring, both: boolean): Wiring {
  const { from, to, slots, diagonal, start, site, slot, lag } = given
  const [inputs, outputs] = [from.width, both ? to.width : 1]
  const sites = {
    from: { count: from.count * inputs, width: 1 },
    to: { count: to.count * outputs, width: to.width / outputs },
    slots: slots * inputs * (diagonal ? 1 : outputs),
  }
  checkPairs('delayed', site.length * inputs * (diagonal ? 1 : outputs))
  return wiring(sites, (q, add) => {
    const [column, of] = [q % outputs, Math.floor(q / outputs)]
    for (let pair = start[of]!; pair < start[of + 1]!; pair++) {
      const [p, k] = [site[pair]! * inputs, slot[pair]! * inputs]
      if (diagonal) add(p + column, k + column, lag?.[pair])
      else for (let c = 0; c < inputs; c++) add(p + c, (k + c) * outputs + column, lag?.[pair])
    }
  })
}

function expectCount(found: number, wanted: number, what: string): void {
  if (found === wanted) return
  throw shapeError(`delayed: there are ${found} delays for ${wanted} ${what}`, `give ${wanted} of them`)
}
