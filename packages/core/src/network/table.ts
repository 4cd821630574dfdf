import type { Shape } from '../connections/connection.ts'
import { countOf, type Layer, type Source, type SourcePart } from './layer.ts'

/** A table of the layers. */
export function table(shape: Shape, layers: readonly Layer[], parameters: number): string {
  const rows = [
    ['layer', 'connection', 'neurons', 'count', 'parameters'],
    ['input', '', '', shape.join('x'), ''],
    ...layers.map((layer) => {
      const { name, neuron } = layer
      const learnt = neuron.learn.length === 0 ? '' : ` (learns ${neuron.learn.join(', ')})`
      const count = String(countOf(layer))
      return [name, connectionOf(layer, layers), `${neuron.name}${learnt}`, layer.shape.join('x'), count]
    }),
    ['total', '', '', '', String(parameters)],
  ]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  const cells = (row: readonly string[]) =>
    row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
  return rows.map((row) => cells(row).join('  ').trimEnd()).join('\n')
}

/** 'conv2d 5x5, maxPool 2', 'dense + recurrent', 'conv2d 3x3 + identity of layer1'. */
function connectionOf({ name, index, neuron, sources }: Layer, layers: readonly Layer[]): string {
  const below = index === 0 ? 'input' : index - 1
  const textOf = ({ from, parts }: Source) => {
    const texts = parts
      .filter(({ connection }, i) => i === 0 || connection.kind !== 'identity')
      .map((part) => partOf(name, part))
    const origin = from === 'input' ? from : layers[from]!.name
    return `${texts.join(', ')}${from === below ? '' : ` of ${origin}`}`
  }
  // Neurons with several currents have a source of the same text for each.
  const texts = [...new Set(sources.map(textOf))]
  const { recurrence } = neuron
  const bits = recurrence?.quantized ? `, ${recurrence.quantized.bits} bits` : ''
  return [...texts, ...(recurrence ? [`recurrent${bits}`] : [])].join(' + ')
}

function partOf(layer: string, { connection, weight }: SourcePart): string {
  const text = connection.text ?? connection.kind
  const owner = weight?.split('.')[0]
  return connection.shared && owner && owner !== layer ? `${text} shared with ${owner}` : text
}
