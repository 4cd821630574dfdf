import { arg, padded, panels, widthOf } from './common'

// Between the public order, [time][batch][neuron], and panels. A unit is a sample.

/** Arguments: rows as public order, tensor, T, B, N. Lanes beyond N are set to 0. */
export function pack(args: usize, from: i32, to: i32, thread: i32): void {
  const rows = <usize>arg(args, 0), tensor = <usize>arg(args, 1), steps = arg(args, 2), batch = arg(args, 3), neurons = arg(args, 4)
  for (let b = from; b < to; b++) {
    for (let p = 0; p < panels(neurons); p++) {
      const width = widthOf(p, neurons), used = neurons - (p << 5) < width ? neurons - (p << 5) : width
      let target = tensor + (<usize>(b * steps * padded(neurons)) << 2) + (<usize>(p * steps) << 7)
      for (let t = 0; t < steps; t++, target += <usize>width << 2) {
        const source = rows + (<usize>((t * batch + b) * neurons + (p << 5)) << 2)
        memory.copy(target, source, <usize>used << 2)
        for (let n = used; n < width; n++) store<f32>(target + (<usize>n << 2), 0)
      }
    }
  }
}

/** The way back; arguments as in `pack`. */
export function unpack(args: usize, from: i32, to: i32, thread: i32): void {
  const rows = <usize>arg(args, 0), tensor = <usize>arg(args, 1), steps = arg(args, 2), batch = arg(args, 3), neurons = arg(args, 4)
  for (let b = from; b < to; b++) {
    for (let p = 0; p < panels(neurons); p++) {
      const width = widthOf(p, neurons), used = neurons - (p << 5) < width ? neurons - (p << 5) : width
      let source = tensor + (<usize>(b * steps * padded(neurons)) << 2) + (<usize>(p * steps) << 7)
      for (let t = 0; t < steps; t++, source += <usize>width << 2) {
        memory.copy(rows + (<usize>((t * batch + b) * neurons + (p << 5)) << 2), source, <usize>used << 2)
      }
    }
  }
}

/** out [S, B, N] = the steps of a [T, B, N] from `first` on. A unit is a sample. Arguments: a, out, T, S, first, N, spikes. */
export function slice(args: usize, from: i32, to: i32, thread: i32): void {
  const a = <usize>arg(args, 0), out = <usize>arg(args, 1), steps = arg(args, 2), taken = arg(args, 3), first = arg(args, 4)
  const neurons = arg(args, 5), spikes = arg(args, 6)
  const row = spikes ? panels(neurons) : padded(neurons)
  for (let b = from; b < to; b++) {
    for (let p = 0; p < panels(neurons); p++) {
      const width = <usize>(spikes ? 1 : widthOf(p, neurons)) << 2, before = <usize>(spikes ? p : p << 5) << 2
      const source = a + (<usize>(b * steps * row) << 2) + before * <usize>steps + <usize>first * width
      const target = out + (<usize>(b * taken * row) << 2) + before * <usize>taken
      memory.copy(target, source, <usize>taken * width)
    }
  }
}

/** Numbers to spikes: a bit is set where the number is not 0. Arguments as in `pack`. */
export function packSpikes(args: usize, from: i32, to: i32, thread: i32): void {
  const rows = <usize>arg(args, 0), bits = <usize>arg(args, 1), steps = arg(args, 2), batch = arg(args, 3), neurons = arg(args, 4)
  for (let b = from; b < to; b++) {
    for (let p = 0; p < panels(neurons); p++) {
      const used = neurons - (p << 5) < 32 ? neurons - (p << 5) : 32
      for (let t = 0; t < steps; t++) {
        const source = rows + (<usize>((t * batch + b) * neurons + (p << 5)) << 2)
        let word: u32 = 0
        for (let n = 0; n < used; n++) if (load<f32>(source + (<usize>n << 2)) != 0) word |= 1 << n
        store<u32>(bits + (<usize>((b * panels(neurons) + p) * steps + t) << 2), word)
      }
    }
  }
}

/** The way back; arguments as in `pack`. */
export function unpackSpikes(args: usize, from: i32, to: i32, thread: i32): void {
  const rows = <usize>arg(args, 0), bits = <usize>arg(args, 1), steps = arg(args, 2), batch = arg(args, 3), neurons = arg(args, 4)
  for (let b = from; b < to; b++) {
    for (let p = 0; p < panels(neurons); p++) {
      const used = neurons - (p << 5) < 32 ? neurons - (p << 5) : 32
      for (let t = 0; t < steps; t++) {
        const target = rows + (<usize>((t * batch + b) * neurons + (p << 5)) << 2)
        const word = load<u32>(bits + (<usize>((b * panels(neurons) + p) * steps + t) << 2))
        for (let n = 0; n < used; n++) store<f32>(target + (<usize>n << 2), <f32>((word >> n) & 1))
      }
    }
  }
}
