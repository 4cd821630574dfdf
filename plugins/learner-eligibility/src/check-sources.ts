import { HillockError, type Layer } from '@hillock/core'
import { longestLag } from '@hillock/core/backend'
import type { Source, SourcePart } from '@hillock/core/network'
import type { Traces } from './traces.ts'

/** How what is learnt reaches the neurons. */
export interface Reached {
  /** There are states whose traces are one for each synapse. */
  readonly own: boolean
  /** The error of each step goes back through the connections. */
  readonly back: boolean
}

/** Throws HILLOCK_UNSUPPORTED if what is learnt reaches the neurons by a way that changes in time, or that traces do not follow. */
export function checkSources({ name, neuron, sources }: Layer, { own, back }: Reached): void {
  const refuse = (what: string, hint: string): never => {
    throw new HillockError('HILLOCK_UNSUPPORTED', `eligibility online: ${name} ${what}`, { hint })
  }
  for (const source of sources) {
    const { parts, from } = source
    if (parts.some(({ link }) => link.normalized))
      refuse('has batchNorm, which learns from all of the time', "omit batchNorm, or use mode: 'algebraic'")
    if (parts.some(({ link }) => link.dropped?.each === 'step'))
      refuse('drops other values at each step', "use dropout(share, { each: 'example' }), or mode: 'algebraic'")
    if (back && from !== 'input' && parts.some(delays))
      refuse(
        'delays spikes, and symmetric feedback would go back in time',
        "use feedback: 'random', or mode: 'algebraic'",
      )
    const learns = parts.findIndex(({ weight, bias }) => weight ?? bias)
    const other = parts.findIndex((part, k) => k > learns && (part.link.largest || part.link.dropped || delays(part)))
    if (learns >= 0 && other >= 0)
      refuse(
        `has ${kind(source, other)} behind ${kind(source, learns)}`,
        `put neurons or nothing between them, ${kind(source, other)} in front, or use mode: 'algebraic'`,
      )
    const weights = parts.findIndex(({ weight }) => weight)
    const behind = parts.findIndex(({ link }, k) => k > weights && link.weights.length > 0)
    if (own && weights >= 0 && behind >= 0)
      refuse(
        `(${neuron.name}) has a trace for each synapse, and ${kind(source, behind)} behind ${kind(source, weights)}`,
        `put neurons or nothing between them, ${kind(source, behind)} in front, or use mode: 'algebraic'`,
      )
  }
}

/** Throws HILLOCK_UNSUPPORTED if the readout is not a linear filter of a current. */
export function checkReadout({ name, neuron }: Layer, { own }: Pick<Traces, 'own'>): void {
  if (own.length === 0 && neuron.definition.inputs.length === 1) return
  throw new HillockError(
    'HILLOCK_UNSUPPORTED',
    `eligibility online: ${name} (${neuron.name}) is no linear filter of a current`,
    {
      hint: "use leakyIntegrator() for the output, error: 'output', or mode: 'algebraic'",
    },
  )
}

const delays = ({ link: { wiring } }: SourcePart): boolean => wiring !== undefined && longestLag(wiring) > 0

const kind = ({ parts }: Source, at: number): string => parts[at]!.connection.kind
