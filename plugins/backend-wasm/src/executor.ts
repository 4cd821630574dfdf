// What every thread does: run queued commands, each over its own share of the units, and meet the others after each group of them.

/** Where things lie at the start of memory, in 32-bit words. */
export const control = {
  /** Rises when there are groups of commands to run. */
  work: 0,
  count: 1,
  stop: 2,
  /** Set by a thread whose command failed. */
  failed: 3,
  /** How many threads have arrived at the barrier, and how often it has opened; lines of their own, away from the rest. */
  arrived: 32,
  opened: 64,
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
  /** Tells the others that this thread has arrived; gives the number of the opening to wait for. */
  arrive(): number
  hasOpened(opening: number): boolean
  /** Sleeps until the barrier may have opened; false after some milliseconds, or at once where a thread must not sleep. */
  sleep(opening: number): boolean
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
    for (;;) {
      const from = Atomics.add(words, at + 3, size)
      if (from >= units) return
      command(id)(args, from, Math.min(units, from + size), thread)
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
    arrive() {
      const opening = Atomics.load(words, control.opened)
      if (Atomics.add(words, control.arrived, 1) === threads - 1) {
        Atomics.store(words, control.arrived, 0)
        Atomics.add(words, control.opened, 1)
        Atomics.notify(words, control.opened)
      }
      return opening
    },
    hasOpened(opening) {
      for (let i = 0; i < spins; i++) if (Atomics.load(words, control.opened) !== opening) return true
      return false
    },
    sleep: (opening) => mayWait && Atomics.wait(words, control.opened, opening, nap) !== 'timed-out',
  }
}

/** The kernels' names, in the order of the numbers they are called by. */
export const kernelNames = ([kernels]: readonly WebAssembly.Module[]): string[] =>
  WebAssembly.Module.exports(kernels!).flatMap(({ kind, name }) => (kind === 'function' ? [name] : []))

/** The life of a thread other than the first: sleeps until there is work, runs it, until it is told to stop; tells why a command failed. */
export function serve(memory: WebAssembly.Memory, executor: Executor, tell: (why: unknown) => void): void {
  const words = new Int32Array(memory.buffer, 0, reservedBytes / 4)
  let seen = 0
  for (;;) {
    for (let i = 0; i < spins && Atomics.load(words, control.work) === seen; i++);
    while (Atomics.load(words, control.work) === seen) Atomics.wait(words, control.work, seen)
    seen = Atomics.load(words, control.work)
    if (Atomics.load(words, control.stop) !== 0) return
    const count = Atomics.load(words, control.count)
    for (let i = 0; i < count; i++) {
      try {
        executor.run(i)
      } catch (error) {
        tell(error)
        Atomics.store(words, control.failed, 1)
      }
      const opening = executor.arrive()
      while (!executor.hasOpened(opening)) executor.sleep(opening)
    }
  }
}

/** Whether this thread may sleep: every thread but the main one of a browser. */
function canWait(words: Int32Array): boolean {
  try {
    Atomics.wait(words, control.opened, -1, 0)
    return true
  } catch {
    return false
  }
}
