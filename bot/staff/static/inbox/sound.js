// The sound for a new handoff: never when a page opens, and off is remembered.

const SETTING = "staff-geluid";
let context = null;

export function soundIsOn() {
  try {
    return localStorage.getItem(SETTING) !== "uit";
  } catch {
    return false;
  }
}

export function setSound(on) {
  localStorage.setItem(SETTING, on ? "aan" : "uit");
}

/** Plays two short tones, higher when it is urgent; silent where the browser wants a click first. */
export function tone(urgent = false) {
  context ??= "AudioContext" in window ? new AudioContext() : null;
  if (!context) return;
  if (context.state === "suspended") void context.resume();
  if (context.state === "suspended") return;
  const notes = urgent ? [880, 1175, 880] : [587, 784];
  notes.forEach((frequency, number) => {
    const at = context.currentTime + number * 0.18;
    const [wave, volume] = [context.createOscillator(), context.createGain()];
    wave.type = "sine";
    wave.frequency.value = frequency;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.12, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.16);
    wave.connect(volume).connect(context.destination);
    wave.start(at);
    wave.stop(at + 0.17);
  });
}

// A browser lets a page make sound only after a click or a key: then the sound is ready when it is needed.
for (const kind of ["pointerdown", "keydown"]) {
  document.addEventListener(kind, () => {
    if (!soundIsOn()) return;
    context ??= "AudioContext" in window ? new AudioContext() : null;
    if (context?.state === "suspended") void context.resume();
  }, { once: true });
}
