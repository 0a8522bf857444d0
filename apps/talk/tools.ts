import type { VirtualTool } from '@parley/testkit/device'

/** The tools of this virtual device: a loudspeaker that can be turned up and down, and what it tells of itself. */
export function virtualTools(): Record<string, VirtualTool> {
  let volume = 50
  return {
    'self.get_device_status': {
      description: 'Provides the real-time information of the device: loudspeaker, battery and network.',
      run: () =>
        JSON.stringify({
          audio_speaker: { volume },
          battery: { level: 80, charging: false },
          network: { type: 'wifi', signal: 'strong' },
        }),
    },
    'self.audio_speaker.set_volume': {
      description: 'Sets the volume of the loudspeaker.',
      inputSchema: {
        type: 'object',
        properties: { volume: { type: 'integer', minimum: 0, maximum: 100 } },
        required: ['volume'],
      },
      run: ({ volume: wanted }) => {
        if (typeof wanted !== 'number' || wanted < 0 || wanted > 100) throw new Error('volume must be from 0 to 100')
        volume = wanted
        console.log(`  (the device sets its volume to ${volume})`)
        return 'true'
      },
    },
  }
}
