import { attempt } from './attempt.ts'
import { type Report, runChecks } from './checks.ts'

function inWorker(threads: number | undefined): Promise<Report> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Report>) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.postMessage(threads)
  })
}

Object.assign(window, { inPage: runChecks, inWorker, attempt })
