// The token stands behind the #, so that it is in nobody's log.
const form = document.getElementById('password')
const outcome = document.getElementById('outcome')

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  outcome.textContent = 'One moment'
  const password = form.elements.password.value
  const response = await fetch('/api/v1/password-links/redeem', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: location.hash.slice(1), password }),
  }).catch(() => undefined)
  const answer = await response?.json().catch(() => undefined)
  if (response?.ok) {
    form.replaceChildren(outcome)
    outcome.textContent = 'The password is set. Log in with it.'
  } else outcome.textContent = answer?.detail ?? 'Parley does not answer.'
})
