import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** What figures were taken on, and when. */
export interface Machine {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly node: string
  readonly platform: string
  /** Runnable processes, mean of the last minute, as the run begins: above 0 other work is going on. */
  readonly load: number
}

export function describeMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 16),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    load: Number(loadavg()[0]!.toFixed(2)),
  }
}

export function machineLine({ date, cpu, cores, memoryGiB, node, platform, load }: Machine): string {
  return `${date} UTC; ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}; load ${load} at the start`
}
