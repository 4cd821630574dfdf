import type { Node, Program } from './graph.ts'
import { isLayerOp, type Op } from './ops.ts'

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
  const { nodes } = program
  const phase: number[] = []
  const kept = new Set<number>()
  nodes.forEach((node, i) => {
    phase[i] = Math.max(0, ...node.args.map((arg) => phase[arg] as number)) + (isLayerOp(node.op) ? 1 : 0)
    for (const arg of node.args) {
      const earlier = (phase[arg] as number) < (phase[i] as number)
      if (earlier && nodes[arg]?.op !== 'constant' && !isLayerOp((nodes[arg] as Node).op)) kept.add(arg)
      if (isLayerOp(node.op) && nodes[arg]?.op === 'constant') kept.add(arg)
    }
  })

  const operand = (i: number, current: number): string => {
    const node = nodes[i] as Node
    if (node.op === 'constant') return literal(node.value as number)
    return isLayerOp(node.op) || (phase[i] as number) < current ? `T${i}[n]` : `v${i}`
  }
  const expression = (node: Node, current: number): string => {
    const [a, b, c] = node.args.map((arg) => operand(arg, current)) as [string, string, string]
    if (node.op === 'heaviside') return `+(${a} ${node.value === 1 ? '>=' : '>'} 0)`
    if (node.op === 'where') return `(${condition(node.args[0] as number, current)} ? ${b} : ${c})`
    return printers[node.op]?.(a, b, c) ?? read(node)
  }
  /** A comparison stands in the choice itself: one branch, and no number between. */
  const condition = (i: number, current: number): string => {
    const node = nodes[i] as Node
    const [a, b] = node.args.map((arg) => operand(arg, current)) as [string, string]
    const here = (phase[i] as number) === current
    if (here && node.op === 'heaviside') return `${a} ${node.value === 1 ? '>=' : '>'} 0`
    return here && conditions[node.op] !== undefined
      ? `${a} ${conditions[node.op]} ${b}`
      : `${operand(i, current)} !== 0`
  }

  const loops: string[] = []
  for (let current = 0; current <= Math.max(0, ...phase); current++) {
    const before = nodes.flatMap((node, i) =>
      isLayerOp(node.op) && phase[i] === current
        ? [`${node.op}(${node.args.map((arg) => `T${arg}`).join(', ')}, T${i})`]
        : [],
    )
    const lines = nodes.flatMap((node, i) => {
      if (phase[i] !== current || isLayerOp(node.op)) return []
      if (node.op === 'constant') return kept.has(i) ? [`T${i}[n] = ${literal(node.value as number)}`] : []
      return [`const v${i} = ${expression(node, current)}`, ...(kept.has(i) ? [`T${i}[n] = v${i}`] : [])]
    })
    const results = Object.entries(program.outputs)
      .filter(([, i]) => phase[i] === current)
      .map(([name, i]) => write(name, operand(i, current)))
    loops.push(
      ...before,
      `for (let n = 0; n < N; n++) {\n${[...lines, ...results].map((line) => `  ${line}`).join('\n')}\n}`,
    )
  }
  const arrays = nodes.flatMap((node, i) => (kept.has(i) || isLayerOp(node.op) ? [`T${i}`] : []))
  return { text: loops.join('\n'), temporaries: arrays }
}

function literal(value: number): string {
  const rounded = Math.fround(value)
  if (Object.is(rounded, -0)) return '(-0)'
  return rounded < 0 ? `(${rounded})` : String(rounded)
}
