// A WebAssembly assembler just large enough for straight-line SIMD in loops. Opcodes from the WebAssembly core specification 2.0, chapter 5.

export const i32 = 0x7f
export const v128 = 0x7b

const instructions = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  if: [0x04, 0x40],
  else: [0x05],
  end: [0x0b],
  select: [0x1b],
  'i32.eqz': [0x45],
  'i32.eq': [0x46],
  'i32.lt_s': [0x48],
  'i32.lt_u': [0x49],
  'i32.ge_s': [0x4e],
  'i32.add': [0x6a],
  'i32.sub': [0x6b],
  'i32.mul': [0x6c],
  'i32.div_u': [0x6e],
  'i32.rem_u': [0x70],
  'i32.and': [0x71],
  'i32.or': [0x72],
  'i32.shl': [0x74],
  'i32.shr_u': [0x76],
} as const

const simd = {
  'i32x4.splat': 17,
  'f32x4.splat': 19,
  'i32x4.ne': 56,
  'f32x4.eq': 65,
  'f32x4.ne': 66,
  'f32x4.lt': 67,
  'f32x4.gt': 68,
  'f32x4.le': 69,
  'f32x4.ge': 70,
  'v128.and': 78,
  'v128.or': 80,
  'v128.bitselect': 82,
  'f32x4.floor': 104,
  'i32x4.bitmask': 164,
  'i32x4.shl': 171,
  'i32x4.shr_u': 173,
  'i32x4.add': 174,
  'i32x4.sub': 177,
  'f32x4.abs': 224,
  'f32x4.neg': 225,
  'f32x4.sqrt': 227,
  'f32x4.add': 228,
  'f32x4.sub': 229,
  'f32x4.mul': 230,
  'f32x4.div': 231,
  'f32x4.min': 232,
  'f32x4.max': 233,
  'i32x4.trunc_sat_f32x4_s': 248,
  'f32x4.convert_i32x4_s': 250,
} as const

export type Instruction = keyof typeof instructions | keyof typeof simd

/** The body of a function under construction; calls can be chained. */
export interface Code {
  readonly bytes: number[]
  readonly locals: number[]
  /** The fixed kernels that it calls, and how many whole numbers each takes. */
  readonly calls: Map<string, number>
  /** A new local variable. */
  local(type: number): number
  get(local: number): Code
  set(local: number): Code
  i32(value: number): Code
  /** A vector of four equal numbers, or four integers. */
  f32x4(value: number): Code
  i32x4(values: readonly [number, number, number, number]): Code
  do(...names: Instruction[]): Code
  /** Calls a fixed kernel with so many whole numbers from the stack. */
  call(name: string, count: number): Code
  branch(depth: number): Code
  branchIf(depth: number): Code
  /** Loads and stores at the address on the stack plus `offset` bytes. */
  load(kind: 'i32' | 'v128' | 'splat', offset?: number): Code
  store(kind: 'i32' | 'v128', offset?: number): Code
}

const parameters = 4

/** A function of the parameters (arguments, from, to, thread), all i32, locals 0 to 3. */
export function createCode(): Code {
  const bytes: number[] = []
  const locals: number[] = []
  const calls = new Map<string, number>()
  const push = (...more: readonly number[]): Code => {
    bytes.push(...more)
    return code
  }
  const vector = (buffer: ArrayBufferLike) => push(0xfd, 12, ...new Uint8Array(buffer))
  const memory = { i32: [0x28, 2], v128: [0xfd, 0, 4], splat: [0xfd, 9, 2] }
  const stores = { i32: [0x36, 2], v128: [0xfd, 11, 4] }
  const code: Code = {
    bytes,
    locals,
    calls,
    local(type) {
      locals.push(type)
      return parameters + locals.length - 1
    },
    get: (local) => push(0x20, ...unsigned(local)),
    set: (local) => push(0x21, ...unsigned(local)),
    i32: (value) => push(0x41, ...signed(value)),
    f32x4: (value) => vector(Float32Array.of(value, value, value, value).buffer),
    i32x4: (values) => vector(Int32Array.from(values).buffer),
    do(...names) {
      for (const name of names) {
        if (name in instructions) push(...instructions[name as keyof typeof instructions])
        else push(0xfd, ...unsigned(simd[name as keyof typeof simd]))
      }
      return code
    },
    call(name, count) {
      calls.set(name, count)
      return push(0x10, ...unsigned([...calls.keys()].indexOf(name)))
    },
    branch: (depth) => push(0x0c, ...unsigned(depth)),
    branchIf: (depth) => push(0x0d, ...unsigned(depth)),
    load: (kind, offset = 0) => push(...memory[kind], ...unsigned(offset)),
    store: (kind, offset = 0) => push(...stores[kind], ...unsigned(offset)),
  }
  return code
}

/** A module that exports the function as `run` and imports its memory and what it calls. */
export function assemble({ bytes, locals, calls }: Code, shared: boolean): Uint8Array<ArrayBuffer> {
  const counts = [...new Set([parameters, ...calls.values()])]
  const types = counts.flatMap((count) => [0x60, count, ...new Array<number>(count).fill(i32), 0])
  const memory = [shared ? limits.shared : limits.unshared, ...unsigned(1), ...unsigned(65536)]
  const functions = [...calls].flatMap(([name, count]) => imported(name, [0x00, counts.indexOf(count)]))
  const groups = locals.flatMap((local) => [1, local])
  // Not by spreading what is long: loops over thousands of bytes would have the engine compile them, for some tens of ms.
  const body = unsigned(locals.length).concat(groups, bytes, 0x0b)
  return new Uint8Array(
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00].concat(
      section(1, [counts.length, ...types]),
      section(2, [...unsigned(1 + calls.size), ...imported('memory', [0x02, ...memory]), ...functions]),
      section(3, [1, 0]),
      section(7, [1, ...text('run'), 0x00, ...unsigned(calls.size)]),
      section(10, [1].concat(unsigned(body.length), body)),
    ),
  )
}

/** How a memory with a largest size is imported. */
const limits = { unshared: 0x01, shared: 0x03 }

/** The same module, importing the memory `memory` as one that threads share; the code is the same. */
export function withSharedMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const shared = bytes.slice()
  const start = [...text('memory'), 0x02, limits.unshared]
  const at = shared.findIndex((_, i) => start.every((byte, k) => shared[i + k] === byte))
  shared[at + start.length - 1] = limits.shared
  return shared
}

const section = (id: number, content: readonly number[]): number[] => [id].concat(unsigned(content.length), content)

const imported = (name: string, what: readonly number[]): number[] => [...text('env'), ...text(name), ...what]

function text(name: string): number[] {
  const encoded = new TextEncoder().encode(name)
  return [...unsigned(encoded.length), ...encoded]
}

/** LEB128. */
function unsigned(value: number): number[] {
  const out: number[] = []
  let rest = value >>> 0
  do {
    const low = rest & 127
    rest >>>= 7
    out.push(rest === 0 ? low : low | 128)
  } while (rest !== 0)
  return out
}

function signed(value: number): number[] {
  const out: number[] = []
  let rest = value | 0
  for (;;) {
    const low = rest & 127
    rest >>= 7
    if ((rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0)) return [...out, low]
    out.push(low | 128)
  }
}
