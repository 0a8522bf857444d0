import { z } from 'zod'
import { definePlugin } from '../extensions/plugin.ts'

/** Somebody takes leave: the device goes to sleep once the farewell has been said. */
export default definePlugin({
  name: 'end_conversation',
  description: 'Ends the conversation. Only when the user says good-bye or wants the assistant to go.',
  input: z.object({}),
  open: () => ({
    offered: ({ turn }) => turn.deviceId !== undefined,
    run: (_input, { endConversation }) => {
      endConversation()
      return 'The conversation ends after your answer. Say good-bye in one short sentence.'
    },
  }),
})
