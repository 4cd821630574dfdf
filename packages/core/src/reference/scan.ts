import type { ScanBindings, Tensor } from '../backend.ts'
import { elementary } from '../equations/elementary.ts'
import { printJavaScript } from '../equations/javascript.ts'
import type { Kernel } from '../kernel.ts'
import { binder, bindLeaves, bindRandom, dataOf, indexOf, initialState, reader } from './bindings.ts'
import { printDraws } from './draws.ts'
import { compiled, declareTemporaries, indent, prologue, tools } from './printed.ts'
import type { ArrayTensor } from './tensor.ts'

/** Runs a scan forward in time with the state of all rows at hand. */
export function scan(kernel: Kernel, b: ScanBindings): void {
  const { bind, arrays, numbers, layout, declarations } = binder()
  const read = bindLeaves(bind, b)
  const random = bindRandom(bind, b.random)
  const carried = new Map<string, string>()
  for (const state of kernel.states) {
    const values = initialState(b.initial[state] as number | Tensor, b.batch, b.size, b.final?.[state])
    const place = bind(`state ${state}`, values, '[r + n]')
    read.set(`state ${state}`, place)
    carried.set(state, place)
  }
  const stored = new Map(
    Object.entries(b.outputs).map(([name, tensor]) => {
      ;(tensor as ArrayTensor).events = undefined
      // A tensor of one step is written at each, and so keeps the last.
      return [name, bind(`out ${name}`, dataOf(tensor), indexOf(tensor, b.steps))]
    }),
  )
  const run = compiled(kernel, layout.join(), () => {
    const { program, masks, draw, alone } = printDraws(kernel.program, b, read, random)
    const spikes = stored.get('spike')
    if (alone && spikes?.endsWith('[i + n]') && stored.size === 1)
      return `${prologue}\n${declarations()}\n${alone(spikes.replace('[i + n]', ''))}`
    const body = printJavaScript(elementary(program), {
      read: reader(read, random),
      write: (name, value) =>
        [stored.get(name), carried.get(name)]
          .filter((place) => place !== undefined)
          .map((place) => `${place} = ${value}`)
          .join('; '),
    })
    return `${prologue}
${declarations()}
${masks}
${declareTemporaries(body.temporaries)}
for (let t = 0, i = 0; t < T; t++) {
  for (let b = 0, r = 0; b < B; b++, i += N, r += N) {
${indent(draw)}
${indent(body.text)}
  }
}`
  })
  run(arrays, numbers, b.steps, b.batch, b.size, tools)
}
