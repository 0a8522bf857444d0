// The token stands behind the #, so that it is in nobody's log.
const form = document.getElementById('reset')
const outcome = document.getElementById('outcome')

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  outcome.textContent = 'One moment'
  const { value: password } = form.elements.namedItem('password')
  const response = await fetch('/api/user/password/reset', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: location.hash.slice(1), password }),
  }).catch(() => undefined)
  const answer = await response?.json().catch(() => undefined)
  if (response?.ok) {
    form.replaceChildren(outcome)
    outcome.textContent = 'The new password is set.'
  } else outcome.textContent = answer?.message ?? 'Parley does not answer.'
})
