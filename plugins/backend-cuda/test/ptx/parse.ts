// The subset of PTX that the printer writes, read with suspicion: what is not known is refused.

export interface Instruction {
  /** The register that it depends on, with ! where that must be false. */
  readonly guard: string | undefined
  /** As in `add.rn.f32`. */
  readonly opcode: string
  readonly operands: readonly string[]
}

export interface Module {
  readonly name: string
  readonly threads: number
  /** Names of registers without %. */
  readonly registers: readonly string[]
  /** Where each shared array begins, in bytes, and the size of all. */
  readonly shared: ReadonlyMap<string, number>
  readonly sharedBytes: number
  readonly instructions: readonly Instruction[]
  /** The number of the instruction behind each label. */
  readonly labels: ReadonlyMap<string, number>
}

/** Every instruction, and how many operands it has. */
const known: Readonly<Record<string, number>> = {
  ...{ 'ld.param.u64': 2, 'ld.global.u64': 2, 'ld.global.u32': 2, 'ld.global.f32': 2, 'ld.shared.f32': 2 },
  ...{ 'ld.shared.u32': 2, 'st.global.f32': 2, 'st.global.u32': 2, 'st.shared.f32': 2, 'st.shared.u32': 2 },
  ...{ 'cvta.to.global.u64': 2, 'shl.b64': 3, 'mad.wide.u32': 4, 'mad.lo.u32': 4 },
  ...{ 'mov.u32': 2, 'mov.f32': 2, 'mov.b32': 2, 'and.pred': 3, 'or.pred': 3, 'not.pred': 2 },
  ...{ 'add.rn.f32': 3, 'sub.rn.f32': 3, 'mul.rn.f32': 3, 'div.rn.f32': 3, 'sqrt.rn.f32': 2 },
  ...{ 'neg.f32': 2, 'abs.f32': 2, 'min.f32': 3, 'max.f32': 3, 'cvt.rmi.f32.f32': 2 },
  ...{ 'add.u32': 3, 'sub.u32': 3, 'mul.lo.u32': 3, 'mul.hi.u32': 3, 'div.u32': 3, 'rem.u32': 3 },
  ...{ 'min.u32': 3, 'max.u32': 3, 'and.b32': 3, 'or.b32': 3, 'xor.b32': 3, 'shl.b32': 3, 'shr.u32': 3 },
  ...{ 'popc.b32': 2, 'brev.b32': 2, 'clz.b32': 2 },
  ...{ 'cvt.rn.f32.u32': 2, 'cvt.rn.f32.s32': 2, 'cvt.rzi.s32.f32': 2, 'selp.f32': 4, 'selp.b32': 4 },
  ...Object.fromEntries(
    ['lt', 'le', 'gt', 'ge', 'eq', 'ne'].flatMap((op) => [
      [`setp.${op}.u32`, 3],
      [`setp.${op}.f32`, 3],
    ]),
  ),
  ...{ 'setp.neu.f32': 3, 'setp.nan.f32': 3 },
  ...{ 'cvt.rna.tf32.f32': 2, 'cvt.rn.bf16x2.f32': 3 },
  // registers in braces count one by one
  ...{
    'mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32': 14,
    'mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32': 14,
  },
  ...{ 'vote.sync.ballot.b32': 3, 'bar.sync': 1, bra: 1, ret: 0 },
}

export function parsePtx(text: string): Module {
  const lines = text.split('\n').map((line) => line.trim())
  const whole = (pattern: RegExp) => pattern.exec(text)?.slice(1) ?? refuse(`there is no ${pattern}`)
  const [name] = whole(/^\.visible \.entry (\w+)\(\.param \.u64 p0\)$/m)
  const [threads] = whole(/^\.maxntid (\d+), 1, 1$/m)
  const head = text.includes('mma.') ? '.version 7.0\n.target sm_80' : '.version 6.0\n.target sm_50'
  if (!text.startsWith(`${head}\n.address_size 64\n`)) refuse('the head is another')
  const registers: string[] = []
  const shared = new Map<string, number>()
  let sharedBytes = 0
  const instructions: Instruction[] = []
  const labels = new Map<string, number>()
  for (const line of lines.slice(lines.indexOf('{') + 1, lines.lastIndexOf('}'))) {
    const declared = /^\.reg \.(f32|u32|pred|u64|b32) %([frpdb])<(\d+)>;$/.exec(line)
    const memory = /^\.shared \.align 4 \.b8 (m\d+)\[(\d+)\];$/.exec(line)
    const label = /^(L\d+):$/.exec(line)
    const instruction = /^(?:@(!?)%(p\d+) )?([a-z][\w.]*)(?: (.*))?;$/.exec(line)
    if (declared) registers.push(...Array.from({ length: Number(declared[3]) }, (_, i) => `${declared[2]}${i}`))
    else if (memory) {
      shared.set(memory[1]!, sharedBytes)
      sharedBytes += Number(memory[2])
    } else if (label) labels.set(label[1]!, instructions.length)
    else if (instruction) {
      const [, negated, guard, opcode, rest] = instruction
      const given = opcode!.startsWith('mma.') ? inBraces(rest!) : rest
      const operands = given === undefined ? [] : given.split(', ')
      if (known[opcode!] !== operands.length) refuse(line)
      instructions.push({ guard: guard && `${negated}${guard}`, opcode: opcode!, operands })
    } else if (line !== '') refuse(line)
  }
  return { name: name!, threads: Number(threads), registers, shared, sharedBytes, instructions, labels }
}

/** Registers of sums, of the one factor, of the other, and again of sums, without their braces. */
function inBraces(text: string): string {
  const [, ...found] = /^{(.*)}, {(.*)}, {(.*)}, {(.*)}$/.exec(text) ?? refuse(text)
  if (found.map((one) => one.split(', ').length).join() !== '4,4,2,4') refuse(text)
  return found.join(', ')
}

function refuse(what: string): never {
  throw new Error(`PTX: ${what}`)
}
