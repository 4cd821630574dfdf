import type { Shape } from '../connections/connection.ts'
import { countOf, type Layer } from './layer.ts'

/** A table of the layers. */
export function table(shape: Shape, layers: readonly Layer[], parameters: number): string {
  const rows = [
    ['layer', 'neurons', 'count', 'parameters'],
    ['input', '', shape.join('x'), ''],
    ...layers.map((layer) => {
      const learnt = layer.neuron.learn.length === 0 ? '' : ` (learns ${layer.neuron.learn.join(', ')})`
      return [layer.name, `${layer.neuron.name}${learnt}`, layer.shape.join('x'), String(countOf(layer))]
    }),
    ['total', '', '', String(parameters)],
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  const cells = (row: readonly string[]) =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
  return rows.map((row) => cells(row).join('  ').trimEnd()).join('\n')
}
