// The token stands behind the #, so that it is in nobody's log. A button, so that mail scanners which open links use up none.
const form = document.getElementById('verify')
const outcome = document.getElementById('outcome')

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  outcome.textContent = 'One moment'
  const response = await fetch('/api/user/email/verify', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: location.hash.slice(1) }),
  }).catch(() => undefined)
  const answer = await response?.json().catch(() => undefined)
  if (response?.ok) {
    form.replaceChildren(outcome)
    outcome.textContent = 'Thank you: the address is yours.'
  } else outcome.textContent = answer?.message ?? 'Parley does not answer.'
})
