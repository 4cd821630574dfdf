import { type Kernel, placeOf, type ReverseBindings, type ScanBindings } from '@hillock/core/backend'
import { elementary } from '@hillock/core/equations'
import type { Tensor } from '@hillock/core/learner'
import { pushAdjoint } from './adjoints.ts'
import { type Code, createCode, i32, v128 } from './assembler.ts'
import { bindInputs } from './bind-inputs.ts'
import { createVariables, emitProgram } from './expressions.ts'
import type { KernelCache } from './kernel-cache.ts'
import { enqueueLayered, layered } from './layer-wide.ts'
import { emitLayeredReverse } from './layer-wide-reverse.ts'
import { type Block, paddedSize, panelsOf } from './layout.ts'
import type { Machine } from './machine.ts'
import { createOperands, createReader, type Operand, parameter, type Reader, vectorsAtOnce } from './operands.ts'
import { emitChunks, emitPanels, emitTime, type Position } from './panels.ts'
import type { ReversePlaces } from './places.ts'
import { drawAhead, writeBits } from './random.ts'
import { scan } from './scan.ts'
import { openWords } from './spike-bits.ts'

/** Runs a program backward in time: each thread takes panels of samples and carries the adjoints of their states in registers. */
export function reverse(machine: Machine, cache: KernelCache, kernel: Kernel, b: ReverseBindings): void {
  const run = (inner: Kernel, bindings: ScanBindings) => scan(machine, cache, inner, bindings)
  for (const tensor of Object.values(b.inputs)) writeBits(machine, tensor as Block)
  const drawn = drawAhead(machine, cache, kernel, b, run)
  if (drawn === 'done') return
  const { program } = drawn
  const operands = createOperands()
  operands.plain(b.steps)
  operands.plain(b.batch)
  const leaves = bindInputs(machine, operands, cache, b, drawn)
  const needed = kernel.states.filter((name) => program.nodes.some((node) => node.op === 'state' && node.name === name))
  const trajectories = new Map(
    needed.map((name) => {
      const before = operands.value(`before ${name}`, b.states[name]!, 'moving')
      return [name, { before, first: bindFirst(machine, operands, name, b.initial[name]!) }] as const
    }),
  )
  const signals = new Map(
    Object.entries(b.signals).map(
      ([name, tensor]) => [name, operands.value(`signal ${name}`, tensor, placeOf(tensor, b.steps))] as const,
    ),
  )
  const moving = new Map<string, Operand>()
  const final = new Map<string, Operand>()
  for (const [name, tensor] of Object.entries(b.outputs)) {
    const place = placeOf(tensor, b.steps)
    ;(place === 'moving' ? moving : final).set(name, operands.output(`out ${name}`, tensor, place))
  }
  const carried = new Map(
    Object.entries(b.final ?? {}).map(
      ([name, tensor]) => [name, operands.value(`final ${name}`, tensor, 'row')] as const,
    ),
  )
  const window = b.window === undefined ? undefined : operands.plain(b.window)
  const sums = [...final.keys()].filter((name) => !kernel.states.includes(name))
  const rows = [...kernel.states, ...sums]
  const layers = kernel.layerScope ? layered(machine, cache, operands, program, rows, b) : undefined
  const layout = `${b.size} ${window !== undefined} ${operands.layout.join()}`
  const id = cache.function(kernel, layout, () => {
    const code = createCode()
    const places = {
      program: elementary(program),
      states: kernel.states,
      leaves,
      trajectories,
      signals,
      moving,
      final,
      carried,
      window,
    }
    if (layers) emitLayeredReverse(code, places, b.size, layers)
    else emitPanels(code, b.size, (neurons, at) => emitReverse(code, places, b.size, neurons, at))
    return code
  })
  if (layers) enqueueLayered(machine, id, operands, layers, b.batch)
  else machine.enqueue(id, b.batch * panelsOf(b.size), operands.values, operands.access(b.batch))
}

/** The state before the first step, always in memory: the loop reads it from a pointer like the others. */
function bindFirst(
  machine: Machine,
  operands: ReturnType<typeof createOperands>,
  name: string,
  value: number | Tensor,
): Operand {
  if (typeof value !== 'number')
    return operands.value(`first ${name}`, value, value.shape.length === 1 ? 'neuron' : 'row')
  const address = machine.constant(value)
  return operands.value(`first ${name}`, { address } as unknown as Tensor, 'filled')
}

