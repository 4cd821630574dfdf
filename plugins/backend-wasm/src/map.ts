import type { Kernel, MapBindings } from '@hillock/core/backend'
import { elementary } from '@hillock/core/equations'
import type { Tensor } from '@hillock/core/learner'
import { createCode, i32, v128 } from './assembler.ts'
import { createVariables, emitProgram } from './expressions.ts'
import type { KernelCache } from './kernel-cache.ts'
import type { Block } from './layout.ts'
import type { Machine } from './machine.ts'
import { createOperands, parameter } from './operands.ts'
import { drawFlat } from './random.ts'

/** Bytes that a thread takes at once. */
const unit = 4096

/** Runs a program once over arrays of one shape, states in place; what lies between the neurons is computed along. */
export function map(machine: Machine, cache: KernelCache, kernel: Kernel, b: MapBindings): void {
  const arrays = [...Object.values(b.states), ...Object.values(b.inputs)] as Block[]
  const [first] = arrays
  if (first === undefined || first.bytes === 0) return
  const drawn = drawFlat(machine, kernel, first, b.random)
  const operands = createOperands()
  const bytes = operands.plain(first.bytes)
  const read = new Map<string, { local: number; slot: number; spread: boolean }>()
  const code = createCode()
  const bind = (role: string, value: number | Tensor, written = false) => {
    const { slot } = operands[written ? 'output' : 'value'](role, value as Tensor, 'filled')
    read.set(role, {
      slot,
      spread: typeof value === 'number',
      local: code.local(typeof value === 'number' ? v128 : i32),
    })
  }
  for (const [name, value] of Object.entries(b.inputs)) bind(`input ${name}`, value)
  for (const [leaf, value] of Object.entries(drawn)) bind(leaf, value)
  for (const [name, value] of Object.entries(b.setup)) bind(`setup ${name}`, value)
  for (const [name, value] of Object.entries(b.states)) bind(`state ${name}`, value, true)
  const id = cache.function(kernel, operands.layout.join(), () => {
    const program = elementary(kernel.program)
    const variables = createVariables(code, program)
    const [offset, end] = [code.local(i32), code.local(i32)]
    for (const { slot, spread, local } of read.values()) {
      code
        .get(parameter.args)
        .load(spread ? 'splat' : 'i32', 4 * slot)
        .set(local)
    }
    code.get(parameter.from).i32(unit).do('i32.mul').set(offset)
    code.get(parameter.to).i32(unit).do('i32.mul').set(end)
    const whole = () => code.get(parameter.args).load('i32', 4 * bytes)
    code.get(end)
    whole()
    code.get(end)
    whole().do('i32.lt_u', 'select').set(end)
    const address = (local: number) => code.get(local).get(offset).do('i32.add')
    code.do('loop')
    emitProgram(code, program, variables, {
      read({ op, name }) {
        const { local, spread } = read.get(`${op} ${name}`)!
        if (spread) code.get(local)
        else address(local).load('v128')
      },
      write(name, push) {
        const target = read.get(`state ${name}`)
        if (target === undefined) return
        address(target.local)
        push('number')
        code.store('v128')
      },
    })
    code.get(offset).i32(16).do('i32.add').set(offset)
    code.get(offset).get(end).do('i32.lt_u').branchIf(0).do('end')
    return code
  })
  machine.enqueue(id, Math.ceil(first.bytes / unit), operands.values, operands.access())
}
