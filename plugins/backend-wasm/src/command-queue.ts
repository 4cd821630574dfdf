import type { Argument } from './command.ts'

/** A piece of memory, known by where it begins. */
export interface Piece {
  readonly address: number
  readonly bytes: number
}

/** What a command touches; it decides which commands may run without waiting for each other. */
export interface Access {
  /** Samples that the units are shares of, in order; absent where a unit may touch anything. */
  readonly samples?: number
  /** Read; the units of a sample read only that sample. */
  readonly reads?: readonly Piece[]
  /** Read by all units. */
  readonly shared?: readonly Piece[]
  /** Written; the units of a sample write only that sample. */
  readonly writes: readonly Piece[]
}

export interface Command {
  readonly id: number
  /** The smallest shares that threads can have. */
  readonly units: number
  readonly args: readonly Argument[]
  readonly access: Access
  /** What its time is counted as. */
  readonly part: string | undefined
}

/**
 * Commands between two meetings of the threads. With `samples`, each thread takes some samples through all commands in order, so that
 * what one command leaves is still in the cache when the next one reads it; without, the commands have nothing to do with each other.
 */
export interface Group {
  readonly commands: Command[]
  readonly samples: number | undefined
  /** Samples that a thread takes at once. */
  readonly chunk: number
}

/** Commands in an order that keeps what each was told to see, in as few groups as that allows. */
export interface CommandQueue {
  add(command: Command): void
  /** The groups, which are then forgotten. */
  take(): Group[]
  readonly empty: boolean
}

/** Commands of a group, which is told to threads whole. */
const longest = 128

/** How a piece is touched within a group. */
const touch = { readBySample: 1, readWhole: 2, written: 4 } as const

interface OpenGroup {
  readonly commands: Command[]
  readonly samples: number | undefined
  readonly touched: Map<number, { how: number; bytes: number }>
}

export function createCommandQueue(threads: number): CommandQueue {
  let groups: OpenGroup[] = []
  return {
    get empty() {
      return groups.length === 0
    },
    add(command) {
      const { access } = command
      // Few samples are not enough to go round: threads then share each command.
      const samples = threads === 1 || (access.samples ?? 0) >= 4 * threads ? access.samples : undefined
      // As early as what it reads and overwrites allows.
      let at = groups.length
      while (at > 0) {
        const order = orderAfter(groups[at - 1]!, access, samples)
        if (order === 'next') break
        at--
        if (order === 'same') break
      }
      if (groups[at]?.commands.length === longest) at++
      let group = groups[at]
      if (group === undefined || group.samples !== samples || group.commands.length === longest) {
        group = { commands: [], samples, touched: new Map() }
        groups.splice(at, 0, group)
      }
      group.commands.push(command)
      mark(group, access)
    },
    take() {
      const taken = groups.map(({ commands, samples, touched }) => ({
        commands,
        samples,
        chunk: samples === undefined ? 0 : chunkOf(samples, touched, threads),
      }))
      groups = []
      return taken
    },
  }
}

/** Whether a command must come after a group, may come at its end, or has nothing to do with it. */
function orderAfter(
  { samples: own, touched }: OpenGroup,
  access: Access,
  samples: number | undefined,
): 'next' | 'same' | 'free' {
  const together = own !== undefined && own === samples
  let order: 'same' | 'free' = 'free'
  const meets = (pieces: readonly Piece[] = [], whole: number, bySample: number): boolean => {
    for (const { address } of pieces) {
      const how = touched.get(address)?.how ?? 0
      if ((how & whole) !== 0) return true
      if ((how & bySample) !== 0) order = 'same'
    }
    return false
  }
  const { readBySample, readWhole, written } = touch
  const late = together
    ? meets(access.reads, 0, written) ||
      meets(access.shared, written, 0) ||
      meets(access.writes, readWhole, readBySample | written)
    : meets(access.reads, written, 0) ||
      meets(access.shared, written, 0) ||
      meets(access.writes, readBySample | readWhole | written, 0)
  return late ? 'next' : order
}

function mark({ samples, touched }: OpenGroup, { reads = [], shared = [], writes }: Access): void {
  const add = (pieces: readonly Piece[], how: number) => {
    for (const { address, bytes } of pieces) {
      const known = touched.get(address)
      touched.set(address, { how: how | (known?.how ?? 0), bytes })
    }
  }
  add(reads, samples === undefined ? touch.readWhole : touch.readBySample)
  add(shared, touch.readWhole)
  add(writes, touch.written)
}

/** Of a cache of a core's own, what a chunk may fill. */
const cached = 256 << 10
/** Where weights do not fit into the cache, they are read anew for every chunk: it should then have some samples. */
const large = 512 << 10
const fewest = 8

function chunkOf(samples: number, touched: OpenGroup['touched'], threads: number): number {
  let [own, shared] = [0, 0]
  for (const { how, bytes } of touched.values()) {
    if ((how & touch.readWhole) !== 0) shared += bytes
    else own += bytes
  }
  const fitting = Math.floor((cached * samples) / Math.max(1, own))
  const wanted = Math.max(1, fitting, shared > large ? fewest : 1)
  return Math.min(wanted, Math.ceil(samples / (2 * threads)))
}
