import { type Instruction, type Module, parsePtx } from './parse.ts'
import { bf16, type Fragments, multiplyTiles, tf32 } from './tiles.ts'

// PTX as JavaScript: each kernel becomes a generator for one thread, which stops at barriers, votes and products of tiles. No simulator of a GPU: threads take
// turns, groups follow each other, memory is one array whose first byte has address 0.

/** Runs a group. */
export type RunGroup = (memory: Memory, args: number, group: number) => void

export interface Memory {
  readonly reals: Float32Array
  readonly words: Uint32Array
}

const { fround, imul, floor, min, max, abs, sqrt, clz32, trunc } = Math
const bits = new DataView(new ArrayBuffer(4))
const tools = {
  ...{ f: fround, imul, floor, min, max, abs, sqrt, clz32, tf32, bf16 },
  real(word: number) {
    bits.setUint32(0, word)
    return bits.getFloat32(0)
  },
  word(real: number) {
    bits.setFloat32(0, real)
    return bits.getUint32(0)
  },
  signed: (real: number) => (Number.isNaN(real) ? 0 : max(-2147483648, min(2147483647, trunc(real)))) >>> 0,
  mulHigh(a: number, b: number) {
    const [aLow, aHigh, bLow, bHigh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16]
    const middle = aHigh * bLow + ((imul(aLow, bLow) >>> 0) >>> 16)
    const low = (middle % 65536) + aLow * bHigh
    return (imul(aHigh, bHigh) + floor(middle / 65536) + floor(low / 65536)) >>> 0
  },
  reversed(word: number) {
    let result = 0
    for (let i = 0; i < 32; i++) result = (result << 1) | ((word >>> i) & 1)
    return result >>> 0
  },
  ones(word: number) {
    let count = 0
    for (let left = word; left !== 0; left &= left - 1) count++
    return count
  },
  /** The number of a word of memory. */
  at(address: number, length: number) {
    if (!(address >= 256 && address < 4 * length) || address % 4 !== 0) throw new Error(`illegal address ${address}`)
    return address / 4
  },
}

const comparisons: Readonly<Record<string, string>> = { lt: '<', le: '<=', gt: '>', ge: '>=', eq: '===' }
const specials: Readonly<Record<string, string>> = { '%tid.x': 'thread', '%ctaid.x': 'group', '[p0]': 'args' }

/** An instruction as a statement; `yield` says what a thread gives and takes the answer. */
function translate({ opcode, operands }: Instruction, { shared, labels }: Module): string {
  const value = (operand: string): string => {
    const inner = operand.replace(/^\[|\]$/g, '')
    if (specials[operand]) return specials[operand]
    if (inner.includes('+')) return inner.split('+').map(value).join(' + ')
    if (inner.startsWith('%')) return inner.slice(1)
    if (inner.startsWith('0f')) return `real(0x${inner.slice(2)})`
    if (shared.has(inner)) return String(shared.get(inner))
    if (/^(0x[\da-f]+|\d+)$/.test(inner)) return inner
    throw new Error(`PTX: ${opcode} ${operands}`)
  }
  if (opcode === 'bra') return `pc = ${labels.get(operands[0]!)}; continue`
  if (opcode === 'ret') return 'return'
  if (opcode === 'bar.sync') return "yield 'barrier'"
  if (opcode.startsWith('mma.')) {
    const all = operands.map(value)
    const format = opcode.includes('tf32') ? 'tf32' : 'bf16'
    const given = `{ format: '${format}', words: [${all.slice(4, 10)}], sums: [${all.slice(10)}] }`
    return `;[${all.slice(0, 4)}] = yield ${given}`
  }
  const [d, x, y, z] = operands.map(value) as [string, string, string, string]
  const [name, ...rest] = opcode.split('.')
  const type = rest.at(-1)
  const array = (memory: 'global' | 'shared', kind: string, address: string) => {
    const of = `${memory === 'global' ? '' : 's'}${kind === 'f32' ? 'Reals' : 'Words'}`
    return memory === 'global' ? `${of}[at(${address}, Words.length)]` : `${of}[${address} >>> 2]`
  }
  switch (name) {
    case 'vote':
      return `${d} = yield ${x} ? 1 : 0`
    case 'ld': {
      if (rest[0] === 'param') return `${d} = ${x}`
      if (type === 'u64')
        return `${d} = ${array('global', 'u32', x)} + 4294967296 * ${array('global', 'u32', `${x} + 4`)}`
      return `${d} = ${array(rest[0] as 'global', type!, x)}`
    }
    case 'st':
      return `${array(rest[0] as 'global', type!, d)} = ${x}`
    case 'cvta':
      return `${d} = ${x}`
    case 'mov':
      if (type !== 'b32') return `${d} = ${x}`
      return d.startsWith('f') ? `${d} = real(${x})` : `${d} = word(${x})`
    case 'mad':
      return rest[0] === 'wide' ? `${d} = ${x} * ${y} + ${z}` : `${d} = (imul(${x}, ${y}) + ${z}) >>> 0`
    case 'setp': {
      const either = `(${x} !== ${x} || ${y} !== ${y})`
      if (rest[0] === 'nan') return `${d} = ${either}`
      if (rest[0] === 'neu') return `${d} = ${x} !== ${y}`
      // `ne` of numbers is false where either is NaN
      if (rest[0] === 'ne') return type === 'f32' ? `${d} = ${x} !== ${y} && !${either}` : `${d} = ${x} !== ${y}`
      return `${d} = ${x} ${comparisons[rest[0]!]} ${y}`
    }
    case 'selp':
      return `${d} = ${z} ? ${x} : ${y}`
    case 'not':
      return `${d} = !${x}`
    case 'neg':
      return `${d} = -${x}`
    case 'abs':
      return `${d} = abs(${x})`
    case 'sqrt':
      return `${d} = f(sqrt(${x}))`
    case 'min':
    case 'max':
      // of a NaN and a number the number
      return `${d} = ${x} !== ${x} ? ${y} : ${y} !== ${y} ? ${x} : ${name}(${x}, ${y})`
    case 'and':
      return type === 'pred' ? `${d} = ${x} && ${y}` : `${d} = (${x} & ${y}) >>> 0`
    case 'or':
      return type === 'pred' ? `${d} = ${x} || ${y}` : `${d} = (${x} | ${y}) >>> 0`
    case 'xor':
      return `${d} = (${x} ^ ${y}) >>> 0`
    case 'shl':
      return type === 'b64' ? `${d} = ${x} * 2 ** ${y}` : `${d} = ${y} > 31 ? 0 : (${x} << ${y}) >>> 0`
    case 'shr':
      return `${d} = ${y} > 31 ? 0 : ${x} >>> ${y}`
    case 'brev':
      return `${d} = reversed(${x})`
    case 'clz':
      return `${d} = clz32(${x})`
    case 'popc':
      return `${d} = ones(${x})`
    case 'cvt':
      if (rest[0] === 'rna') return `${d} = tf32(${x})`
      if (type === 'f32' && rest[1] === 'bf16x2') return `${d} = (bf16(${x}) * 65536 + bf16(${y}))`
      if (rest[0] === 'rmi') return `${d} = floor(${x})`
      if (rest[0] === 'rzi') return `${d} = signed(${x})`
      return `${d} = f(${type === 's32' ? `${x} | 0` : x})`
    default: {
      const sign = { add: '+', sub: '-', mul: '*', div: '/', rem: '%' }[name!]
      if (type === 'f32') return `${d} = f(${x} ${sign} ${y})`
      if (name === 'mul') return rest[0] === 'hi' ? `${d} = mulHigh(${x}, ${y})` : `${d} = imul(${x}, ${y}) >>> 0`
      return name === 'div' ? `${d} = floor(${x} / ${y})` : `${d} = (${x} ${sign} ${y}) >>> 0`
    }
  }
}