function emitReverse(code: Code, places: ReversePlaces, size: number, neurons: number, at: Position): void {
  const width = paddedSize(neurons)
  const { program, states, leaves, trajectories, signals, moving, final, carried, window } = places
  const sums = [...final.keys()].filter((name) => !states.includes(name))
  const vectors = vectorsAtOnce(width, states.length + sums.length, program.nodes.length)
  const reader = (operand: Operand): Reader => createReader(code, operand, size, width, at, 'backward')
  const group = (operands: ReadonlyMap<string, Operand>, bits = false) =>
    new Map(
      [...operands]
        .filter(([, { place }]) => (place === 'bits') === bits)
        .map(([name, operand]) => [name, reader(operand)]),
    )
  const registers = (names: readonly string[]) =>
    new Map(names.map((name) => [name, Array.from({ length: vectors }, () => code.local(v128))]))
  const [read, spikesIn, given, written, last] = [
    group(leaves),
    group(leaves, true),
    group(signals),
    group(moving),
    group(final),
  ]
  const later = new Map([...carried].map(([name, operand]) => [name, createReader(code, operand, size, width, at)]))
  const paths = new Map(
    [...trajectories].map(([name, { before, first }]) => [
      name,
      { before: reader(before), first: reader(first), from: code.local(i32) },
    ]),
  )
  const carries = registers(states)
  const totals = registers(sums)
  const variables = createVariables(code, program)
  const walking = [read, spikesIn, given, written].flatMap((map) => [...map.values()])
  const held = [...carries.values(), ...totals.values()].flat()
  const clear = (locals: readonly number[]) => {
    for (const local of locals) code.f32x4(0).set(local)
  }

  emitChunks(code, width, vectors, at, () => {
    for (const each of [...walking, ...last.values()]) each.open(at.chunk)
    for (const { before, first } of paths.values()) {
      before.open(at.chunk)
      first.open(at.chunk)
      code.get(before.pointer).i32(before.stride).do('i32.sub').set(before.pointer)
    }
    clear(held)
    for (const [name, from] of later) {
      from.open(at.chunk)
      for (const [j, local] of carries.get(name)!.entries()) {
        from.push(j)
        code.set(local)
      }
    }
    emitTime(code, 'backward', at, () => {
      if (window !== undefined) {
        code
          .get(at.time)
          .i32(1)
          .do('i32.add')
          .get(parameter.args)
          .load('i32', 4 * window)
        code.do('i32.rem_u', 'i32.eqz', 'if')
        clear([...carries.values()].flat())
        code.do('end')
      }
      for (const { before, first, from } of paths.values()) {
        code.get(before.pointer).get(first.pointer).get(at.time).do('select').set(from)
      }
      const words = openWords(code, spikesIn, new Map(), neurons, at)
      for (let j = 0; j < vectors; j++) {
        emitProgram(code, program, variables, {
          read(node) {
            const path = node.op === 'state' ? paths.get(node.name!) : undefined
            if (path) code.get(path.from).load('v128', 16 * j)
            else if (node.op === 'adjoint') {
              const carry = carries.get(node.name!)?.[j]
              pushAdjoint(code, given.get(node.name!), carry === undefined ? undefined : () => code.get(carry), j)
            } else if (!words.push(node, j)) read.get(`${node.op} ${node.name}`)!.push(j)
          },
          write(name, push) {
            written.get(name)?.store(j, () => push('number'))
            const [carry, total] = [carries.get(name)?.[j], totals.get(name)?.[j]]
            if (carry === undefined && total === undefined) return
            if (total !== undefined) code.get(total)
            push('number')
            if (total !== undefined) code.do('f32x4.add').set(total)
            else code.set(carry!)
          },
        })
      }
      const pointers = [...walking, ...[...paths.values()].map(({ before }) => before)]
      for (const { pointer, stride } of pointers)
        if (stride > 0) code.get(pointer).i32(stride).do('i32.sub').set(pointer)
    })
    for (const [name, target] of last) {
      const locals = (totals.get(name) ?? carries.get(name))!
      for (const [j, local] of locals.entries()) target.store(j, () => code.get(local))
    }
  })
}
