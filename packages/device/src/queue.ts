import type { Device, Launch } from './device.ts'
import { argumentWords, type DeviceKernel, headWords, isPlace } from './ir.ts'
import type { Block } from './tensor.ts'

/** A kernel as the device has it, and what it is to be given. */
export interface Compiled {
  readonly kernel: unknown
  readonly parameters: DeviceKernel['parameters']
}

/** Launches that wait, their arguments side by side in one array. */
export interface Queue {
  launch(compiled: Compiled, groups: number, values: Readonly<Record<string, number | Block>>): void
  /** Gives all that waits to the device. */
  flush(): void
}

/** Arguments begin at multiples of 64 words, 256 bytes: the offsets that WebGPU allows. */
export const slotWords = 64
/** So many slots are given to the device at once; a training step takes some twenty. */
export const slots = 1024

export function createQueue(device: Device): Queue {
  const words = new Uint32Array(slots * slotWords)
  const reals = new Float32Array(words.buffer)
  let launches: Launch<unknown>[] = []
  let used = 0

  function flush(): void {
    if (launches.length === 0) return
    const [given, end] = [launches, used]
    launches = []
    used = 0
    device.run(given, words.subarray(0, end))
  }

  return {
    launch(compiled, groups, values) {
      if (groups === 0) return
      const { parameters } = compiled
      const length = Math.ceil(argumentWords({ parameters }) / slotWords) * slotWords
      if (used + length > words.length) flush()
      words[used] = groups
      words.fill(0, used + 1, used + headWords)
      for (const { name, type, at } of parameters) {
        const value = values[name]!
        if (isPlace(type)) {
          const { at: place } = value as Block
          words[used + at] = place
          words[used + at + 1] = Math.floor(place / 2 ** 32)
        } else if (type === 'f32') reals[used + at] = value as number
        else words[used + at] = value as number
      }
      launches.push({ kernel: compiled.kernel, groups, at: used })
      used += length
    },
    flush,
  }
}
