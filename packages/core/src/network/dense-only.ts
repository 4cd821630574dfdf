import { unsupportedError } from '../refusals.ts'
import type { Network } from './layer.ts'

/** Throws HILLOCK_UNSUPPORTED unless each current of each layer is one matrix times the layer below, without recurrence; `who` takes no others. */
export function checkDense(
  who: string,
  { layers }: Network,
  hint = 'use dense(...) from the layer below, or the learner bptt',
): void {
  for (const { name, index, sources, neuron } of layers) {
    if (neuron.recurrence) throw unsupportedError(`${who}: ${name} is recurrent`, hint)
    if (new Set(sources.map(({ current }) => current)).size < sources.length)
      throw unsupportedError(`${who}: ${name} has several sources for a current`, hint)
    const below = index === 0 ? 'input' : index - 1
    const other = sources.find(
      ({ from, parts: [first, more] }) =>
        from !== below ||
        more ||
        first!.link.wiring ||
        first!.link.dropped ||
        first!.link.normalized ||
        first!.link.quantized,
    )
    if (other === undefined) continue
    const kinds = other.parts.map(({ connection: { kind, text = kind } }) => text).join(', ')
    const found = `${who}: ${name} is connected by ${kinds} from ${other.from === 'input' ? 'the input' : layers[other.from]!.name}`
    throw unsupportedError(found, hint)
  }
}
