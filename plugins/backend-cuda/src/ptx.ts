import {
  type DeviceKernel,
  type Expression,
  isPlace,
  type Parameter,
  type Shared,
  type Statement,
} from '@hillock/device'
import { emitOperation } from './operations.ts'
import { createText, type RegisterType } from './text.ts'

/** What every driver since CUDA 9 takes, for every GPU since Maxwell (2014). */
const plain = { version: '6.0', target: 'sm_50' }
/** What has tensor cores for numbers: CUDA 11, Ampere (2020). */
const withTensorCores = { version: '7.0', target: 'sm_80' }

/**
 * A kernel as PTX. Its one parameter is the address of its arguments, so that launches differ in nothing else; places of tensors are
 * addresses in words.
 */
export function printPtx({ name, threads, parameters, shared, body }: DeviceKernel): string {
  const text = createText()
  const { emit, register } = text
  const variables = new Map<number, string>()
  let head = plain
  const args = register('u64')
  emit(`ld.param.u64 ${args}, [p0]`)
  emit(`cvta.to.global.u64 ${args}, ${args}`)
  const given = new Map(parameters.map((parameter) => [parameter.name, loadParameter(parameter)]))
  const [thread, group] = [register('u32'), register('u32')]
  emit(`mov.u32 ${thread}, %tid.x`)
  emit(`mov.u32 ${group}, %ctaid.x`)

  function loadParameter({ type, at }: Parameter): string {
    const result = register(isPlace(type) ? 'u64' : type)
    emit(`ld.global.${isPlace(type) ? 'u64' : type} ${result}, [${args}+${4 * at}]`)
    if (isPlace(type)) emit(`shl.b64 ${result}, ${result}, 2`)
    return result
  }

  function address(of: Parameter, index: Expression): string {
    const result = register('u64')
    emit(`mad.wide.u32 ${result}, ${print(index)}, 4, ${given.get(of.name)}`)
    return result
  }

  function sharedAddress({ id }: Shared, index: Expression): string {
    const [base, result] = [register('u32'), register('u32')]
    emit(`mov.u32 ${base}, m${id}`)
    emit(`mad.lo.u32 ${result}, ${print(index)}, 4, ${base}`)
    return result
  }

  /** Emits what an expression takes, and gives the operand that holds it. */
  function print(e: Expression): string {
    switch (e.kind) {
      case 'constant':
        return e.type === 'f32' ? realConstant(e.value) : String(e.value)
      case 'variable':
        return variables.get(e.id)!
      case 'argument':
        return given.get(e.parameter.name)!
      case 'thread':
        return thread
      case 'group':
        return group
      case 'load':
        return into(e.type, (result) => `ld.global.${e.type} ${result}, [${address(e.from, e.index)}]`)
      case 'get':
        return into(e.type, (result) => `ld.shared.${e.type} ${result}, [${sharedAddress(e.from, e.index)}]`)
      case 'operation': {
        const operands = e.args.map(print)
        const result = register(e.type)
        emitOperation(text, e.op, e.args.at(-1)!.type, result, operands)
        return result
      }
    }
  }
  function into(type: RegisterType, instruction: (result: string) => string): string {
    const result = register(type)
    emit(instruction(result))
    return result
  }
  function move(type: RegisterType, to: string, from: string): void {
    emit(type === 'bool' ? `and.pred ${to}, ${from}, ${from}` : `mov.${type} ${to}, ${from}`)
  }

  function run(statements: readonly Statement[]): void {
    for (const statement of statements) runOne(statement)
  }
  function runOne(s: Statement): void {
    switch (s.do) {
      case 'declare': {
        const value = print(s.value)
        // the result of an operation is in a register of its own
        if (s.fixed && s.value.kind === 'operation') variables.set(s.id, value)
        else {
          const variable = register(s.value.type)
          variables.set(s.id, variable)
          move(s.value.type, variable, value)
        }
        break
      }
      case 'set':
        move(s.value.type, variables.get(s.id)!, print(s.value))
        break
      case 'store': {
        const at = address(s.to, s.index)
        emit(`st.global.${s.value.type} [${at}], ${print(s.value)}`)
        break
      }
      case 'put': {
        const at = sharedAddress(s.to, s.index)
        emit(`st.shared.${s.to.type} [${at}], ${print(s.value)}`)
        break
      }
      case 'storeBit':
        storeBit(s)
        break
      case 'multiplyTiles':
        head = withTensorCores
        multiplyTiles(s)
        break
      case 'barrier':
        emit('bar.sync 0')
        break
      case 'if':
        branch(s)
        break
      case 'for': {
        const i = register('u32')
        move('u32', i, print(s.from))
        variables.set(s.id, i)
        loop(
          () => into('bool', (result) => `setp.lt.u32 ${result}, ${i}, ${print(s.to)}`),
          () => {
            run(s.body)
            emit(`add.u32 ${i}, ${i}, ${print(s.step)}`)
          },
        )
        break
      }
      case 'while':
        loop(
          () => print(s.condition),
          () => run(s.body),
        )
    }
  }

  /** The first thread of each warp stores the votes of all. */
  function storeBit({ to, index, value, live }: Extract<Statement, { do: 'storeBit' }>): void {
    const inside = print(live)
    const vote = into('bool', (result) => `and.pred ${result}, ${inside}, ${print(value)}`)
    const word = into('u32', (result) => `vote.sync.ballot.b32 ${result}, ${vote}, 0xffffffff`)
    const lane = into('u32', (result) => `and.b32 ${result}, ${thread}, 31`)
    const isFirst = into('bool', (result) => `setp.eq.u32 ${result}, ${lane}, 0`)
    const stores = into('bool', (result) => `and.pred ${result}, ${isFirst}, ${inside}`)
    const at = address(to, index)
    emit(`@${stores} st.global.u32 [${at}], ${word}`)
  }

  /** Terms are rounded here: two of bf16 share a register, the first of them low. */
  function multiplyTiles({ format, sums, a, b }: Extract<Statement, { do: 'multiplyTiles' }>): void {
    const rounded = (values: readonly Expression[]): string => {
      const given = values.map(print)
      if (format === 'tf32') return given.map((x) => into('b32', (r) => `cvt.rna.tf32.f32 ${r}, ${x}`)).join(', ')
      const pairs = given.flatMap((low, i) => (i % 2 === 0 ? [[given[i + 1], low]] : []))
      return pairs.map((pair) => into('b32', (r) => `cvt.rn.bf16x2.f32 ${r}, ${pair.join(', ')}`)).join(', ')
    }
    const kind = format === 'tf32' ? 'm16n8k8.row.col.f32.tf32.tf32.f32' : 'm16n8k16.row.col.f32.bf16.bf16.f32'
    const added = sums.map((id) => variables.get(id)!).join(', ')
    emit(`mma.sync.aligned.${kind} {${added}}, {${rounded(a)}}, {${rounded(b)}}, {${added}}`)
  }

  function branch({ condition, body, otherwise }: Extract<Statement, { do: 'if' }>): void {
    const [other, end] = [text.label(), text.label()]
    emit(`@!${print(condition)} bra ${other}`)
    run(body)
    if (otherwise.length > 0) emit(`bra ${end}`)
    text.place(other)
    run(otherwise)
    text.place(end)
  }

  function loop(condition: () => string, body: () => void): void {
    const [top, end] = [text.label(), text.label()]
    text.place(top)
    emit(`@!${condition()} bra ${end}`)
    body()
    emit(`bra ${top}`)
    text.place(end)
  }

  run(body)
  const memory = shared.map(({ id, size }) => `  .shared .align 4 .b8 m${id}[${4 * size}];`)
  return `.version ${head.version}
.target ${head.target}
.address_size 64
.visible .entry ${name}(.param .u64 p0)
.maxntid ${threads}, 1, 1
{
${[...memory, text.declarations(), text.body()].join('\n')}
  ret;
}
`
}

/** The bits of a f32, as PTX writes them. */
function realConstant(value: number): string {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!
  return `0f${bits.toString(16).toUpperCase().padStart(8, '0')}`
}
