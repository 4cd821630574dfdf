import { runChecks } from './checks.ts'

self.onmessage = async ({ data }: MessageEvent<number | undefined>) => {
  self.postMessage(await runChecks(data))
}
