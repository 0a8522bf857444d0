import { chat } from '@parley/contracts'
import { asking, type Route } from './route.ts'

/** For whoever runs the place: how the vendors of language models are. */
export const modelRoutes: Route[] = [
  asking({
    tag: 'Administration',
    auth: 'admin',
    scope: 'admin',
    method: 'get',
    path: '/api/v1/admin/models',
    operationId: 'checkModels',
    summary: 'How each vendor of language models is, which is asked now; lists of models are read anew',
    contract: chat.checkModels,
    ask: () => ({}),
  }),
]
