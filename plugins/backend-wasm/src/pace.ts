/**
 * Finds out, for work that is done again and again, whether other threads are to help with it. They do not where one thread is faster: there
 * may be little to do, or another program may have the cores. What comes out is the same.
 */
export interface Pace {
  /** Whether to do work of this kind together now. */
  together(kind: number): boolean
  /** Tells how many milliseconds it took so. */
  took(kind: number, ms: number): void
}

/** What is known of one kind of work. */
interface Known {
  /** Whether it is done together but for trials of the other way. */
  together: boolean
  /** Milliseconds of the last times together, and alone. */
  readonly times: Record<'together' | 'alone', number[]>
  /** How often the other way is still to be tried. */
  trials: number
  /** How often until then, and how long it was the last time. */
  left: number
  pause: number
}

/** Times that are compared: the median of the last ones, and of a trial. */
const [kept, tried] = [5, 3]
/** The pause between trials, which doubles as long as they change nothing: so they take a hundredth of the time. */
const [shortest, longest] = [8, 256]
/** What is worth a change, since times differ by chance. */
const margin = 0.97
/** Kinds that are remembered. */
const most = 1000

export function createPace(): Pace {
  const kinds = new Map<number, Known>()

  function knownOf(kind: number): Known {
    let known = kinds.get(kind)
    if (known === undefined) {
      if (kinds.size === most) kinds.clear()
      known = { together: true, times: { together: [], alone: [] }, trials: 0, left: shortest, pause: shortest }
      kinds.set(kind, known)
    }
    return known
  }

  return {
    together(kind) {
      const { together, trials } = knownOf(kind)
      return trials > 0 ? !together : together
    },
    took(kind, ms) {
      const known = knownOf(kind)
      const { together, times } = known
      const [own, other] = together ? [times.together, times.alone] : [times.alone, times.together]
      const list = known.trials > 0 ? other : own
      list.push(ms)
      if (list.length > kept) list.shift()
      if (known.trials > 0) {
        if (--known.trials > 0) return
        const change = median(other) < margin * median(own)
        known.together = change ? !together : together
        known.pause = change ? shortest : Math.min(longest, 2 * known.pause)
        known.left = known.pause
        return
      }
      // Slower than the other way was when it was tried: time to try it again.
      const worse = own.length === kept && other.length > 0 && median(other) < margin * margin * median(own)
      if (--known.left > 0 && !(worse && known.pause - known.left >= kept)) return
      known.trials = tried
      other.length = 0
    },
  }
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!
