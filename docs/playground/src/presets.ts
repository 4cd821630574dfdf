import type { Neuron } from '@hillock/core'
import {
  adaptiveLif,
  alpha,
  integrateAndFire,
  izhikevich,
  leaky,
  lif,
  refractoryLif,
  synaptic,
} from '@hillock/core/neurons'
import type { Settings } from './settings.ts'

/** Neurons of hillock that fire, by their names. */
export const presets: Readonly<Record<string, () => Neuron>> = {
  lif,
  leaky,
  integrateAndFire,
  refractoryLif,
  adaptiveLif,
  synaptic,
  alpha,
  izhikevich,
}

const textOf = (table: object) =>
  Object.entries(table)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')

/** A neuron as the texts that are edited, and a current that makes it fire. */
export function presetOf(name: string): Pick<Settings, 'equations' | 'params' | 'states' | 'derivative' | 'level'> {
  const { definition, params } = presets[name]!()
  const surrogate = definition.surrogate!
  const lines = definition.equations.trim().split('\n')
  return {
    equations: lines.map((line) => line.trim()).join('\n'),
    params: textOf(params),
    states: textOf(definition.state),
    derivative: `${surrogate.name} ${textOf(surrogate.params ?? {})}`.trim(),
    level: name === 'izhikevich' ? 10 : 0.3,
  }
}
