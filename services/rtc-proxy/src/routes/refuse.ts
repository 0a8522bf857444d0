import type { Problem } from '@parley/contracts'
import { toHttpProblem } from '@parley/service-kit'
import type { ErrorRequestHandler } from 'express'

/** Refuses in the form in which the vendor's gateway would, for whoever reads its logs: `Error` with `Code` and `Message`. */
export function refuseCallbacks(onRefused: (path: string, problem: Problem) => void): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = toHttpProblem(error)
    onRefused((request.route as { path?: string } | undefined)?.path ?? 'other', problem)
    if (response.headersSent) return void response.destroy()
    response.status(problem.status).json({ Error: { Code: problem.code, Message: problem.detail } })
  }
}
