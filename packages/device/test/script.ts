import type { DeviceKernel, Expression, Operation, Statement } from '../src/ir.ts'

// The kernel language as JavaScript: its meaning, for tests, where there is no GPU.

/** Runs a group of a launch. */
export type RunGroup = (memory: ScriptMemory, args: Uint32Array, at: number, group: number) => void

export interface ScriptMemory {
  readonly reals: Float32Array
  readonly words: Uint32Array
}

const infix: Partial<Record<Operation, string>> = {
  add: '+',
  sub: '-',
  div: '/',
  rem: '%',
  and: '&',
  or: '|',
  xor: '^',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  eq: '===',
  ne: '!==',
}

function expression(e: Expression): string {
  switch (e.kind) {
    case 'constant':
      return Object.is(e.value, -0) ? '(-0)' : `(${e.value})`
    case 'variable':
      return `v${e.id}`
    case 'argument':
      return `${e.type === 'f32' ? 'AF' : 'A'}[at + ${e.parameter.at}]`
    case 'thread':
    case 'group':
      return e.kind
    case 'load':
      return `${e.from.type}[${place(e.from.at, e.index, e.from.type)}]`
    case 'get':
      return `m${e.from.id}[inside(${expression(e.index)}, ${e.from.size})]`
    case 'operation':
      return operation(e.op, e.type, e.args)
  }
}

const place = (at: number, index: Expression, heap: string) =>
  `inside(A[at + ${at}] + A[at + ${at + 1}] * 4294967296 + ${expression(index)}, ${heap}.length)`

function operation(op: Operation, type: string, args: readonly Expression[]): string {
  const [a, b, c] = args.map(expression) as [string, string, string]
  const isReal = args[0]!.type === 'f32'
  const rounded = (text: string) => (type === 'f32' ? `f(${text})` : `((${text}) >>> 0)`)
  switch (op) {
    case 'mul':
      return isReal ? `f(${a} * ${b})` : `(imul(${a}, ${b}) >>> 0)`
    case 'div':
      return isReal ? `f(${a} / ${b})` : `floor(${a} / ${b})`
    case 'min':
    case 'max':
      return `${op}(${a}, ${b})`
    case 'neg':
      return `(-${a})`
    case 'abs':
    case 'floor':
      return `${op}(${a})`
    case 'sqrt':
      return `f(sqrt(${a}))`
    case 'shiftLeft':
      return `((${a} << ${b}) >>> 0)`
    case 'shiftRight':
      return `(${a} >>> ${b})`
    case 'mulHigh':
      return `mulHigh(${a}, ${b})`
    case 'trailingZeros':
      return `(31 - clz32(${a} & -${a}))`
    case 'ones':
      return `ones(${a})`
    case 'not':
      return `(!${a})`
    case 'select':
      return `(${a} ? ${b} : ${c})`
    case 'toReal':
      return `f(${a})`
    case 'signedToReal':
      return `f(${a} | 0)`
    case 'toSigned':
      return `(trunc(${a}) >>> 0)`
    case 'asReal':
      return `asReal(${a})`
    case 'asWhole':
      return `asWhole(${a})`
    default: {
      if (type === 'bool') return `(${a} ${op === 'and' ? '&&' : op === 'or' ? '||' : infix[op]} ${b})`
      return rounded(`${a} ${infix[op]} ${b}`)
    }
  }
}

function statement(s: Statement): string {
  switch (s.do) {
    case 'declare':
      return `${s.fixed ? 'const' : 'let'} v${s.id} = ${expression(s.value)}`
    case 'set':
      return `v${s.id} = ${expression(s.value)}`
    case 'store':
      return `${s.to.type}[${place(s.to.at, s.index, s.to.type)}] = ${expression(s.value)}`
    case 'storeBit':
      return `if (${expression(s.live)} && ${expression(s.value)}) words[${place(s.to.at, s.index, 'words')}] |= 1 << (thread & 31)`
    case 'put':
      return `m${s.to.id}[inside(${expression(s.index)}, ${s.to.size})] = ${expression(s.value)}`
    case 'barrier':
      return 'yield'
    case 'multiplyTiles':
      // asked only of devices that say `products`
      throw new Error(`no ${s.format} here`)
    case 'if':
      return `if (${expression(s.condition)}) {\n${block(s.body)}\n} else {\n${block(s.otherwise)}\n}`
    case 'for':
      return `for (let v${s.id} = ${expression(s.from)}; v${s.id} < ${expression(s.to)}; v${s.id} += ${expression(s.step)}) {\n${block(s.body)}\n}`
    case 'while':
      return `while (${expression(s.condition)}) {\n${block(s.body)}\n}`
  }
}

const block = (statements: readonly Statement[]): string => statements.map(statement).join('\n')

const bits = new DataView(new ArrayBuffer(4))
// bound once: a lookup of a global is slow under jest
const { fround, imul, floor, min, max, abs, sqrt, clz32, trunc } = Math
const tools = {
  ...{ f: fround, imul, floor, min, max, abs, sqrt, clz32, trunc },
  mulHigh(a: number, b: number) {
    const [aLow, aHigh, bLow, bHigh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16]
    const middle = aHigh * bLow + ((imul(aLow, bLow) >>> 0) >>> 16)
    const low = (middle % 65536) + imul(aLow, bHigh)
    return (imul(aHigh, bHigh) + floor(middle / 65536) + ((low >>> 0) >>> 16)) >>> 0
  },
  asReal(x: number) {
    bits.setUint32(0, x)
    return bits.getFloat32(0)
  },
  asWhole(x: number) {
    bits.setFloat32(0, x)
    return bits.getUint32(0)
  },
  ones(x: number) {
    let count = 0
    for (let left = x; left !== 0; left &= left - 1) count++
    return count
  },
  inside(i: number, length: number) {
    if (!(i >= 0 && i < length)) throw new Error(`place ${i} of ${length}`)
    return i
  },
}

/** Compiles a kernel to JavaScript. Threads take turns at barriers; one that ends while others wait is an error. */
export function script({ threads, shared, body }: DeviceKernel): RunGroup {
  const text = block(body)
  const waits = /^yield$/m.test(text)
  const source = `const { ${Object.keys(tools).join(', ')} } = tools
return (reals, words, A, AF, at, group, shared) => {
const [${shared.map(({ id }) => `m${id}`).join(', ')}] = shared
return function${waits ? '*' : ''} (thread) {\n${text}\n}}`
  type Thread = (thread: number) => Generator<undefined> | undefined
  const make = new Function('tools', source)(tools) as (...given: unknown[]) => Thread
  return ({ reals, words }, args, at, group) => {
    const own = shared.map(({ type, size }) =>
      type === 'f32' ? new Float32Array(size).fill(Number.NaN) : new Uint32Array(size).fill(0x7f7f7f7f),
    )
    const thread = make(reals, words, args, new Float32Array(args.buffer), at, group, own)
    const running = Array.from({ length: threads }, (_, i) => thread(i))
    if (!waits) return
    for (let ended = 0; ended === 0; ) {
      ended = running.filter((one) => one!.next().done).length
      if (ended > 0 && ended < threads) throw new Error('some threads ended while others wait')
    }
  }
}
