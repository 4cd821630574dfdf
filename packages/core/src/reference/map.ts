import type { MapBindings } from '../backend.ts'
import { elementary } from '../equations/elementary.ts'
import { printJavaScript } from '../equations/javascript.ts'
import type { Kernel } from '../kernel.ts'
import { sizeOf } from '../shape.ts'
import { binder, bindRandom, boundValue, dataOf, reader } from './bindings.ts'
import { compiled, declareTemporaries, prologue, tools } from './printed.ts'
import type { ArrayTensor } from './tensor.ts'

/** Runs a program once over arrays of one shape, states in place. */
export function map(kernel: Kernel, b: MapBindings): void {
  const { bind, arrays, numbers, layout, declarations } = binder()
  const read = new Map<string, string>()
  const write = new Map<string, string>()
  for (const [name, tensor] of Object.entries(b.inputs))
    read.set(`input ${name}`, bind(`input ${name}`, dataOf(tensor), '[n]'))
  for (const [name, value] of Object.entries(b.setup))
    read.set(`setup ${name}`, bind(`setup ${name}`, boundValue(value), typeof value === 'number' ? '' : '[n]'))
  for (const [name, tensor] of Object.entries(b.states)) {
    const place = bind(`state ${name}`, dataOf(tensor), '[n]')
    read.set(`state ${name}`, place)
    write.set(name, place)
    ;(tensor as ArrayTensor).events = undefined
  }
  const random = bindRandom(bind, b.random)
  const run = compiled(kernel, layout.join(), () => {
    const body = printJavaScript(elementary(kernel.program), {
      read: reader(read, random),
      write: (name, value) => (write.has(name) ? `${write.get(name)} = ${value}` : ''),
    })
    return `${prologue}\n${declarations()}\nconst t = 0, b = 0\n${declareTemporaries(body.temporaries)}\n${body.text}`
  })
  const [first] = [...Object.values(b.states), ...Object.values(b.inputs)]
  run(arrays, numbers, 1, 1, sizeOf(first?.shape ?? []), tools)
}