/** Compiles PTX to a function that runs a group. Throws for what the printer does not write. */
export function compilePtx(text: string): { readonly name: string; readonly threads: number; readonly run: RunGroup } {
  const module = parsePtx(text)
  const { threads, registers, instructions, labels } = module
  const talks = instructions.some(({ opcode }) => /^(bar|vote|mma)\./.test(opcode))
  const starts = new Set([0, ...labels.values()])
  const cases = instructions.map((instruction, i) => {
    const statement = translate(instruction, module)
    const guard = instruction.guard?.replace(/^!?/, (sign) => sign)
    return `${starts.has(i) ? `case ${i}:\n` : ''}${guard ? `if (${guard}) { ${statement} }` : statement}`
  })
  const source = `const { ${Object.keys(tools).join(', ')} } = tools
return (Reals, Words, sReals, sWords, args, group) => function${talks ? '*' : ''} (thread) {
let ${['pc = 0', ...registers].join(', ')}
for (;;) switch (pc) {
${cases.join('\n')}
return
}}`
  type Said = 'barrier' | number | Fragments
  type Answer = number | readonly number[] | undefined
  type Thread = Iterator<Said, void, Answer>
  const make = new Function('tools', source)(tools) as (...given: unknown[]) => (thread: number) => Thread
  const run: RunGroup = (memory, args, group) => {
    const shared = new Uint32Array(Math.max(1, module.sharedBytes / 4)).fill(0x7f7f7f7f)
    const thread = make(memory.reals, memory.words, new Float32Array(shared.buffer), shared, args, group)
    const all = Array.from({ length: threads }, (_, i) => thread(i))
    if (!talks) return
    let answers: Answer[] = new Array(threads).fill(undefined)
    for (;;) {
      const said = all.map((one, i) => one.next(answers[i]))
      if (said.every(({ done }) => done)) return
      if (said.some(({ done }) => done)) throw new Error('some threads ended while others wait')
      const values = said.map(({ value }) => value as Said)
      const kinds = new Set(values.map((value) => (value === 'barrier' ? value : typeof value)))
      if (kinds.size > 1) throw new Error('threads wait at different places')
      answers = kinds.has('barrier') ? [] : inWarps(values as (number | Fragments)[])
    }
  }
  return { name: module.name, threads, run }
}

/** What each thread is answered, by the word that its warp's votes make or by the product of its tiles. */
function inWarps(said: readonly (number | Fragments)[]): (number | number[])[] {
  const answers: (number | number[])[] = []
  for (let first = 0; first < said.length; first += 32) {
    const warp = said.slice(first, first + 32)
    if (typeof warp[0] === 'number') {
      const word = (warp as number[]).reduce((all, vote, lane) => all | (vote << lane), 0)
      answers.push(...new Array<number>(32).fill(word >>> 0))
    } else answers.push(...multiplyTiles(warp as Fragments[]))
  }
  return answers
}
