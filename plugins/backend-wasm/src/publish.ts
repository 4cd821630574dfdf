import type { Group } from './command-queue.ts'
import { commandWords, control, groupWords, maxCommands, maxGroups, reservedBytes } from './executor.ts'

/** Room for the arguments of commands, right behind what is reserved. */
export const argumentBytes = 1 << 16

export interface Published {
  /** How many groups there was room for. */
  readonly fitted: number
  /** A number that is the same for the same commands over as many units. */
  readonly kind: number
}

/** Writes groups of commands and their arguments to where threads read them. */
export function publish({ buffer }: WebAssembly.Memory, groups: readonly Group[]): Published {
  const words = new Int32Array(buffer, 0, reservedBytes / 4)
  const floats = new Float32Array(buffer, reservedBytes, argumentBytes / 4)
  const integers = new Int32Array(buffer, reservedBytes, argumentBytes / 4)
  let [at, command, n, kind] = [0, 0, 0, 0]
  for (const { commands, samples = 0, chunk } of groups) {
    const length = commands.reduce((sum, { args }) => sum + args.length, 0)
    if (n === maxGroups || command + commands.length > maxCommands || at + length > integers.length) break
    words.set([command, commands.length, samples, chunk, 0], control.groups + groupWords * n)
    for (const { id, units, args } of commands) {
      words.set([id, reservedBytes + 4 * at, units, 0], control.commands + commandWords * command)
      for (const argument of args) {
        if (typeof argument === 'number') integers[at++] = argument
        else floats[at++] = argument.f32
      }
      command++
      kind = (Math.imul(Math.imul(kind, 31) + id, 31) + units) | 0
    }
    n++
  }
  return { fitted: n, kind }
}
