import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Plan, Start } from '@hillock/sweeps'
import { home } from '../home.ts'
import { chooseBackend } from '../plugins/backends.ts'

/** Starts the command line in a process of its own. By the channel it notices when this process is gone. */
export const startHillock: Start = (args) =>
  spawn(process.execPath, [join(home, 'bin', 'hillock.js'), ...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })

export interface TrainArgs {
  readonly data?: string | undefined
  readonly tensorboard?: boolean | undefined
}

/** What `hillock train` is given for every run of a sweep: one thread each, where several run side by side. */
export function trainArgs({ runs: [first] }: Plan, jobs: number, { data, tensorboard }: TrainArgs): string[] {
  const threaded = first && chooseBackend({ backend: first.backend }, first.recipe.backend).name === 'wasm'
  return [
    '--metrics',
    ...(tensorboard ? ['--tensorboard'] : []),
    ...(data === undefined ? [] : ['--data', data]),
    ...(jobs > 1 && threaded ? ['--threads', '1'] : []),
  ]
}
