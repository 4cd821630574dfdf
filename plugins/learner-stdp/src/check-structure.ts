import { HillockError, type Layer, type Network } from '@hillock/core'
import type { StdpOptions } from './options.ts'

/** Throws HILLOCK_UNSUPPORTED if the network has weights that STDP has no pairs of spikes for. */
export function checkStructure({ layers }: Network, options: StdpOptions): void {
  const last = layers.at(-1)!
  for (const layer of layers) {
    if (options.readout !== undefined && layer === last) checkReadout(layer)
    else checkLayer(layer, options)
  }
}

const refuse = (found: string, hint: string): never => {
  throw new HillockError('HILLOCK_UNSUPPORTED', `stdp: ${found}`, { hint })
}

function checkLayer({ name, neuron, sources }: Layer, { total, bounds: [low, high] = [0, 1] }: StdpOptions): void {
  const { recurrence } = neuron
  if (recurrence?.to === 'itself')
    refuse(`${name} has a recurrent weight for each neuron`, "use recurrent(neuron) to: 'layer', or remove it")
  if (recurrence?.diagonal === false && (low > 0 || high < 0))
    refuse(`bounds leave out 0, which is what neurons of ${name} reach themselves by`, 'give bounds around 0')
  for (const { parts } of sources) {
    const norm = parts.find(({ link }) => link.normalized)
    if (norm) refuse(`${name} is normalized by ${norm.connection.kind}`, 'remove it, or train the network with bptt')
    const at = parts.findIndex(({ weight }) => weight !== undefined)
    if (at < 0) continue
    const { connection, link } = parts[at]!
    const behind = parts.find(
      ({ link: { weights, largest, dropped } }, k) => k > at && (weights.length > 0 || largest || dropped),
    )
    if (behind)
      refuse(
        `${name} has ${behind.connection.kind} behind ${connection.kind}, whose own sites do not spike`,
        `put neurons between them, or ${behind.connection.kind} in front`,
      )
    const { wiring } = link
    if (total !== undefined && wiring && wiring.to.count > 1 && wiring.site.length === wiring.slots)
      refuse(
        `total adds up weights of all neurons of ${name}, which ${connection.kind} keeps in one column`,
        'omit total',
      )
  }
}

/** The readout looks at the spikes of one layer. */
function checkReadout({ name, neuron, sources }: Layer): void {
  const parts = sources.flatMap(({ parts }) => parts)
  const { weight, link } = parts[0]!
  if (parts.length === 1 && weight !== undefined && !link.wiring && !link.normalized && !neuron.recurrence) return
  refuse(
    `${name} is to be a readout, and is more than dense from one layer`,
    'end the network with dense(classes), linear()',
  )
}
