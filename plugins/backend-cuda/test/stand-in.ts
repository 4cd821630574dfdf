import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Need } from '@hillock/testing'
import koffi from 'koffi'

/** The stand-in libcuda, and what tests plan and ask of it. */
export interface StandIn {
  readonly library: string
  /** The n-th call of a name from now on gives an error; from 700 on the context is dead then. */
  fail(name: string, n: number, code: number): void
  /** Forgets errors; there are so many GPUs of a compute capability (80 is 8.0) from now on. */
  reset(devices?: number, capability?: number): void
  /** Launches one by one, and of graphs, so far. */
  counts(): { readonly launches: number; readonly replays: number }
  /** Allocations, modules, streams, events, contexts that nobody gave back. */
  live(): number
}

/** Builds the stand-in, or says why it cannot be built. */
function build(): StandIn | string {
  if (process.platform !== 'linux') return 'the stand-in libcuda is written for Linux'
  const folder = fileURLToPath(new URL('stand-in', import.meta.url))
  const library = join(mkdtempSync(join(tmpdir(), 'hillock-libcuda-')), 'libcuda.so.1')
  const sources = ['libcuda.c', 'ptx.c'].map((name) => join(folder, name))
  try {
    const flags = ['-O2', '-ffp-contract=off', '-w', '-shared', '-fPIC']
    execFileSync('cc', [...flags, '-o', library, ...sources, '-lm'], { stdio: 'pipe' })
  } catch (error) {
    return (error as { code?: string }).code === 'ENOENT' ? 'there is no C compiler on this machine' : String(error)
  }
  const made = koffi.load(library)
  return {
    library,
    fail: made.func('void standInFail(const char *, int, int)'),
    reset: (
      (reset) =>
      (devices = 2, capability = 80) =>
        reset(devices, capability)
    )(made.func('void standInReset(int, int)')),
    live: made.func('int standInLive()'),
    counts: ((launches, replays) => () => ({ launches: launches(), replays: replays() }))(
      made.func('int standInLaunches()'),
      made.func('int standInReplays()'),
    ),
  }
}

const built = build()

/** What tests on the stand-in need. */
export const compiler: Need = { found: typeof built !== 'string', missing: String(built) }

/** The stand-in, where it could be built. */
export const standIn = built as StandIn
