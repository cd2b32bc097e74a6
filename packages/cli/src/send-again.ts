const hourMinutes = 60;
const dayMinutes = 24 * hourMinutes;

/** When it is worth sending again, in the reader's own time: a zone that neither names is two times. */
export function sendAgainInWords(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  const minutes = Math.max(1, Math.ceil((atMs - nowMs) / 60_000));
  if (minutes >= dayMinutes) {
    const day = at.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
    return `It can be sent again on ${day} at ${time}.`;
  }
  const wait = minutes <= 2 * hourMinutes ? `${minutes} min` : `${Math.round(minutes / hourMinutes)} h`;
  return `It can be sent again in ${wait} (${time}).`;
}
