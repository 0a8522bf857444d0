import { chat } from '@parley/contracts'
import { asking, type Route } from './route.ts'

/** For whoever runs the place: how the vendors of language models are. */
export const modelRoutes: Route[] = [
  asking({
    tag: 'Administration',
    auth: 'admin',
    scope: 'admin',
    method: 'post',
    path: '/api/v1/admin/models/check',
    operationId: 'checkModels',
    summary: 'Ask each vendor of language models whether it can be used; lists of models are read anew',
    contract: chat.checkModels,
    ask: () => ({}),
  }),
]
