import type { DeviceKernel, Expression, Parameter, Shared, Statement } from '@hillock/device'
import { operation } from './operations.ts'
import { prelude } from './prelude.ts'

// A kernel as WGSL. Numbers lie in one buffer, words in another, so that there are never more than three storage buffers, whatever the
// program; places are indices into them. Arguments stand in a third, from the word that a uniform tells.

/** Groups of a launch stand in rows of so many, since there are at most 65,535 in each dimension. */
export const groupsInRow = 32768

export function printWgsl({ threads, shared, body }: DeviceKernel): string {
  return `${prelude}
${shared.map(declareShared).join('\n')}
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) id: vec3<u32>) {
  let base = first.x;
  zero = first.y;
  let group = id.y * ${groupsInRow}u + id.x;
  if (group >= args[base]) { return; }
${block(body, '  ')}
}
`
}

const declareShared = ({ id, type, size }: Shared): string => `var<workgroup> m${id}: array<${type}, ${size}>;`

const argument = ({ at }: Parameter): string => `args[base + ${at}u]`
const place = (parameter: Parameter, index: Expression): string => `${argument(parameter)} + ${print(index)}`

function print(e: Expression): string {
  switch (e.kind) {
    case 'constant':
      return e.type === 'u32' ? `${e.value}u` : e.type === 'bool' ? String(e.value !== 0) : printReal(e.value)
    case 'variable':
      return `v${e.id}`
    case 'thread':
    case 'group':
      return e.kind
    case 'argument':
      return e.type === 'f32' ? `bitcast<f32>(${argument(e.parameter)})` : argument(e.parameter)
    case 'load':
      return e.from.type === 'reals'
        ? `reals[${place(e.from, e.index)}]`
        : `atomicLoad(&words[${place(e.from, e.index)}])`
    case 'get':
      return `m${e.from.id}[${print(e.index)}]`
    case 'operation':
      return operation(e.op, e.type, e.args[0]!.type, e.args.map(print))
  }
}

/** Infinity, NaN and subnormal numbers may not stand in WGSL as constants. */
function printReal(value: number): string {
  if (Number.isNaN(value)) return 'bitcast<f32>(nan)'
  if (!Number.isFinite(value)) return value > 0 ? 'bitcast<f32>(infinity)' : '(-bitcast<f32>(infinity))'
  if (value === 0 || Math.abs(value) < 2 ** -126) return `bitcast<f32>(${bitsOf(value)}u)`
  return `f32(${value})`
}

function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!
}

function block(statements: readonly Statement[], indent: string): string {
  return statements.map((statement) => indent + printStatement(statement, indent)).join('\n')
}

function printStatement(s: Statement, indent: string): string {
  const inner = (statements: readonly Statement[]) => `{\n${block(statements, `${indent}  `)}\n${indent}}`
  switch (s.do) {
    case 'declare':
      return `${s.fixed ? 'let' : 'var'} v${s.id} = ${print(s.value)};`
    case 'set':
      return `v${s.id} = ${print(s.value)};`
    case 'store':
      return s.to.type === 'reals'
        ? `reals[${place(s.to, s.index)}] = ${print(s.value)};`
        : `atomicStore(&words[${place(s.to, s.index)}], ${print(s.value)});`
    case 'storeBit': {
      const bit = `atomicOr(&words[${place(s.to, s.index)}], 1u << (thread & 31u));`
      return `if (${print(s.live)} && ${print(s.value)}) { ${bit} }`
    }
    case 'put':
      return `m${s.to.id}[${print(s.index)}] = ${print(s.value)};`
    case 'barrier':
      return 'storageBarrier(); workgroupBarrier();'
    case 'multiplyTiles':
      // asked only of devices that say `products`
      throw new Error(`no ${s.format} here`)
    case 'if':
      return `if (${print(s.condition)}) ${inner(s.body)}${s.otherwise.length > 0 ? ` else ${inner(s.otherwise)}` : ''}`
    case 'for': {
      const v = `v${s.id}`
      return `for (var ${v} = ${print(s.from)}; ${v} < ${print(s.to)}; ${v} += ${print(s.step)}) ${inner(s.body)}`
    }
    case 'while':
      return `while (${print(s.condition)}) ${inner(s.body)}`
  }
}
