import { pushAdjoint } from './adjoints.ts'
import { type Code, i32 } from './assembler.ts'
import { emitLayered, type Layered, openNamed } from './layer-wide.ts'
import { createReader, type Operand, parameter } from './operands.ts'
import type { ReversePlaces } from './places.ts'
import { openWords } from './spike-bits.ts'

/** Emits a backward scan of a program that sees whole layers; its carried rows are the adjoints of the states and the sums. */
export function emitLayeredReverse(code: Code, places: ReversePlaces, size: number, layers: Layered): void {
  const { states, leaves, trajectories, signals, moving, final, carried, window } = places
  const { rowOf } = layers
  const sums = [...final.keys()].filter((name) => !states.includes(name))
  emitLayered(code, size, 'backward', layers, {
    begin({ width, vectors, at, rows }) {
      for (const name of [...states, ...sums]) {
        const operand = carried.get(name)
        const from = operand && createReader(code, operand, size, width, at)
        from?.open(at.chunk)
        for (let j = 0; j < vectors; j++) rows.store(rowOf(name), j, () => (from ? from.push(j) : code.f32x4(0)))
      }
    },
    step(visit, { time }) {
      if (window === undefined) return
      code
        .get(time)
        .i32(1)
        .do('i32.add')
        .get(parameter.args)
        .load('i32', 4 * window)
      code.do('i32.rem_u', 'i32.eqz', 'if')
      visit(({ vectors, rows }) => {
        for (const name of states) for (let j = 0; j < vectors; j++) rows.store(rowOf(name), j, () => code.f32x4(0))
      })
      code.do('end')
    },
    open({ neurons, width, at, rows }, { nodes, outputs }) {
      const make = (operand: Operand) => createReader(code, operand, size, width, at)
      const read = nodes.map(({ op, name }) => `${op} ${name}`)
      const numbers = openNamed(leaves, read, false, make, at)
      const spikesIn = openNamed(leaves, read, true, make, at)
      const adjoints = nodes.flatMap(({ op, name }) => (op === 'adjoint' ? [name!] : []))
      const given = openNamed(signals, adjoints, false, make, at)
      const written = openNamed(moving, Object.keys(outputs), false, make, at)
      const paths = new Map<string, number>()
      for (const [name, { before, first }] of trajectories) {
        if (!read.includes(`state ${name}`)) continue
        const [rest, start, from] = [make(before), make(first), code.local(i32)]
        rest.open(at.chunk, at.time)
        start.open(at.chunk)
        code.get(rest.pointer).i32(rest.stride).do('i32.sub').get(start.pointer).get(at.time).do('select').set(from)
        paths.set(name, from)
      }
      const words = openWords(code, spikesIn, new Map(), neurons, at)
      return {
        vector: (j) => ({
          read(node) {
            const name = node.name!
            if (node.op === 'state') code.get(paths.get(name)!).load('v128', 16 * j)
            else if (node.op === 'adjoint') {
              const carry = states.includes(name) ? () => rows.push(rowOf(name), j) : undefined
              pushAdjoint(code, given.get(name), carry, j)
            } else if (!words.push(node, j)) numbers.get(`${node.op} ${name}`)!.push(j)
          },
          write(name, push) {
            written.get(name)?.store(j, () => push('number'))
            if (states.includes(name)) rows.store(rowOf(name), j, () => push('number'))
            if (!sums.includes(name)) return
            rows.store(rowOf(name), j, () => {
              rows.push(rowOf(name), j)
              push('number')
              code.do('f32x4.add')
            })
          },
        }),
      }
    },
    end({ width, vectors, at, rows }) {
      for (const [name, operand] of final) {
        const target = createReader(code, operand, size, width, at)
        target.open(at.chunk)
        for (let j = 0; j < vectors; j++) target.store(j, () => rows.push(rowOf(name), j))
      }
    },
  })
}
