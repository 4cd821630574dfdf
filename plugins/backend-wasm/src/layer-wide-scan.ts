import { withoutCopies } from './aliases.ts'
import type { Code } from './assembler.ts'
import { emitLayered, type Layered, openNamed } from './layer-wide.ts'
import { createReader, type Operand } from './operands.ts'
import type { ScanPlaces } from './places.ts'
import { openWords } from './spike-bits.ts'

/** Emits a forward scan of a program that sees whole layers. */
export function emitLayeredScan(code: Code, places: ScanPlaces, size: number, layers: Layered): void {
  const { leaves, initial, outputs, final } = places
  const { rowOf } = layers
  const phases = withoutCopies(layers.phases, rowOf)
  emitLayered(
    code,
    size,
    'forward',
    { ...layers, phases },
    {
      begin({ width, vectors, at, rows }) {
        for (const [name, operand] of initial) {
          const first = createReader(code, operand, size, width, at)
          first.open(at.chunk)
          for (let j = 0; j < vectors; j++) rows.store(rowOf(name), j, () => first.push(j))
        }
      },
      open({ neurons, width, at, rows }, { nodes, outputs: written }) {
        const make = (operand: Operand) => createReader(code, operand, size, width, at)
        const open = (operands: ReadonlyMap<string, Operand>, names: readonly string[], bits: boolean) =>
          openNamed(operands, names, bits, make, at)
        const [read, write] = [nodes.map(({ op, name }) => `${op} ${name}`), Object.keys(written)]
        const [numbers, spikesIn] = [open(leaves, read, false), open(leaves, read, true)]
        const [numbersOut, spikesOut] = [open(outputs, write, false), open(outputs, write, true)]
        const words = openWords(code, spikesIn, spikesOut, neurons, at)
        return {
          vector: (j) => ({
            read(node) {
              if (node.op === 'state') rows.push(rowOf(node.name!), j)
              else if (!words.push(node, j)) numbers.get(`${node.op} ${node.name}`)!.push(j)
            },
            write(name, push) {
              numbersOut.get(name)?.store(j, () => push('number'))
              if (spikesOut.has(name)) words.collect(name, j, push)
              if (initial.has(name)) rows.store(rowOf(name), j, () => push('number'))
            },
          }),
          done() {
            for (const [name, target] of spikesOut) words.store(name, target)
          },
        }
      },
      end({ width, vectors, at, rows }) {
        for (const [name, operand] of final) {
          const target = createReader(code, operand, size, width, at)
          target.open(at.chunk)
          for (let j = 0; j < vectors; j++) target.store(j, () => rows.push(rowOf(name), j))
        }
      },
    },
  )
}
