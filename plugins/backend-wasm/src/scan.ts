import { type Kernel, placeOf, type ScanBindings } from '@hillock/core/backend'
import { elementary } from '@hillock/core/equations'
import type { Tensor } from '@hillock/core/learner'
import { type Code, createCode, v128 } from './assembler.ts'
import { bindInputs } from './bind-inputs.ts'
import { createVariables, emitProgram } from './expressions.ts'
import type { KernelCache } from './kernel-cache.ts'
import { enqueueLayered, layered } from './layer-wide.ts'
import { emitLayeredScan } from './layer-wide-scan.ts'
import { type Block, paddedSize, panelsOf } from './layout.ts'
import type { Machine } from './machine.ts'
import { createOperands, createReader, type Operand, vectorsAtOnce } from './operands.ts'
import { emitChunks, emitPanels, emitTime, type Position } from './panels.ts'
import type { ScanPlaces } from './places.ts'
import { drawAhead, forgetLists, writeBits } from './random.ts'
import { openWords } from './spike-bits.ts'

/** Runs a program forward in time: each thread takes panels of samples and carries their states in registers. */
export function scan(machine: Machine, cache: KernelCache, kernel: Kernel, b: ScanBindings): void {
  const only = Object.keys(b.outputs).length === 1 ? b.outputs.spike : undefined
  const run = (inner: Kernel, bindings: ScanBindings) => scan(machine, cache, inner, bindings)
  for (const tensor of Object.values(b.outputs)) forgetLists(machine, tensor as Block)
  for (const tensor of Object.values(b.inputs)) writeBits(machine, tensor as Block)
  const drawn = drawAhead(machine, cache, kernel, b, run, only)
  if (drawn === 'done') return
  const { program } = drawn
  const operands = createOperands()
  operands.plain(b.steps)
  operands.plain(b.batch)
  const leaves = bindInputs(machine, operands, cache, b, drawn)
  const initial = new Map(
    kernel.states.map((name) => {
      const value = b.initial[name]!
      return [name, operands.value(`initial ${name}`, value, placeOf(value, b.steps))] as const
    }),
  )
  const written = (role: string, tensors: Readonly<Record<string, Tensor>> = {}) =>
    new Map(
      Object.entries(tensors).map(
        ([name, tensor]) => [name, operands.output(`${role} ${name}`, tensor, placeOf(tensor, b.steps))] as const,
      ),
    )
  const [outputs, final] = [written('out', b.outputs), written('final', b.final)]
  const places = () => ({ program: elementary(program), leaves, initial, outputs, final })
  const layers = kernel.layerScope ? layered(machine, cache, operands, program, kernel.states, b) : undefined
  const id = cache.function(kernel, `${b.size} ${operands.layout.join()}`, () => {
    const code = createCode()
    if (layers) emitLayeredScan(code, places(), b.size, layers)
    else emitPanels(code, b.size, (neurons, at) => emitScan(code, places(), b.size, neurons, at))
    return code
  })
  if (layers) enqueueLayered(machine, id, operands, layers, b.batch)
  else machine.enqueue(id, b.batch * panelsOf(b.size), operands.values, operands.access(b.batch))
}

function emitScan(
  code: Code,
  { program, leaves, initial, outputs, final }: ScanPlaces,
  size: number,
  neurons: number,
  at: Position,
): void {
  const width = paddedSize(neurons)
  // What is a state's new value stands in its registers at the end; anything else is kept as if it were one.
  const stateOf = (name: string) =>
    [...initial.keys()].find((state) => program.outputs[state] === program.outputs[name])
  // Of which the last step alone is wanted is written when all are done.
  const last = new Map(
    [...outputs].flatMap(([name, { place }]) => (place === 'still' ? [[name, stateOf(name)] as const] : [])),
  )
  const extra = [...last].flatMap(([name, state]) => (state === undefined ? [name] : []))
  const vectors = vectorsAtOnce(width, initial.size + extra.length, program.nodes.length)
  const readers = (operands: ReadonlyMap<string, Operand>, bits: boolean) =>
    new Map(
      [...operands]
        .filter(([, { place }]) => (place === 'bits') === bits)
        .map(([name, operand]) => [name, createReader(code, operand, size, width, at)]),
    )
  const [read, spikesIn] = [readers(leaves, false), readers(leaves, true)]
  const [written, spikesOut] = [readers(outputs, false), readers(outputs, true)]
  const [first, after] = [readers(initial, false), readers(final, false)]
  const registers = (names: Iterable<string>) =>
    new Map(Array.from(names, (name) => [name, Array.from({ length: vectors }, () => code.local(v128))] as const))
  const [states, kept] = [registers(first.keys()), registers(extra)]
  const variables = createVariables(code, program)
  const all = [read, spikesIn, written, spikesOut].flatMap((group) => [...group.values()])

  emitChunks(code, width, vectors, at, () => {
    for (const each of [...all, ...first.values(), ...after.values()]) each.open(at.chunk)
    for (const [name, locals] of states) {
      locals.forEach((local, j) => {
        first.get(name)!.push(j)
        code.set(local)
      })
    }
    emitTime(code, 'forward', at, () => {
      const words = openWords(code, spikesIn, spikesOut, neurons, at)
      for (let j = 0; j < vectors; j++) {
        emitProgram(code, program, variables, {
          read(node) {
            if (node.op === 'state') code.get(states.get(node.name!)![j]!)
            else if (!words.push(node, j)) read.get(`${node.op} ${node.name}`)!.push(j)
          },
          write(name, push) {
            if (!last.has(name)) written.get(name)?.store(j, () => push('number'))
            const own = kept.get(name)?.[j]
            if (own !== undefined) {
              push('number')
              code.set(own)
            }
            if (spikesOut.has(name)) words.collect(name, j, push)
            const carried = states.get(name)?.[j]
            if (carried === undefined) return
            push('number')
            code.set(carried)
          },
        })
      }
      for (const [name, target] of spikesOut) words.store(name, target)
      for (const { pointer, stride } of all) if (stride > 0) code.get(pointer).i32(stride).do('i32.add').set(pointer)
    })
    for (const [name, state] of last) {
      const locals = state === undefined ? kept.get(name)! : states.get(state)!
      for (const [j, local] of locals.entries()) written.get(name)!.store(j, () => code.get(local))
    }
    for (const [name, target] of after)
      for (const [j, local] of states.get(name)!.entries()) target.store(j, () => code.get(local))
  })
}
