import type { ScanBindings, Tensor } from '../backend.ts'
import { elementary } from '../equations/elementary.ts'
import { printJavaScript } from '../equations/javascript.ts'
import type { Kernel } from '../kernel.ts'
import { binder, bindLeaves, bindRandom, constantInTime, dataOf, initialState, reader } from './bindings.ts'
import { printDraws } from './draws.ts'
import { compiled, declareTemporaries, indent, prologue, tools } from './printed.ts'
import type { ArrayTensor } from './tensor.ts'

/** Where a result goes, and whether it is added to what is there. */
interface Target {
  readonly place: string
  readonly sign: '=' | '+='
}

/** Runs a scan forward in time with the state of all rows at hand. */
export function scan(kernel: Kernel, b: ScanBindings): void {
  const { bind, arrays, numbers, layout, declarations } = binder()
  const read = bindLeaves(bind, b)
  const random = bindRandom(bind, b.random)
  const carried = new Map<string, Target>()
  for (const state of kernel.states) {
    const place = bind(`state:${state}`, initialState(b.initial[state] as number | Tensor, b.batch, b.size), '[r + n]')
    read.set(`state:${state}`, place)
    carried.set(`state:${state}`, { place, sign: '=' })
  }
  const stored = new Map(
    Object.entries(b.outputs).map(([name, tensor]): [string, Target] => {
      ;(tensor as ArrayTensor).events = undefined
      const summed = constantInTime(tensor, b.steps)
      if (summed) dataOf(tensor).fill(0)
      const place = bind(`out:${name}`, dataOf(tensor), summed ? '[r + n]' : '[i + n]')
      return [name, { place, sign: summed ? '+=' : '=' }]
    }),
  )
  const run = compiled(kernel, layout.join(), () => {
    const { program, masks, draw, alone } = printDraws(kernel.program, b, read, random)
    const spikes = stored.get('spike')
    if (alone && spikes?.sign === '=' && stored.size === 1)
      return `${prologue}\n${declarations()}\n${alone(spikes.place.replace('[i + n]', ''))}`
    const body = printJavaScript(elementary(program), {
      read: reader(read, random),
      write: (name, value) =>
        [stored.get(name), carried.get(name)]
          .filter((target) => target !== undefined)
          .map(({ place, sign }) => `${place} ${sign} ${value}`)
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
