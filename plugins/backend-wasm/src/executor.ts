// What every thread does: run queued commands, each over units that no other has taken. The first thread opens a group of them to the
// others, runs what is left of it itself and closes it. It waits for those that are at work on it, and for no thread that has not come:
// where the system runs another program on its core, the others do its share.

/** Where things lie at the start of memory, in 32-bit words. */
export const control = {
  /** Rises when a group is opened, to an odd number, and when it is closed. */
  turn: 0,
  /** The group that is open. */
  group: 1,
  stop: 2,
  /** Set by a thread whose command failed. */
  failed: 3,
  /** How many threads but the first are at work; a line of its own, away from the rest. */
  inside: 32,
  /** Groups: first command, commands, samples (0 for commands that have nothing to do with each other), samples at once, the next one. */
  groups: 128,
  /** Commands: function, arguments, units, and the next unit that is free. */
  commands: 128 + 5 * 1024,
} as const

export const maxGroups = 1024
export const groupWords = 5
export const maxCommands = 1024
export const commandWords = 4
/** Addresses and lengths of emitted modules, by function. */
export const registry = control.commands + commandWords * maxCommands
export const maxFunctions = 1 << 16
/** The first byte that is free. */
export const reservedBytes = 4 * (registry + 2 * maxFunctions)

/** Looks before it sleeps: a few microseconds. */
const spins = 4000
/** Milliseconds. */
const nap = 20

export type Command = (args: number, from: number, to: number, thread: number) => void

export interface Executor {
  /** Runs this thread's share of group `g`; `passed` is told after each stretch of work on the group's command `i`. */
  run(g: number, passed?: (i: number) => void): void
  /** Lets the other threads come to group `g`. */
  open(g: number): void
  /** Lets no more of them come. */
  close(): void
  /** Whether all that came have left; looks for some microseconds. */
  isLeft(): boolean
  /** Sleeps until they may have left; false after some milliseconds, or at once where a thread must not sleep. */
  sleep(): boolean
}

/** `modules`: the kernels and, where some are to be replaced, those that take their place. */
export function createExecutor(
  memory: WebAssembly.Memory,
  modules: readonly WebAssembly.Module[],
  thread: number,
  threads: number,
): Executor {
  let words = new Int32Array(memory.buffer, 0, reservedBytes / 4)
  const mayWait = threads > 1 && canWait(words)
  const instances = modules.map((module) => new WebAssembly.Instance(module, { env: { memory } }))
  const fixed: WebAssembly.Exports = Object.assign({}, ...instances.map(({ exports }) => exports))
  const imports = { env: { memory, ...fixed } }
  const functions: (Command | undefined)[] = kernelNames(modules).map((name) => fixed[name] as Command)

  function load(id: number): Command {
    const [address, length] = [words[registry + 2 * id]!, words[registry + 2 * id + 1]!]
    const module = new WebAssembly.Module(new Uint8Array(memory.buffer, address >>> 0, length).slice())
    const command = new WebAssembly.Instance(module, imports).exports.run as Command
    functions[id] = command
    return command
  }

  const command = (id: number): Command => functions[id] ?? load(id)

  /** Runs what of a command no other thread takes. */
  function share(i: number): void {
    const at = control.commands + commandWords * i
    const [id, args, units] = [words[at]!, words[at + 1]!, words[at + 2]!]
    // Few units are dealt out in one go, since a kernel may prepare something for all of its share; many as threads come free.
    const size = units <= 16 * threads ? Math.ceil(units / threads) : Math.ceil(units / (16 * threads))
    // Compiled before any are taken, which others would have to wait for.
    const run = command(id)
    for (;;) {
      const from = Atomics.add(words, at + 3, size)
      if (from >= units) return
      run(args, from, Math.min(units, from + size), thread)
    }
  }

  return {
    run(g, passed) {
      // Memory that is not shared is another buffer once it has grown.
      if (words.length === 0) words = new Int32Array(memory.buffer, 0, reservedBytes / 4)
      const at = control.groups + groupWords * g
      const [first, count, samples, chunk] = [words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!]
      if (samples === 0) {
        for (let i = 0; i < count; i++) {
          share(first + i)
          passed?.(i)
        }
        return
      }
      for (let i = 0; i < count; i++) command(words[control.commands + commandWords * (first + i)]!)
      for (;;) {
        const from = Atomics.add(words, at + 4, chunk)
        if (from >= samples) return
        const to = Math.min(samples, from + chunk)
        for (let i = 0; i < count; i++) {
          const place = control.commands + commandWords * (first + i)
          const each = words[place + 2]! / samples
          command(words[place]!)(words[place + 1]!, from * each, to * each, thread)
          passed?.(i)
        }
      }
    },
    open(g) {
      Atomics.store(words, control.group, g)
      Atomics.add(words, control.turn, 1)
      Atomics.notify(words, control.turn)
    },
    close() {
      Atomics.add(words, control.turn, 1)
    },
    isLeft() {
      for (let i = 0; i < spins; i++) if (Atomics.load(words, control.inside) === 0) return true
      return false
    },
    sleep() {
      const inside = Atomics.load(words, control.inside)
      return inside === 0 || (mayWait && Atomics.wait(words, control.inside, inside, nap) !== 'timed-out')
    },
  }
}

/** The kernels' names, in the order of the numbers they are called by. */
export const kernelNames = ([kernels]: readonly WebAssembly.Module[]): string[] =>
  WebAssembly.Module.exports(kernels!).flatMap(({ kind, name }) => (kind === 'function' ? [name] : []))

/** The life of a thread other than the first: sleeps until a group is opened, comes to it, until it is told to stop; tells why a command failed. */
export function serve(memory: WebAssembly.Memory, executor: Executor, tell: (why: unknown) => void): void {
  const words = new Int32Array(memory.buffer, 0, reservedBytes / 4)
  for (let turn = nextTurn(words, 0); turn !== undefined; turn = nextTurn(words, turn)) {
    Atomics.add(words, control.inside, 1)
    // Once it has come in, the group stays what it is; it may have been closed before.
    if (Atomics.load(words, control.turn) === turn) {
      try {
        executor.run(Atomics.load(words, control.group))
      } catch (error) {
        tell(error)
        Atomics.store(words, control.failed, 1)
      }
    }
    Atomics.sub(words, control.inside, 1)
    Atomics.notify(words, control.inside)
  }
}

/** Waits for a turn in which a group is open, other than the one that has been `seen`; undefined when all is over. */
function nextTurn(words: Int32Array, seen: number): number | undefined {
  for (let i = 0; Atomics.load(words, control.stop) === 0; i++) {
    const turn = Atomics.load(words, control.turn)
    if ((turn & 1) === 1 && turn !== seen) return turn
    if (i < spins) continue
    Atomics.wait(words, control.turn, turn)
    i = 0
  }
  return undefined
}

/** Whether this thread may sleep: every thread but the main one of a browser. */
function canWait(words: Int32Array): boolean {
  try {
    Atomics.wait(words, control.turn, -1, 0)
    return true
  } catch {
    return false
  }
}
