import { runChecks } from './checks.ts'

self.onmessage = async ({ data }: MessageEvent<number>) => {
  self.postMessage(await runChecks(data))
}
