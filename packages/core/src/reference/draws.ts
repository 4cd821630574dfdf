import type { ScanBindings } from '../backend.ts'
import { type Draw, separateDraws } from '../equations/draws.ts'
import { elementary } from '../equations/elementary.ts'
import type { Node, Program } from '../equations/graph.ts'
import { printJavaScript } from '../equations/javascript.ts'
import { placeOf } from '../places.ts'
import { type BoundRandom, reader } from './bindings.ts'

export interface PrintedDraws {
  /** What is left of the program. */
  readonly program: Program
  readonly masks: string
  /** Stands before a sample's loops. */
  readonly draw: string
  /** Where the draw is all there is (Poisson spikes): the whole kernel, whose work goes with the spikes and not with the steps. */
  readonly alone: ((out: string) => string) | undefined
}

/** Draws the spikes of the next 16 steps once in 16 steps, and tells where the program reads them. */
export function printDraws(
  program: Program,
  b: ScanBindings,
  read: Map<string, string>,
  random: BoundRandom,
): PrintedDraws {
  const isConstant = ({ op, name }: Node) =>
    op === 'setup' || (op === 'input' && placeOf(b.inputs[name!]!, b.steps) === 'still')
  const separated = separateDraws(program, isConstant)
  const print = ({ place, probability }: Draw, use: (mask: string) => string) => {
    const write = (_: string, p: string) => use(`bernoulliBlock(${random.at(place)}, ${random.time} >>> 4, ${p})`)
    return printJavaScript(elementary(probability), { read: reader(read, random), write }).text
  }
  const drawn = separated.draws.map((draw, k) => {
    read.set(`drawn ${k}`, `(D${k}[r + n] >>> (t & 15) & 1)`)
    return print(draw, (mask) => `D${k}[r + n] = ${mask}`)
  })
  const [only] = separated.draws
  const isAlone = only !== undefined && separated.program.nodes.length === 1
  return {
    program: separated.program,
    masks: separated.draws.map((_, k) => `const D${k} = new Uint16Array(B * N)`).join('\n'),
    draw: drawn.length === 0 ? '' : `if ((t & 15) === 0) {\n${drawn.join('\n')}\n}`,
    alone: isAlone
      ? (out) =>
          printAlone(
            print(only, (mask) => `mark(${mask}, r + n)`),
            out,
          )
      : undefined,
  }
}

const printAlone = (loop: string, out: string): string => `${out}.fill(0)
for (let t = 0; t < T; t += 16) {
  const within = T - t < 16 ? (1 << (T - t)) - 1 : 0xffff, from = t * B * N
  const mark = (mask, at) => {
    for (mask &= within; mask !== 0; mask &= mask - 1) ${out}[from + (31 - Math.clz32(mask & -mask)) * B * N + at] = 1
  }
  for (let b = 0, r = 0; b < B; b++, r += N) {
${loop}
  }
}`
