import { type Report, runChecks } from './checks.ts'

function inWorker(thorough: boolean): Promise<Report> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Report>) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.postMessage(thorough)
  })
}

Object.assign(window, { inPage: runChecks, inWorker })
