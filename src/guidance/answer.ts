/** One request, answered by a job. Never rejects: what was thrown is part of the answer. */
import type { Job } from './job.ts'
import type { Answer, Replies, Request } from './protocol.ts'

export async function answer(job: Job, request: Request): Promise<Omit<Answer, 'number'>> {
  try {
    return { reply: await run(job, request), error: null }
  } catch (error) {
    return { reply: null, error: error instanceof Error ? error.message : String(error) }
  }
}

function run(job: Job, request: Request): Promise<Replies[keyof Replies]> {
  switch (request.kind) {
    case 'open':
      return job.open(request.settings, request.pack)
    case 'analyse':
      return job.analyse(request.ids)
    case 'join':
      return job.join(request.built)
  }
}
