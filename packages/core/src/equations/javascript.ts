import type { Node, Program } from './graph.ts'
import { splitPhases } from './phases.ts'
import type { Op } from './program.ts'

/** How a program meets its surroundings: text that reads a leaf at neuron `n`, and text that writes a result there. */
export interface Surroundings {
  readonly read: (node: Node) => string
  readonly write: (output: string, value: string) => string
}

const f32 = (text: string): string => `f(${text})`

/** JavaScript for each operation; `f` is Math.fround, so that every result is rounded as on a machine with f32 registers. */
const printers: Partial<Record<Op, (a: string, b: string, c: string) => string>> = {
  add: (a, b) => f32(`${a} + ${b}`),
  sub: (a, b) => f32(`${a} - ${b}`),
  mul: (a, b) => f32(`${a} * ${b}`),
  div: (a, b) => f32(`${a} / ${b}`),
  neg: (a) => `-${a}`,
  lt: (a, b) => `+(${a} < ${b})`,
  le: (a, b) => `+(${a} <= ${b})`,
  eq: (a, b) => `+(${a} === ${b})`,
  ne: (a, b) => `+(${a} !== ${b})`,
  min: (a, b) => `Math.min(${a}, ${b})`,
  max: (a, b) => `Math.max(${a}, ${b})`,
  abs: (a) => `Math.abs(${a})`,
  sqrt: (a) => f32(`Math.sqrt(${a})`),
  floor: (a) => `Math.floor(${a})`,
  detach: (a) => a,
  exp2: (n) => `exp2(${n})`,
  exponent: (x) => `exponent(${x})`,
  significand: (x) => `significand(${x})`,
}

const conditions: Partial<Record<Op, string>> = { lt: '<', le: '<=', eq: '===', ne: '!==' }

/**
 * Prints a program (without exp and its kin: see elementary.ts) as loops over the neurons `n` of one sample. Layer-scope
 * operations see the whole sample, so they split it into several loops; values needed later wait in arrays `T<i>`, which
 * `temporaries` lists.
 */
export function printJavaScript(
  program: Program,
  { read, write }: Surroundings,
): { text: string; temporaries: string[] } {
  const { phases, rows } = splitPhases(program)
  const row = (i: number | string) => `T${i}`
  const text = phases.flatMap(({ calls, program, rows }) => [
    ...calls.map(({ op, args, matrix, result }) => {
      const weights = matrix === undefined ? [] : [read({ op, args: [], name: matrix })]
      return `${op}(${[...args.map(row), ...weights, row(result)].join(', ')})`
    }),
    printLoop(
      program,
      { read: (node) => (node.op === 'row' ? `${row(node.name!)}[n]` : read(node)), write },
      rows.map(([i, node]) => [`${row(i)}[n]`, node]),
    ),
  ])
  return { text: text.join('\n'), temporaries: Array.from({ length: rows }, (_, i) => row(i)) }
}

function printLoop(
  { nodes, outputs }: Program,
  { read, write }: Surroundings,
  stores: readonly (readonly [place: string, node: number])[],
): string {
  const operand = (i: number): string => {
    const { op, value } = nodes[i]!
    return op === 'constant' ? literal(value!) : `v${i}`
  }
  /** A comparison stands in the choice itself: one branch, and no number between. */
  const condition = (i: number): string => {
    const { op, args, value } = nodes[i]!
    if (op === 'heaviside') return `${operand(args[0]!)} ${value === 1 ? '>=' : '>'} 0`
    const comparison = conditions[op]
    return comparison === undefined ? `${operand(i)} !== 0` : `${operand(args[0]!)} ${comparison} ${operand(args[1]!)}`
  }
  const expression = (node: Node): string => {
    const [a, b, c] = node.args.map(operand) as [string, string, string]
    if (node.op === 'heaviside') return `+(${a} ${node.value === 1 ? '>=' : '>'} 0)`
    if (node.op === 'where') return `(${condition(node.args[0]!)} ? ${b} : ${c})`
    return printers[node.op]?.(a, b, c) ?? read(node)
  }
  const lines = nodes.flatMap((node, i) => (node.op === 'constant' ? [] : [`const v${i} = ${expression(node)}`]))
  const results = [
    ...stores.map(([place, i]) => `${place} = ${operand(i)}`),
    ...Object.entries(outputs).map(([name, i]) => write(name, operand(i))),
  ]
  return `for (let n = 0; n < N; n++) {\n${[...lines, ...results].map((line) => `  ${line}`).join('\n')}\n}`
}

function literal(value: number): string {
  const rounded = Math.fround(value)
  if (Object.is(rounded, -0)) return '(-0)'
  return rounded < 0 ? `(${rounded})` : String(rounded)
}
