import type { Times } from './side.ts'

/** Notes what lies between `start` and `stop`; another `start` in between starts anew. */
export interface Clock extends Times {
  start(): void
  stop(): void
}

export function createClock(): Clock {
  let [began, worked] = [0, process.cpuUsage()]
  const [ms, cpuMs]: [number[], number[]] = [[], []]
  return {
    ms,
    cpuMs,
    start() {
      worked = process.cpuUsage()
      began = performance.now()
    },
    stop() {
      ms.push(performance.now() - began)
      const { user, system } = process.cpuUsage(worked)
      cpuMs.push((user + system) / 1000)
    },
  }
}
