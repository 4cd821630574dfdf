/** Spikes of a presentation: row r of the lists is index[start[r]] to index[start[r + 1] - 1], in i32. */
@unmanaged
export class Events {
  start: usize
  index: usize

  @inline
  from(row: i32): usize {
    return this.index + (<usize>load<i32>(this.start + (<usize>row << 2)) << 2)
  }

  /** Row `row` ends there. */
  @inline
  end(row: i32, at: usize): void {
    store<i32>(this.start + (<usize>row << 2), <i32>((at - this.index) >> 2), 4)
  }
}

/** How often each neuron fired, f32, and the list of those that did, i32. */
@unmanaged
export class Counts {
  counts: usize
  fired: usize
  length: i32
}

export function clear(neurons: Counts): void {
  for (let at = neurons.fired, end = at + (<usize>neurons.length << 2); at < end; at += 4) {
    store<f32>(neurons.counts + (<usize>load<i32>(at) << 2), 0)
  }
  neurons.length = 0
}

/** Counts the neurons listed. */
export function tally(neurons: Counts, at: usize, end: usize): void {
  for (; at < end; at += 4) {
    const neuron = load<i32>(at)
    const place = neurons.counts + (<usize>neuron << 2)
    const before = load<f32>(place)
    if (before === 0) {
      store<i32>(neurons.fired + (<usize>neurons.length << 2), neuron)
      neurons.length++
    }
    store<f32>(place, before + 1)
  }
}
