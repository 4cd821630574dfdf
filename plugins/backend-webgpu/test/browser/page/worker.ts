import { runChecks } from './checks.ts'

self.onmessage = async ({ data }: MessageEvent<boolean>) => {
  self.postMessage(await runChecks(data))
}
