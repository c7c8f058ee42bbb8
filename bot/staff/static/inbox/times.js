// Keeps waiting times true: <time data-wacht datetime="..."> shows how long ago that is, by the clock of the server.

const server = Date.parse(document.querySelector("meta[name='server-tijd']")?.content ?? "");
const ahead = Number.isNaN(server) ? 0 : server - Date.now();

function words(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 1) return "minder dan 1 min";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} u ${String(minutes % 60).padStart(2, "0")} min`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "1 dag" : `${days} dagen`;
}

export function refreshTimes() {
  const now = Date.now() + ahead;
  for (const time of document.querySelectorAll("time[data-wacht]")) {
    const text = words(now - Date.parse(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}

setInterval(refreshTimes, 10_000);
refreshTimes();
