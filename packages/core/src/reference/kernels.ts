import type { MapBindings, RandomKey, ReverseBindings, ScanBindings, Tensor } from '../backend.ts'
import { elementary } from '../equations/elementary.ts'
import type { Node, Program } from '../equations/graph.ts'
import { printJavaScript } from '../equations/javascript.ts'
import type { Kernel } from '../kernel.ts'
import { bernoulliBlock, uniform } from '../random/index.ts'
import { separateDraws } from './draws.ts'
import { type ArrayTensor, sizeOf } from './tensor.ts'

type Arrays = Record<string, ArrayLike<number> & { [index: number]: number }>
type Run = (
  arrays: Arrays,
  numbers: Readonly<Record<string, number>>,
  steps: number,
  batch: number,
  size: number,
  tools: object,
) => void

/** What printed kernels call besides arithmetic. */
const [real, bits] = (() => {
  const buffer = new ArrayBuffer(4)
  return [new Float32Array(buffer), new Int32Array(buffer)]
})()
const tools = {
  exp2(n: number): number {
    bits[0] = (n + 127) << 23
    return real[0] as number
  },
  exponent(x: number): number {
    real[0] = x
    return (((bits[0] as number) >>> 23) & 255) - 127
  },
  significand(x: number): number {
    real[0] = x
    bits[0] = ((bits[0] as number) & 0x807fffff) | 0x3f800000
    return real[0] as number
  },
  winners(x: ArrayLike<number>, k: ArrayLike<number>, out: Float32Array): void {
    const order = Array.from({ length: x.length }, (_, i) => i).sort(
      (i, j) => (x[j] as number) - (x[i] as number) || i - j,
    )
    out.fill(0)
    for (const i of order.slice(0, k[0])) out[i] = 1
  },
  total(x: ArrayLike<number>, out: Float32Array): void {
    let sum = 0
    for (let n = 0; n < x.length; n++) sum = Math.fround(sum + (x[n] as number))
    out.fill(sum)
  },
  uniform,
  bernoulliBlock,
}

/** Kernels already printed, by kernel and by how its arguments are laid out. */
const printed = new WeakMap<Kernel, Map<string, Run>>()

/** Prints and compiles a kernel for one way of binding it, once. */
function compiled(kernel: Kernel, layout: string, print: () => string): Run {
  const runs = printed.get(kernel) ?? new Map<string, Run>()
  printed.set(kernel, runs)
  const run = runs.get(layout) ?? (new Function('A', 'S', 'T', 'B', 'N', 'tools', print()) as Run)
  runs.set(layout, run)
  return run
}

const prologue = `const f = Math.fround, { ${Object.keys(tools).join(', ')} } = tools`

/** Gathers arguments under short identifiers and remembers how each is laid out. */
function binder() {
  const arrays: Arrays = {}
  const numbers: Record<string, number> = {}
  const layout: string[] = []
  const names = new Map<string, string>()
  return {
    arrays,
    numbers,
    layout,
    declarations: () =>
      [
        ...Object.keys(arrays).map((id) => `const ${id} = A.${id}`),
        ...Object.keys(numbers).map((id) => `const ${id} = S.${id}`),
      ].join('\n'),
    /** Binds a value; `indexing` names how it is read, or '' for a number. Returns its identifier. */
    bind(role: string, value: number | ArrayLike<number>, indexing: string): string {
      const id = `${role.replace(/\W.*/, '')}${names.size}`
      names.set(role, id)
      layout.push(`${role}${indexing}`)
      if (typeof value === 'number') numbers[id] = value
      else arrays[id] = value as Arrays[string]
      return typeof value === 'number' ? id : `${id}${indexing}`
    },
  }
}

const dataOf = (tensor: Tensor) => (tensor as ArrayTensor).data
const constantInTime = (tensor: Tensor, steps: number): boolean => tensor.shape[0] === 1 && steps !== 1

/** Where leaves are read that scans of both directions share. `i` counts [T, B, N], `r` [B, N], `n` neurons, `t` time. */
function bindLeaves(bind: ReturnType<typeof binder>['bind'], b: ScanBindings | ReverseBindings): Map<string, string> {
  const read = new Map<string, string>()
  for (const [name, tensor] of Object.entries(b.inputs)) {
    read.set(
      `input:${name}`,
      bind(`input:${name}`, dataOf(tensor), constantInTime(tensor, b.steps) ? '[r + n]' : '[i + n]'),
    )
  }
  for (const [name, value] of Object.entries(b.setup)) {
    const bound = typeof value === 'number' ? Math.fround(value) : dataOf(value)
    read.set(`setup:${name}`, bind(`setup:${name}`, bound, typeof bound === 'number' ? '' : '[n]'))
  }
  for (const [name, tensor] of Object.entries(b.schedule)) {
    read.set(
      `schedule:${name}`,
      bind(`schedule:${name}`, dataOf(tensor), tensor.shape.length === 2 ? '[t * N + n]' : '[t]'),
    )
  }
  return read
}

/** The arguments that name a random number, but for time; the key's numbers are given to the kernel, so that one serves every step. */
function bindRandom(bind: ReturnType<typeof binder>['bind'], key: RandomKey | undefined): (place: string) => string {
  if (key === undefined) return () => 'NaN'
  const [seed, stream, step, first] = (['seed', 'stream', 'step', 'place'] as const).map((part) =>
    bind(part, key[part], ''),
  )
  return (place) => `${seed}, ${stream}, ${first} + ${place}, ${step}, b, n`
}

