import type { Kernel, RandomKey, ScanBindings } from '@hillock/core/backend'
import { type Node, type Program, separateDraws } from '@hillock/core/equations'
import type { Tensor } from '@hillock/core/learner'
import { keyWord } from '@hillock/core/random'
import type { KernelCache } from './kernel-cache.ts'
import { type Block, bytesOf, type DrawnLists, dimensions } from './layout.ts'
import type { Machine } from './machine.ts'

type OverTime = Pick<ScanBindings, 'steps' | 'batch' | 'size' | 'inputs' | 'setup' | 'random'>

/** A program, and the arrays that its random numbers stand in, by 'op name' of leaves. */
export interface Drawn {
  readonly program: Program
  readonly arrays: Readonly<Record<string, Tensor>>
}

/** Runs a kernel forward in time; given by the scan itself, which in turn asks for draws. */
type RunScan = (kernel: Kernel, bindings: ScanBindings) => void

/**
 * Draws the random numbers of a program ahead of its scan: spikes where `uniform()` is compared with a probability that stays the same
 * over time, else the numbers. `into` takes the spikes of a program that is nothing but such a draw; the scan is then not needed.
 */
export function drawAhead(
  machine: Machine,
  cache: KernelCache,
  kernel: Kernel,
  b: OverTime,
  run: RunScan,
  into?: Tensor,
): Drawn | 'done' {
  if (b.random === undefined || !kernel.program.nodes.some(({ op }) => op === 'uniform'))
    return { program: kernel.program, arrays: {} }
  const { random, steps, batch, size } = b
  const still = Object.keys(b.inputs).filter((name) => b.inputs[name]!.shape[0] === 1)
  const { program, draws } = cache.once(kernel.program, `still ${still.join()}`, () => {
    const isConstant = ({ op, name }: Node) => op === 'setup' || (op === 'input' && still.includes(name!))
    const separated = separateDraws(kernel.program, isConstant)
    const draws = separated.draws.map(({ place, probability }) => {
      const name = `${kernel.name} probability ${place}`
      return { place, probability: { name, program: probability, states: [], layerScope: false } satisfies Kernel }
    })
    return { ...separated, draws }
  })
  const alone = into !== undefined && into.kind === 'spikes' && program.nodes.length === 1 && draws.length === 1
  const arrays: Record<string, Tensor> = {}
  draws.forEach(({ place, probability }, k) => {
    const p = temporary(machine, [1, batch, size], 'real')
    run(probability, {
      steps: 1,
      batch,
      size,
      inputs: b.inputs,
      setup: b.setup,
      timeVarying: {},
      initial: {},
      outputs: { p },
    })
    const spikes = alone ? (into as Block) : temporary(machine, [steps, batch, size], 'spikes')
    const drawn = alone ? takeLists(machine, spikes) : undefined
    const lists = drawn ? drawnArguments(drawn) : [0, 0, 0, 0]
    const scratch = machine.scratch(machine.threads * 16 * size * Math.ceil(steps / 64), 'what is drawn')
    const args = [p.address, spikes.address, steps, size, ...keyOf(machine, random, place), scratch, ...lists]
    machine.enqueue(machine.fixed('draw'), batch, args, { samples: batch, reads: [p], writes: [spikes] })
    arrays[`drawn ${k}`] = spikes
  })
  if (alone) return 'done'
  for (const place of uniformsOf(program)) {
    const numbers = temporary(machine, [steps, batch, size], 'real')
    const args = [numbers.address, steps, size, ...keyOf(machine, random, place)]
    machine.enqueue(machine.fixed('uniforms'), batch, args, { samples: batch, writes: [numbers] })
    arrays[`uniform ${place}`] = numbers
  }
  return { program, arrays }
}

/** The same for a program over arrays: one number for each element, counted in the public order. */
export function drawFlat(
  machine: Machine,
  { program }: Kernel,
  like: Block,
  random: RandomKey | undefined,
): Drawn['arrays'] {
  const arrays: Record<string, Tensor> = {}
  if (random === undefined) return arrays
  const { steps, batch, size } = like
  const count = steps * batch * size
  for (const place of uniformsOf(program)) {
    const [rows, numbers] = [temporary(machine, [count], 'real'), temporary(machine, like.shape, 'real')]
    const args = [rows.address, 1, count, ...keyOf(machine, random, place)]
    machine.enqueue(machine.fixed('uniforms'), 1, args, { writes: [rows] })
    const packing = [rows.address, numbers.address, steps, batch, size]
    machine.enqueue(machine.fixed('pack'), batch, packing, { samples: batch, reads: [rows], writes: [numbers] })
    arrays[`uniform ${place}`] = numbers
  }
  return arrays
}

const uniformsOf = ({ nodes }: Program): string[] => nodes.flatMap(({ op, name }) => (op === 'uniform' ? [name!] : []))

/** The most of all places that can be listed; as a share below 0.15 is expected (`isSparse` in assembly), more are rare. */
const largestShare = 0.2
/** More than this is not spent on lists. */
const mostListBytes = 16 << 20

function takeLists(machine: Machine, block: Block): DrawnLists | undefined {
  const capacity = Math.ceil(largestShare * block.steps * block.size)
  const [lists, ends] = [4 * block.batch * capacity, 4 * block.batch * block.steps]
  const bytes = lists + ends + block.batch
  if (bytes > mostListBytes) return undefined
  const address = machine.take(bytes, 'lists of spikes')
  block.drawn = { lists: address, capacity, ends: address + lists, flags: address + lists + ends, bytes }
  return block.drawn
}

/** How kernels are told of lists. */
export const drawnArguments = ({ lists, capacity, ends, flags }: DrawnLists): number[] => [lists, capacity, ends, flags]

/** Gives back the lists of a tensor that is overwritten or freed. */
export function forgetLists(machine: Machine, block: Block): void {
  if (block.drawn === undefined) return
  machine.give(block.drawn.lists, block.drawn.bytes)
  block.drawn = undefined
}

/** Makes sure that all spikes of a tensor stand as bits. */
export function writeBits(machine: Machine, block: Block): void {
  if (block.drawn === undefined) return
  const args = [block.address, block.steps, block.size, ...drawnArguments(block.drawn)]
  machine.enqueue(machine.fixed('spread'), block.batch, args, { samples: block.batch, writes: [block] })
  forgetLists(machine, block)
}

const rounds = 10

/** What a generator is keyed by: the address of its round keys (see `philox` in assembly), the step, the time of the first step, the first sample. */
function keyOf(
  machine: Machine,
  { seed, stream, step, place, from = 0, sample = 0 }: RandomKey,
  own: string,
): [number, number, number, number] {
  const second = keyWord(stream, place + Number(own))
  const address = machine.scratch(32 * rounds, 'keys')
  const keys = machine.words(address, 8 * rounds)
  for (let round = 0; round < rounds; round++) {
    keys.fill(seed + round * 0x9e3779b9, 8 * round, 8 * round + 4)
    keys.fill(second + round * 0xbb67ae85, 8 * round + 4, 8 * round + 8)
  }
  return [address, step | 0, from, sample | 0]
}

function temporary(machine: Machine, shape: readonly number[], kind: Tensor['kind']): Block {
  const bytes = bytesOf(shape, kind)
  return {
    shape,
    kind,
    bytes,
    address: machine.scratch(bytes, `random numbers [${shape.join(', ')}]`),
    ...dimensions(shape),
  }
}
