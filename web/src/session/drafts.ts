// What was typed and not sent is in this browser alone. It outlasts the lock;
// it is not handed from one officer to another.

const OFFICER = 'parley.officer'

/** Forget what was typed here. */
export function forget() {
  for (const key of Object.keys(localStorage)) if (key.startsWith('parley.draft')) localStorage.removeItem(key)
}

/** Notes who works here; another than before finds nothing of what was typed. */
export function changedHands(officer: string): boolean {
  const before = localStorage.getItem(OFFICER)
  localStorage.setItem(OFFICER, officer)
  if (before === null || before === officer) return false
  forget()
  return true
}