/** A state before the first step, spread over [B, N]. */
export function initialState(value: number | Tensor, batch: number, size: number): Float32Array {
  const state = new Float32Array(batch * size)
  if (typeof value === 'number') return state.fill(value)
  const values = dataOf(value)
  for (let at = 0; at < state.length; at += values.length) state.set(values, at)
  return state
}

function reader(read: ReadonlyMap<string, string>, random: (place: string) => string): (node: Node) => string {
  return (node) =>
    node.op === 'uniform' ? `uniform(${random(node.name as string)}, t)` : (read.get(`${node.op}:${node.name}`) ?? '0')
}

/** Text that, once in 16 steps, draws the spikes of the next 16 for every neuron of a sample; and where the program reads them. */
function printDraws(program: Program, b: ScanBindings, read: Map<string, string>, random: (place: string) => string) {
  const isConstant = ({ op, name }: Node) =>
    op === 'setup' || (op === 'input' && constantInTime(b.inputs[name!]!, b.steps))
  const separated = separateDraws(program, isConstant)
  const drawn = separated.draws.map(({ place, probability }, k) => {
    read.set(`input:draw:${k}`, `(D${k}[r + n] >>> (t & 15) & 1)`)
    const write = (_: string, p: string) => `D${k}[r + n] = bernoulliBlock(${random(place)}, t >>> 4, ${p})`
    return printJavaScript(elementary(probability), { read: reader(read, random), write }).text
  })
  return {
    program: separated.program,
    masks: separated.draws.map((_, k) => `const D${k} = new Uint16Array(B * N)`).join('\n'),
    draw: drawn.length === 0 ? '' : `if ((t & 15) === 0) {\n${drawn.join('\n')}\n}`,
  }
}

const declareTemporaries = (names: readonly string[]): string =>
  names.map((name) => `const ${name} = new Float32Array(N)`).join('\n')
const indent = (text: string): string => text.replace(/^/gm, '    ')

/** Runs a scan forward in time with the state of all rows at hand. */
export function scan(kernel: Kernel, b: ScanBindings): void {
  const { bind, arrays, numbers, layout, declarations } = binder()
  const read = bindLeaves(bind, b)
  const random = bindRandom(bind, b.random)
  const carried = new Map<string, string>()
  for (const state of kernel.states) {
    const place = bind(`state:${state}`, initialState(b.initial[state] as number | Tensor, b.batch, b.size), '[r + n]')
    read.set(`state:${state}`, place)
    carried.set(`state:${state}`, place)
  }
  const stored = new Map(
    Object.entries(b.outputs).map(([name, tensor]) => {
      ;(tensor as ArrayTensor).events = undefined
      return [name, bind(`out:${name}`, dataOf(tensor), '[i + n]')]
    }),
  )
  const run = compiled(kernel, layout.join(), () => {
    const { program, masks, draw } = printDraws(kernel.program, b, read, random)
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
    const first = bind(`first:${state}`, initialState(b.initial[state] as number | Tensor, b.batch, b.size), '')
    const rest = bind(`rest:${state}`, dataOf(trajectory), '')
    const name = `before${previous.length}`
    previous.push(`const ${name} = t > 0 ? ${rest} : ${first}`)
    read.set(`state:${state}`, `${name}[p + n]`)
  }
  const carries = new Map<string, string>()
  for (const state of kernel.states) {
    const output = b.outputs[`state:${state}`]
    const carry = output === undefined ? new Float32Array(rows) : dataOf(output).fill(0)
    carries.set(`state:${state}`, bind(`carry:${state}`, carry, '[r + n]'))
  }
  for (const name of new Set([...Object.keys(b.signals), ...carries.keys()])) {
    const tensor = b.signals[name]
    const signal =
      tensor && bind(`signal:${name}`, dataOf(tensor), constantInTime(tensor, b.steps) ? '[r + n]' : '[i + n]')
    const terms = [signal, carries.get(name)].filter((term) => term !== undefined)
    read.set(`adjoint:${name}`, terms.length === 2 ? `f(${terms.join(' + ')})` : (terms[0] as string))
  }
  const writes = new Map<string, (value: string) => string>()
  for (const [name, tensor] of Object.entries(b.outputs)) {
    if (carries.has(name)) continue
    const summed = name.startsWith('setup:') || constantInTime(tensor, b.steps)
    if (summed) dataOf(tensor).fill(0)
    ;(tensor as ArrayTensor).events = undefined
    const place = bind(`out:${name}`, dataOf(tensor), summed ? '[r + n]' : '[i + n]')
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

/** Runs a program once over arrays of one shape, states in place. */
export function map(kernel: Kernel, b: MapBindings): void {
  const { bind, arrays, numbers, layout, declarations } = binder()
  const read = new Map<string, string>()
  const write = new Map<string, string>()
  for (const [name, tensor] of Object.entries(b.inputs))
    read.set(`input:${name}`, bind(`input:${name}`, dataOf(tensor), '[n]'))
  for (const [name, value] of Object.entries(b.setup)) {
    const bound = typeof value === 'number' ? Math.fround(value) : dataOf(value)
    read.set(`setup:${name}`, bind(`setup:${name}`, bound, typeof bound === 'number' ? '' : '[n]'))
  }
  for (const [name, tensor] of Object.entries(b.states)) {
    const place = bind(`state:${name}`, dataOf(tensor), '[n]')
    read.set(`state:${name}`, place)
    write.set(`state:${name}`, place)
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
