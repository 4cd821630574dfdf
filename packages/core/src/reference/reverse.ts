import type { ReverseBindings, Tensor } from '../backend.ts'
import { elementary } from '../equations/elementary.ts'
import { printJavaScript } from '../equations/javascript.ts'
import type { Kernel } from '../kernel.ts'
import { binder, bindLeaves, bindRandom, dataOf, indexOf, initialState, reader } from './bindings.ts'
import { compiled, declareTemporaries, indent, prologue, tools } from './printed.ts'
import type { ArrayTensor } from './tensor.ts'

/** Runs a scan backward in time, the adjoints of all states at hand. */
export function reverse(kernel: Kernel, b: ReverseBindings): void {
  const { bind, arrays, numbers, layout, declarations } = binder()
  const read = bindLeaves(bind, b)
  const random = bindRandom(bind, b.random)
  const rows = b.batch * b.size
  const previous: string[] = []
  for (const state of kernel.states) {
    const trajectory = b.states[state]
    if (trajectory === undefined) continue
    const first = bind(`first ${state}`, initialState(b.initial[state] as number | Tensor, b.batch, b.size), '')
    const rest = bind(`rest ${state}`, dataOf(trajectory), '')
    const name = `before${previous.length}`
    previous.push(`const ${name} = t > 0 ? ${rest} : ${first}`)
    read.set(`state ${state}`, `${name}[p + n]`)
  }
  const carries = new Map<string, string>()
  for (const state of kernel.states) {
    const [output, final] = [b.outputs[state], b.final?.[state]]
    const carry = output === undefined ? new Float32Array(rows) : dataOf(output).fill(0)
    if (final !== undefined) carry.set(dataOf(final))
    carries.set(state, bind(`carry ${state}`, carry, '[r + n]'))
  }
  for (const name of new Set([...Object.keys(b.signals), ...carries.keys()])) {
    const tensor = b.signals[name]
    const signal = tensor && bind(`signal ${name}`, dataOf(tensor), indexOf(tensor, b.steps))
    const terms = [signal, carries.get(name)].filter((term) => term !== undefined)
    read.set(`adjoint ${name}`, terms.length === 2 ? `f(${terms.join(' + ')})` : (terms[0] as string))
  }
  const writes = new Map<string, (value: string) => string>()
  for (const [name, tensor] of Object.entries(b.outputs)) {
    if (carries.has(name)) continue
    const index = indexOf(tensor, b.steps)
    const summed = index === '[r + n]'
    if (summed) dataOf(tensor).fill(0)
    ;(tensor as ArrayTensor).events = undefined
    const place = bind(`out ${name}`, dataOf(tensor), index)
    writes.set(name, (value) => (summed ? `${place} += ${value}` : `${place} = ${value}`))
  }
  for (const [name, place] of carries) writes.set(name, (value) => `${place} = ${value}`)
  const window = bind('window', b.window ?? 0, '')
  const run = compiled(kernel, layout.join(), () => {
    const body = printJavaScript(elementary(kernel.program), {
      read: reader(read, random),
      write: (name, value) => writes.get(name)?.(value) ?? '',
    })
    const forget = [...carries.values()].map((place) => `${place.replace('[r + n]', '')}.fill(0)`).join('; ')
    return `${prologue}
${declarations()}
${declareTemporaries(body.temporaries)}
for (let t = T - 1; t >= 0; t--) {
  if (${window} > 0 && (t + 1) % ${window} === 0) { ${forget} }
  ${previous.join('; ')}
  for (let b = 0, r = 0, i = t * B * N, p = t > 0 ? (t - 1) * B * N : 0; b < B; b++, i += N, r += N, p += N) {
${indent(body.text)}
  }
}`
  })
  run(arrays, numbers, b.steps, b.batch, b.size, tools)
}
