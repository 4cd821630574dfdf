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
  /** Milliseconds of the last times. */
  recent: number[]
  /** What the other way took when it was tried. */
  other: number
  /** A trial: both ways in turns, so that what changes meanwhile changes both. */
  trial: { readonly own: number[]; readonly other: number[] } | undefined
  /** Times until the next trial, and how many they were at first. */
  left: number
  pause: number
}

/** Times that are compared: the median of the last ones, and of each way in a trial. */
const [kept, tried] = [5, 3]
/** The pause between trials, which doubles as long as they change nothing: so they take a hundredth of the time. */
const [shortest, longest] = [16, 256]
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
      known = {
        together: true,
        recent: [],
        other: Number.POSITIVE_INFINITY,
        trial: undefined,
        left: shortest,
        pause: shortest,
      }
      kinds.set(kind, known)
    }
    return known
  }

  return {
    together(kind) {
      const { together, trial } = knownOf(kind)
      return trial && isOthersTurn(trial) ? !together : together
    },
    took(kind, ms) {
      const known = knownOf(kind)
      const { trial, recent } = known
      if (trial === undefined) {
        recent.push(ms)
        if (recent.length > kept) recent.shift()
        // Slower than the other way was when it was tried: time to try it again.
        const worse = recent.length === kept && known.other < margin * median(recent)
        if (--known.left <= 0 || worse) known.trial = { own: [], other: [] }
        return
      }
      ;(isOthersTurn(trial) ? trial.other : trial.own).push(ms)
      if (trial.own.length < tried) return
      const [own, other] = [median(trial.own), median(trial.other)]
      const change = other < margin * own
      known.together = change ? !known.together : known.together
      known.other = change ? own : other
      known.recent = []
      known.trial = undefined
      known.pause = change ? shortest : Math.min(longest, 2 * known.pause)
      known.left = known.pause
    },
  }
}

const isOthersTurn = ({ own, other }: NonNullable<Known['trial']>): boolean => own.length === other.length

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!
